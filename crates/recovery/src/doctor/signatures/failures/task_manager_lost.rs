//! A TaskManager is gone, or is not heard of.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR163",
    name: "task-manager-lost",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "A TaskManager is gone, or is not heard of.",
    cause: "Its process was killed (out of memory, node lost, by hand) or pauses for longer than heartbeat.timeout, or the network is interrupted.",
    steps: &[
        Step::run(
            "Look at what it said last, on its host: its log, its .out file, dmesg, the pod's last state.",
            "flinkops doctor {job} --logs DIR",
        ),
        Step::run("See which TaskManagers there are, and how full their memory is.", "flinkops monitor top"),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("RemoteTransportException", ""),
            Sign::flink("", "Heartbeat of TaskManager with id"),
            Sign::flink("", "The heartbeat of TaskManager with id"),
            Sign::flink("", "is no longer reachable"),
            Sign::flink("", "Lost connection to task manager"),
            Sign::flink("", "Connection unexpectedly closed by remote task manager"),
            Sign::flink("", "The TaskExecutor is shutting down"),
            Sign::flink("TaskManagerException", ""),
            Sign::flink("", "disconnected: "),
            Sign::flink("LocalTransportException", ""),
        ],
        fleeting: true,
        examples: &[
            "org.apache.flink.runtime.jobmaster.JobMasterException: TaskManager with id tm-1:41 is no longer reachable.",
            "org.apache.flink.runtime.io.network.netty.exception.RemoteTransportException: Connection unexpectedly closed by remote task manager 'tm-2/10.0.0.2:41 [ tm-2:39 ] '. This might indicate that the remote task manager was lost.",
        ],
        others: &[],
    },
};

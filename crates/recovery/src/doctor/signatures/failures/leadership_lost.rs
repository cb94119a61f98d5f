//! The JobManager lost its leadership, or the processes no longer agree on who leads.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR162",
    name: "leadership-lost",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "The JobManager lost its leadership, or the processes no longer agree on who leads.",
    cause: "Another JobManager took over: the old one died, was paused by garbage collection, or lost ZooKeeper or the Kubernetes API.",
    steps: &[
        Step::run("Look into the log of the JobManager that led before.", "flinkops doctor {job} --logs DIR"),
        Step::run(
            "Look how long its garbage collection pauses, and what the state of ZooKeeper or the API server is.",
            "flinkops monitor top",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("", "ResourceManager leader changed to new address"),
            Sign::flink("", "JobManager responsible for"),
            Sign::flink("FencingTokenException", ""),
            Sign::flink("", "lost leadership"),
            Sign::flink("", "lost the leadership"),
        ],
        fleeting: true,
        examples: &[
            "java.lang.Exception: Job leader for job id 0123 lost leadership.\n\tat org.apache.flink.runtime.taskexecutor.TaskExecutor.x(TaskExecutor.java:1)",
        ],
        others: &[],
    },
};

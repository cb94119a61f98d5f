//! A message between processes is larger than they accept.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR155",
    name: "message-larger-than-frame",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A message between processes is larger than they accept.",
    cause: "A task description with large state handles, or an accumulator or broadcast value, exceeds pekko.framesize (akka.framesize in 1.17 and earlier configurations).",
    steps: &[
        Step::run(
            "Raise pekko.framesize on every process, JobManager included.",
            "flinkops conf explain pekko.framesize",
        ),
        Step::just("Pass large values as files, not as arguments of functions."),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("", "Discarding oversized payload"),
            Sign::flink("", "problems like oversized payload"),
        ],
        fleeting: false,
        examples: &[
            "java.util.concurrent.TimeoutException: Invocation of [RemoteRpcInvocation(TaskExecutorGateway.submitTask(x))] at recipient [pekko.tcp://flink@tm-1:6122/user/rpc/taskmanager_0] timed out. This is usually caused by: 1) Pekko failed sending the message silently, due to problems like oversized payload or serialization failures.",
        ],
        others: &[],
    },
};

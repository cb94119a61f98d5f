//! A job waits for slots that there are not.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR106",
    name: "slots-too-few",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "A job waits for slots that there are not.",
    cause: "The job's largest parallelism is larger than the free slots, or TaskManagers did not come, or did not come back.",
    steps: &[
        Step::run("See the slots that there are, and who takes them.", "flinkops tune slots --help"),
        Step::change(
            "Start the job with no more parallelism than there are slots.",
            "flinkops job scale {job} --parallelism N",
            "a restart; what was processed since its latest checkpoint is processed again",
        ),
        Step::run(
            "Start more TaskManagers, or look into the logs of those that do not register.",
            "flinkops doctor {job} --logs DIR",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("NoResourceAvailableException", ""),
            Sign::flink("", "Could not acquire the minimum required resources"),
            Sign::flink("", "Slot request bulk is not fulfillable"),
            Sign::flink("", "Could not fulfill resource requirements"),
        ],
        fleeting: true,
        examples: &[
            "org.apache.flink.runtime.JobException: Recovery is suppressed by NoRestartBackoffTimeStrategy\nCaused by: org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException: Slot request bulk is not fulfillable! Could not allocate the required slot within slot request timeout",
        ],
        others: &[],
    },
};

//! The object storage answers that it is asked too often, or cannot be reached in time.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR156",
    name: "object-storage-throttles",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "The object storage answers that it is asked too often, or cannot be reached in time.",
    cause: "Many small files below one prefix: short intervals, much parallelism, incremental state in small files.",
    steps: &[
        Step::run(
            "Spread the files: _entropy_ in the path, with s3.entropy.key.",
            "flinkops conf explain s3.entropy.key",
        ),
        Step::run(
            "Write fewer files: execution.checkpointing.interval longer, execution.checkpointing.data-inline-threshold larger.",
            "flinkops tune checkpoint {job}",
        ),
        Step::just("Give the client more connections: s3.connection.maximum."),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::elsewhere("", "SlowDown"),
            Sign::elsewhere("", "Please reduce your request rate"),
            Sign::elsewhere("", "Timeout waiting for connection from pool"),
            Sign::elsewhere("", "Unable to execute HTTP request"),
        ],
        fleeting: false,
        examples: &[
            "java.io.IOException: com.amazonaws.services.s3.model.AmazonS3Exception: Please reduce your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown)",
        ],
        others: &[],
    },
};

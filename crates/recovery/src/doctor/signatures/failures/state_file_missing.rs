//! A file of a checkpoint or savepoint is not there.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR114",
    name: "state-file-missing",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A file of a checkpoint or savepoint is not there.",
    cause: "Somebody or something (a lifecycle rule, a claimed savepoint whose job ended, another job in the same directory) has deleted it; or the path is of a disk that this host does not have.",
    steps: &[
        Step::run("See which files are missing.", "flinkops recover savepoint inspect PATH"),
        Step::run("Start from an older one that is whole.", "flinkops recover plan {job}"),
        Step::just("Keep checkpoints where every host sees them, and let nothing but Flink delete there."),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("", "Cannot find checkpoint or savepoint file/directory"),
            Sign::flink("", "Cannot find meta data file"),
            Sign::elsewhere("java.io.FileNotFoundException", "/chk-*No such file"),
            Sign::elsewhere("java.io.FileNotFoundException", "/shared/*No such file"),
            Sign::elsewhere("java.io.FileNotFoundException", "/savepoint-*No such file"),
            Sign::elsewhere("java.io.FileNotFoundException", "/taskowned/*No such file"),
            Sign::flink("", "Could not retrieve checkpoint"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.util.FlinkRuntimeException: x\nCaused by: java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory 'file:/s/savepoint-1' on file system 'file'.",
            "java.io.FileNotFoundException: /data/checkpoints/0123/chk-7/8f1c (No such file or directory)",
        ],
        others: &["java.io.FileNotFoundException: /etc/app.properties (No such file or directory)"],
    },
};

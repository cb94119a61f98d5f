//! The program and the JVM do not fit: it was compiled for a newer Java, or it reaches into what Java no longer opens.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR123",
    name: "java-version-clash",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "The program and the JVM do not fit: it was compiled for a newer Java, or it reaches into what Java no longer opens.",
    cause: "The cluster runs an older Java than the one that compiled the jar; or env.java.opts.all lost the --add-opens that came with Flink's own configuration.",
    steps: &[
        Step::run(
            "Compile with --release 11 (1.x) or 17 (2.x), or run the cluster on the newer Java.",
            "flinkops jar inspect JAR",
        ),
        Step::run(
            "Take env.java.opts.all over from the configuration that came with this Flink.",
            "flinkops conf lint conf",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.lang.UnsupportedClassVersionError", ""),
            Sign::java("java.lang.reflect.InaccessibleObjectException", ""),
            Sign::java("java.lang.IllegalAccessError", "module"),
        ],
        fleeting: false,
        examples: &[
            "java.lang.UnsupportedClassVersionError: com/example/Job has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0",
            "java.lang.reflect.InaccessibleObjectException: Unable to make field private final byte[] java.lang.String.value accessible: module java.base does not \"opens java.lang\" to unnamed module @1",
        ],
        others: &[],
    },
};

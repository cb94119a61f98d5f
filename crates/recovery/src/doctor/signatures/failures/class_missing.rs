//! The program refers to a class that is nowhere to be found.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR121",
    name: "class-missing",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "The program refers to a class that is nowhere to be found.",
    cause: "A dependency is marked as provided and is not in lib/, the jar was built without its dependencies, or it was built for a Flink that had the class elsewhere.",
    steps: &[
        Step::run("See what the jar holds, and for which Flink it was built.", "flinkops jar inspect JAR"),
        Step::just(
            "Build the jar with its dependencies (shade), or put the connector's jar into lib/ on every host.",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.lang.ClassNotFoundException", ""),
            Sign::java("java.lang.NoClassDefFoundError", ""),
            Sign::flink("", "Cannot load user class"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.streaming.runtime.tasks.StreamTaskException: Cannot load user class: com.example.Sink\nCaused by: java.lang.ClassNotFoundException: com.example.Sink\n\tat java.base/java.net.URLClassLoader.findClass(URLClassLoader.java:445)",
            "java.lang.NoClassDefFoundError: org/apache/kafka/clients/producer/Callback",
        ],
        others: &[],
    },
};

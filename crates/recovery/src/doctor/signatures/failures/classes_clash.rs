//! Two versions of a library are loaded, and the program gets the other one.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR122",
    name: "classes-clash",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "Two versions of a library are loaded, and the program gets the other one.",
    cause: "The jar brings a library that Flink or another jar in lib/ brings in another version, or Flink's own classes are in the jar.",
    steps: &[
        Step::run("See which classes the jar holds that do not belong into it.", "flinkops jar inspect JAR"),
        Step::just("Leave Flink's artifacts out of the jar (scope provided), and relocate the library."),
        Step::just("Where the class must come from lib/: classloader.parent-first-patterns.additional."),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.lang.NoSuchMethodError", ""),
            Sign::java("java.lang.NoSuchFieldError", ""),
            Sign::java("java.lang.AbstractMethodError", ""),
            Sign::java("java.lang.IncompatibleClassChangeError", ""),
            Sign::java("java.lang.LinkageError", ""),
            Sign::java("java.lang.VerifyError", ""),
            Sign::java("java.lang.ClassCastException", "cannot be cast to class"),
            Sign::java("java.lang.ClassCastException", "cannot assign instance"),
        ],
        fleeting: false,
        examples: &[
            "java.lang.NoSuchMethodError: 'com.google.common.base.Stopwatch com.google.common.base.Stopwatch.createStarted()'\n\tat com.example.Job.map(Job.java:9)",
            "java.lang.ClassCastException: class com.example.Order cannot be cast to class com.example.Order (com.example.Order is in unnamed module of loader org.apache.flink.util.ChildFirstClassLoader @1; com.example.Order is in unnamed module of loader 'app')",
        ],
        others: &[],
    },
};

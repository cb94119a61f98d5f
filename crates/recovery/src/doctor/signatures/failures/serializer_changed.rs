//! State cannot be read, because the serializer of the new program does not understand what the old one wrote.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR111",
    name: "serializer-changed",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "State cannot be read, because the serializer of the new program does not understand what the old one wrote.",
    cause: "The type of a state was changed in a way for which Flink knows no migration: a Kryo type whose fields changed, a POJO whose field changed its type, a key's type.",
    steps: &[
        Step::run(
            "Go back to the program that wrote the state, from the state that it had.",
            "flinkops recover plan {job}",
        ),
        Step::run(
            "Give the changed state a new name or its operator a new uid, and start without the old: its content is lost.",
            "flinkops recover savepoint inspect PATH",
        ),
        Step::just("Make POJOs of what is state, or write a serializer with a snapshot that migrates."),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("StateMigrationException", ""),
            Sign::flink("", "must not be incompatible"),
            Sign::flink("", "serializer must not be incompatible"),
            Sign::elsewhere("com.esotericsoftware.kryo.KryoException", ""),
            Sign::java("java.io.InvalidClassException", "local class incompatible"),
        ],
        fleeting: false,
        examples: &[
            "java.lang.Exception: Exception while creating StreamOperatorStateContext.\nCaused by: org.apache.flink.util.StateMigrationException: The new state serializer (org.apache.flink.api.common.typeutils.base.LongSerializer@1) must not be incompatible with the old state serializer (org.apache.flink.api.common.typeutils.base.StringSerializer@2).",
        ],
        others: &[],
    },
};

//! Records come to a window without timestamps.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR182",
    name: "timestamps-missing",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "Records come to a window without timestamps.",
    cause: "Event time is used, and no watermark strategy with timestamps was given.",
    steps: &[Step::just("Give the source a WatermarkStrategy with a timestamp assigner.")],
    look: Look::Thrown {
        signs: &[Sign::flink("", "no timestamp marker")],
        fleeting: false,
        examples: &[
            "java.lang.RuntimeException: Record has Long.MIN_VALUE timestamp (= no timestamp marker). Is the time characteristic set to 'ProcessingTime', or did you forget to call 'DataStream.assignTimestampsAndWatermarks(...)'?",
        ],
        others: &[],
    },
};

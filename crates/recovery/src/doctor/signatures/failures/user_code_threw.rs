//! The program's own code threw an exception.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR181",
    name: "user-code-threw",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "The program's own code threw an exception.",
    cause: "A record that it did not expect, or a fault of its own. If it comes again at the same place after each restart, it is one record.",
    steps: &[
        Step::run("See where it comes from.", "flinkops job exceptions {job}"),
        Step::run(
            "Start the program with the fault mended from the newest state.",
            "flinkops recover plan {job}",
        ),
        Step::just("Where single records may be bad, catch them and write them to a side output."),
    ],
    look: Look::Thrown { signs: &[Sign::OwnCode], fleeting: false, examples: &[], others: &[] },
};

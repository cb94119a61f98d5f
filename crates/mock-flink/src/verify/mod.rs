//! What a client is expected to ask for, and whether it did.

mod expectation;
mod report;
mod watch;

pub use expectation::{Expectation, Times};
pub use report::{Unmet, Verdict};
pub(crate) use watch::Watch;

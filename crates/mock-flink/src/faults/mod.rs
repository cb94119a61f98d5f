//! Answers that go wrong on purpose: late, broken, refused, or not at all.

mod rule;
mod table;

pub use rule::{Action, Fault, Latency, When};
pub(crate) use table::Faults;

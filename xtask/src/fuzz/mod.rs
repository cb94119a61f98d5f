//! `cargo xtask fuzz`: libFuzzer on every parser of outside bytes, for a bounded time each, on all cores.
//!
//! ```text
//! fuzz/ (the targets, their seeds) -> cargo fuzz build -> one executable a target
//!   -> libFuzzer: seeds and what earlier runs found -> target/fuzz/corpus/NAME
//!   -> a crash -> fuzz/regressions/NAME, which the ordinary tests try for ever
//! ```

mod report;
mod run;

pub use report::Outcome;
pub use run::{Request, run};

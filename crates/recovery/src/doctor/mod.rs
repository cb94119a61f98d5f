//! What is wrong with a cluster or a job, how sure that is, and what to do next.
//!
//! ```text
//! REST, a bounded number of requests ─┐
//! log files ──────────────────────────┼─ Evidence ─ signatures (one a file) ─ findings, ranked
//! conf-lint, Prometheus: as notes ────┘      │
//!                                        bundle: the same as a file, without secrets
//! ```
//!
//! Evidence is a value: what a signature says follows from it alone, so a bundle taken elsewhere gives the same findings. Figures
//! that Flink marks as incomplete are unknown, never zero.

pub mod bundle;
pub mod evidence;
mod examine;
mod finding;
mod registry;
mod signature;
mod signatures;
mod throwable;
mod trouble;

pub use evidence::{Evidence, Wanted, collect};
pub use examine::{examine, passes};
pub use finding::{Confidence, Effect, Finding, JobName, Kind, Next, Severity};
pub use registry::{all, find, page};
pub use signature::{Look, Origin, Sign, Signature, Step, Tier};
pub use throwable::Throwable;
pub use trouble::{NOT_BEGUN, ON_THE_WAY};

#[cfg(test)]
pub(crate) use signatures::sample;
#[cfg(test)]
mod tests;

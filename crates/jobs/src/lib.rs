//! The life of a job over Flink's REST API: submit, wait, savepoint, stop, rescale.
//!
//! Everything here is a sequence of calls of [`ops_core::rest::RestClient`] with a beginning and an end: it either
//! reaches its goal, or says how far it came, what goes on in the cluster nevertheless, and how to look.
//! Time is tokio's, so that tests can pause it. Nothing here decides when a job should be restarted or rescaled.

mod cancel;
mod error;
mod list;
mod patience;
mod rescale;
mod restart;
mod savepoint;
mod show;
mod submit;
mod wait;

pub use cancel::cancel;
pub use error::JobsError;
pub use list::list;
pub use patience::Patience;
pub use rescale::{Rescaled, Rescaling, rescale_from_savepoint};
pub use restart::{RunMark, restarts, run_mark, wait_for_restart};
pub use savepoint::{SavepointPath, savepoint, stop_with_savepoint};
pub use show::{JobReport, show};
pub use submit::{Jar, Submission, Submitted, submit};
pub use wait::{Goal, JobProgress, wait_until};

#[cfg(test)]
mod tests;

//! The life of a job over Flink's REST API: submit, wait, savepoint, stop, rescale.
//!
//! Everything here is a sequence of calls of [`ops_core::rest::RestClient`] with a beginning and an end: it either
//! reaches its goal, or says how far it came, what goes on in the cluster nevertheless, and how to look.
//! Time is tokio's, so that tests can pause it. Nothing here decides when a job should be restarted or rescaled.
//!
//! | module | what it holds |
//! |---|---|
//! | [`description`] | `job.yaml` |
//! | [`apply`] | making jobs what their descriptions say |
//! | [`journal`] | what was meant and what became of it, in SQLite |
//! | the others | one verb each |

pub mod apply;
mod cancel;
mod checkpoint;
pub mod description;
mod error;
mod find;
mod inspect;
mod jar;
pub mod journal;
mod list;
mod logs;
mod operation;
mod patience;
mod rescale;
mod restart;
mod savepoint;
mod scale;
mod show;
mod submit;
mod wait;

pub use apply::{Applier, ApplyError};
pub use cancel::cancel;
pub use checkpoint::checkpoint;
pub use description::Description;
pub use error::JobsError;
pub use find::{Candidate, JobRef, find};
pub use inspect::{InspectError, Inspection, inspect};
pub use jar::{UploadedJar, upload};
pub use journal::Journal;
pub use list::list;
pub use logs::{LogSource, log, log_sources};
pub use patience::Patience;
pub use rescale::{Rescaled, Rescaling, rescale_from_savepoint};
pub use restart::{RunMark, restarts, run_mark, wait_for_restart};
pub use savepoint::{SavepointPath, savepoint, stop_with_savepoint};
pub use scale::{Change, Scale, ScalePlan, plan_scale, scale};
pub use show::{JobReport, VertexLoad, show};
pub use submit::{Jar, Submission, Submitted, submit};
pub use wait::{Goal, JobProgress, wait_until};

#[cfg(test)]
mod tests;

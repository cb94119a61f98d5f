//! What taking a savepoint and stopping with one share: the request, and what is said when the wait for it ends early.
//!
//! The cluster begins an operation once for each trigger id, however often it is asked. So the same command with the same id
//! waits for the operation that goes on, and begins nothing.

use std::future::Future;

use clap::Args;
use jobs::{JobsError, SavepointPath};
use ops_core::ids::{JobId, TriggerId};
use ops_core::rest::SavepointRequest;

use super::{Format, Wait};
use crate::exit;
use crate::failure::Failure;

/// Where and how a savepoint is taken.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// Where to put the savepoint [default: the cluster's savepoint directory].
    #[arg(long, value_name = "DIR")]
    dir: Option<String>,
    /// Its format: canonical can be restored by every state backend, native is the backend's own and faster.
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Waits for what was begun under this id, which the command that began it said; begins it if nothing was.
    #[arg(long, value_name = "ID")]
    trigger: Option<TriggerId>,
    #[command(flatten)]
    pub(super) wait: Wait,
}

impl Target {
    pub(super) fn request(&self) -> SavepointRequest {
        let fresh = SavepointRequest::new(self.dir.clone());
        SavepointRequest {
            format: self.format.map(Into::into),
            trigger: self.trigger.unwrap_or(fresh.trigger),
            ..fresh
        }
    }
}

/// Waits for an operation. An interruption and the end of the time leave it to the cluster, and say how to wait on.
pub(super) async fn wait(
    verb: &str,
    (job, trigger): (JobId, TriggerId),
    operation: impl Future<Output = Result<SavepointPath, JobsError>>,
) -> Result<SavepointPath, Failure> {
    let again = format!("flinkops job {verb} {job} --trigger {trigger}");
    tokio::select! {
        result = operation => result.map_err(|error| {
            let waits = matches!(error, JobsError::OperationTimedOut { .. });
            let failure = Failure::from(error);
            if waits { failure.help(format!("{again} waits on")) } else { failure }
        }),
        Ok(()) = tokio::signal::ctrl_c() => {
            let message = format!("interrupted; what was begun for job {job} goes on in the cluster");
            Err(Failure::new(exit::INTERRUPTED, message).help(format!("{again} waits on")))
        }
    }
}

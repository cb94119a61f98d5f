//! What the cluster shows of a described job.

use jobs::apply::{Left, left_by, look};
use jobs::description::JobName;
use ops_core::ids::JobId;
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::wire::state::JobStatus;
use ops_core::rest::{Failure, RestClient, RestError};

use crate::doctor::passes;

/// What the cluster shows of a described job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Observation {
    /// Its copy that has not ended.
    pub(super) live: Option<Copy>,
    /// More copies than one have not ended.
    pub(super) several: bool,
    /// Its copy that ended last.
    pub(super) ended: Option<Copy>,
    /// Another job goes on under its name.
    pub(super) namesake: Option<JobId>,
}

/// A copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    pub(super) id: JobId,
    pub(super) status: JobStatus,
    /// All its tasks run, or have come to their end.
    pub(super) runs: bool,
    /// What it has left so far.
    pub(super) left: Left,
    /// It failed for want of a slot, a TaskManager or a leader: its state is not to blame.
    pub(super) blameless: bool,
}

/// Looks.
///
/// # Errors
/// See [`RestError`].
pub(super) async fn observe(client: &RestClient, name: &JobName) -> Result<Observation, RestError> {
    let seen = look(client, name).await?;
    let live = match seen.live.first() {
        Some(summary) => Some(copy(client, summary).await?),
        None => None,
    };
    let ended = match seen.ended.first().filter(|_| live.is_none()) {
        Some(summary) => Some(copy(client, summary).await?),
        None => None,
    };
    let namesake = seen.namesakes.first().map(|job| job.jid);
    Ok(Observation { live, several: seen.live.len() > 1, ended, namesake })
}

async fn copy(client: &RestClient, summary: &JobSummary) -> Result<Copy, RestError> {
    let left = left_by(client, summary.jid).await?.unwrap_or_default();
    let blameless = match summary.state {
        JobStatus::Failed => client
            .execution_result(summary.jid)
            .await?
            .and_then(|result| result.failure_cause)
            .is_some_and(|cause| passes(Failure::from(cause).stack())),
        _ => false,
    };
    Ok(Copy { id: summary.jid, status: summary.state, runs: summary.runs(), left, blameless })
}

//! What the cluster shows of a described job.

use std::time::Duration;

use ops_core::ids::JobId;
use ops_core::rest::wire::checkpoints::{Checkpoint, CheckpointStatistics};
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::{RestClient, RestError};

use crate::description::{CopyId, JobName};
use crate::journal::{State, StateKind};

/// What Flink writes in place of a path where checkpoints are kept in the JobManager's memory.
const NO_PATH: &str = "<checkpoint-not-externally-addressable>";

/// What the type of a savepoint that stops a job is called.
const STOPS: &str = "SYNC_SAVEPOINT";

/// The jobs that have to do with a description.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Its copies that have not ended.
    pub live: Vec<JobSummary>,
    /// Its copies that have ended, latest first.
    pub ended: Vec<JobSummary>,
    /// Jobs of its name that go on and are no copies.
    pub namesakes: Vec<JobSummary>,
}

impl Seen {
    /// All its copies.
    pub(super) fn ids(&self) -> Vec<JobId> {
        self.live.iter().chain(&self.ended).map(|job| job.jid).collect()
    }
}

/// Looks for the copies of a described job.
///
/// # Errors
/// See [`RestError`].
pub async fn look(client: &RestClient, name: &JobName) -> Result<Seen, RestError> {
    let ids = CopyId::of(name);
    let mut seen = Seen::default();
    for job in client.jobs_overview().await?.jobs {
        match (ids.fingerprint(job.jid).is_some(), job.state.is_terminal()) {
            (true, false) => seen.live.push(job),
            (true, true) => seen.ended.push(job),
            (false, false) if job.name == name.as_str() => seen.namesakes.push(job),
            _ => {}
        }
    }
    seen.ended.sort_by_key(|job| std::cmp::Reverse(job.start_time));
    Ok(seen)
}

/// One job of the overview, which is never stale; `None` where it is not there.
pub(super) async fn summary_of(client: &RestClient, job: JobId) -> Result<Option<JobSummary>, RestError> {
    Ok(client.jobs_overview().await?.jobs.into_iter().find(|summary| summary.jid == job))
}

/// What a copy has left so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// The newest state that is still there: savepoint, or retained checkpoint.
    pub state: Option<State>,
    /// What it had been restored from last.
    pub restored: Option<State>,
    /// The newest state is a savepoint that stopped it.
    pub stopped: bool,
    /// It completed a checkpoint or savepoint, whatever became of that.
    pub completed: bool,
}

/// What a copy has left so far; `None` where the cluster does not know the job, or the job took no checkpoints.
///
/// # Errors
/// See [`RestError`].
pub async fn left_by(client: &RestClient, job: JobId) -> Result<Option<Left>, RestError> {
    match client.checkpoints(job).await {
        Ok(statistics) => Ok(Some(Left::from(&statistics))),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The same of a copy that has ended: what it did last may not be in the answers yet, which Flink keeps for a while.
pub(super) async fn left_at_last(
    client: &RestClient,
    ended: &JobSummary,
    stale: Duration,
) -> Result<Option<Left>, RestError> {
    let settled = match client.job(ended.jid).await {
        Ok(details) => {
            let since = details.now - ended.end_time;
            details.state.is_terminal() && since >= i64::try_from(stale.as_millis()).unwrap_or(i64::MAX)
        }
        Err(error) if error.is_not_found() => true,
        Err(error) => return Err(error),
    };
    if !settled {
        tokio::time::sleep(stale).await;
    }
    left_by(client, ended.jid).await
}

impl From<&CheckpointStatistics> for Left {
    fn from(statistics: &CheckpointStatistics) -> Self {
        let latest = &statistics.latest;
        let there =
            |checkpoint: &&Checkpoint| checkpoint.discarded != Some(true) && path(checkpoint).is_some();
        let completed = latest.completed.as_ref().filter(there);
        let savepoint = latest.savepoint.as_ref().filter(there);
        let newest = match (completed, savepoint) {
            (Some(checkpoint), Some(savepoint)) if checkpoint.id > savepoint.id => Some(checkpoint),
            (checkpoint, savepoint) => savepoint.or(checkpoint),
        };
        let kind = |is_savepoint| if is_savepoint { StateKind::Savepoint } else { StateKind::Checkpoint };
        let restored = latest.restored.as_ref().and_then(|restored| {
            let path = restored.external_path.clone().filter(|path| path != NO_PATH)?;
            Some(State { kind: kind(restored.is_savepoint), path })
        });
        Self {
            state: newest
                .and_then(|newest| Some(State { kind: kind(newest.is_savepoint), path: path(newest)? })),
            restored,
            stopped: newest.is_some_and(|newest| newest.checkpoint_type == STOPS),
            completed: latest.completed.is_some() || latest.savepoint.is_some(),
        }
    }
}

fn path(checkpoint: &Checkpoint) -> Option<String> {
    checkpoint.external_path.clone().filter(|path| path != NO_PATH)
}

/// The error is none that the same question will meet again soon: the cluster was not reached, or was not itself.
pub(super) fn is_passing(error: &RestError) -> bool {
    !matches!(error.status(), Some(400..=499))
        && !error.is_tls()
        && !matches!(error, RestError::InvalidUrl { .. } | RestError::Setup { .. } | RestError::Jar(_))
}

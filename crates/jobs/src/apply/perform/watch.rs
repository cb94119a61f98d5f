//! Watching a copy until it is healthy, or is not going to be.

use std::fmt::Display;
use std::time::Duration;

use ops_core::ids::{JobId, TriggerId};
use ops_core::rest::wire::operations::CheckpointType;
use ops_core::rest::wire::state::JobStatus;
use ops_core::rest::{AsyncStatus, Failure};

use super::step::said;
use crate::apply::ApplyError;
use crate::apply::cluster::summary_of;
use crate::apply::engine::Applier;
use crate::journal::{Deployment, Outcome};
use crate::wait::all_tasks_running;
use crate::{JobProgress, Patience};

impl Applier<'_> {
    /// Watches a copy until it is healthy, or is not going to be.
    pub(super) async fn watch(&self, deployment: &Deployment, job: JobId) -> Result<Outcome, ApplyError> {
        let health = &deployment.description.health;
        let (needed, most) = (Duration::from(health.running_for), health.max_restarts);
        let limit: Duration = health.within.into();
        let mut patience = self.pace.patience(limit);
        let mut settled_since: Option<tokio::time::Instant> = None;
        let mut last_seen = String::from("it is not there");
        loop {
            let Some(summary) = self.persist(|| summary_of(self.client, job)).await? else {
                // A new leader recovers its jobs after a while.
                if !patience.pause().await {
                    return Ok(Outcome::EndedElsewhere { why: "is gone from the cluster".to_owned() });
                }
                continue;
            };
            match summary.state {
                JobStatus::Failed => {
                    let result = self.persist(|| self.client.execution_result(job)).await?;
                    let cause = result.and_then(|result| result.failure_cause).map(Failure::from);
                    let why =
                        cause.map_or_else(|| "it failed".to_owned(), |cause| format!("it failed: {cause}"));
                    return Ok(Outcome::Unhealthy { why });
                }
                // A job whose input ends.
                JobStatus::Finished => return Ok(Outcome::Healthy { checkpoint: None }),
                JobStatus::Canceled => {
                    return Ok(Outcome::EndedElsewhere { why: "was cancelled by somebody else".to_owned() });
                }
                _ => {}
            }
            if !all_tasks_running(&summary) {
                settled_since = None;
                last_seen = format!("it is {}", JobProgress::of(&summary));
                if let Some(why) = self.restarted_too_often(job, most).await? {
                    return Ok(Outcome::Unhealthy { why });
                }
            } else if settled_since.get_or_insert_with(tokio::time::Instant::now).elapsed() >= needed {
                if let Some(why) = self.restarted_too_often(job, most).await? {
                    return Ok(Outcome::Unhealthy { why });
                }
                match self.first_checkpoint(deployment, job, patience).await? {
                    Ok(checkpoint) => return Ok(Outcome::Healthy { checkpoint }),
                    Err(why) => last_seen = why,
                }
                settled_since = None;
            }
            if !patience.pause().await {
                let why = format!("it was not healthy within {}: {last_seen}", health.within);
                return Ok(Outcome::Unhealthy { why });
            }
        }
    }

    /// Why a copy that has failed too often is not healthy. Each restart is an entry in the history of its exceptions.
    async fn restarted_too_often(&self, job: JobId, most: u32) -> Result<Option<String>, ApplyError> {
        let exceptions = self.persist(|| self.client.exceptions(job)).await?;
        let entries = &exceptions.exception_history.entries;
        if entries.len() <= most as usize {
            return Ok(None);
        }
        let cause = Failure::from_stack(entries[0].stacktrace.as_str());
        let times = if entries.len() == 1 { "once".to_owned() } else { format!("{} times", entries.len()) };
        Ok(Some(format!("it failed {times}, at last with {cause}")))
    }

    /// A first checkpoint, where one is wanted; or why there is none yet.
    async fn first_checkpoint(
        &self,
        deployment: &Deployment,
        job: JobId,
        mut patience: Patience,
    ) -> Result<Result<Option<i64>, String>, ApplyError> {
        let wanted = match deployment.description.health.first_checkpoint {
            Some(wanted) => wanted,
            None => match self.persist(|| self.client.checkpoint_config(job)).await {
                Ok(config) => config.interval > 0 && config.interval < i64::MAX,
                Err(error) if error.is_not_found() => false,
                Err(error) => return Err(error.into()),
            },
        };
        if !wanted {
            return Ok(Ok(None));
        }
        let (kind, trigger) = (CheckpointType::Configured, TriggerId::random());
        const FAILED: &str = "its first checkpoint failed";
        let failed = |why: &dyn Display| Ok(Err(format!("{FAILED}: {why}")));
        match self.persist(|| self.client.trigger_checkpoint(job, kind, trigger)).await {
            Ok(_) => {}
            Err(error) if error.is_refused() => return Ok(Err(said(FAILED, &error))),
            Err(error) => return Err(error.into()),
        }
        loop {
            match self.persist(|| self.client.checkpoint_status(job, trigger)).await {
                Ok(AsyncStatus::Completed(id)) => return Ok(Ok(Some(id))),
                Ok(AsyncStatus::Failed(failure)) => return failed(&failure),
                Ok(AsyncStatus::InProgress) => {}
                // Another JobManager leads: it is asked for again.
                Err(error) if error.is_not_found() => return failed(&"the cluster has forgotten it"),
                Err(error) => return Err(error.into()),
            }
            if !patience.pause().await {
                return Ok(Err("its first checkpoint is not complete".to_owned()));
            }
        }
    }
}

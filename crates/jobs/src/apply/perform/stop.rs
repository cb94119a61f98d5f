//! Ending a copy: with a savepoint, or by cancelling it, and finding what it left.

use ops_core::ids::{JobId, TriggerId};
use ops_core::rest::wire::state::JobStatus;
use ops_core::rest::{AsyncStatus, Drain, SavepointRequest};

use super::step::said;
use crate::apply::ApplyError;
use crate::apply::cluster::{Left, left_by, summary_of};
use crate::apply::engine::Applier;
use crate::description::Upgrade;
use crate::journal::{Outcome, State, StateKind, Undertaking};
use crate::{Goal, JobsError, wait_until};

impl Applier<'_> {
    /// Stops the copy with a savepoint. What it is asked for under a trigger id is done once.
    pub(super) async fn stop(
        &self,
        undertaking: &Undertaking,
        job: JobId,
        trigger: TriggerId,
        directory: Option<String>,
    ) -> Result<Outcome, ApplyError> {
        let what = "stopping with a savepoint";
        let mut patience = self.pace.patience(self.pace.stop);
        let request = SavepointRequest { directory: directory.clone(), format: None, trigger };
        loop {
            let summary = self.persist(|| summary_of(self.client, job)).await?;
            let ended = summary.as_ref().is_none_or(|summary| summary.state.is_terminal());
            match self.persist(|| self.client.savepoint_status(job, trigger)).await {
                Ok(AsyncStatus::Completed(path)) if ended => {
                    return Ok(stopped(Some(State::new(StateKind::Savepoint, path))));
                }
                // It ends now; or it failed at the last moment, and restarts.
                Ok(AsyncStatus::Completed(path)) => {
                    if self.ends(job).await? {
                        return Ok(stopped(Some(State::new(StateKind::Savepoint, path))));
                    }
                    return Ok(Outcome::NotStopped {
                        why: format!("the savepoint {path} is complete, but the copy did not end with it"),
                    });
                }
                Ok(AsyncStatus::Failed(_)) if ended => {
                    return self.ended_otherwise(undertaking, job, directory).await;
                }
                Ok(AsyncStatus::Failed(failure)) => {
                    return Ok(Outcome::NotStopped { why: format!("{what} failed: {failure}") });
                }
                Ok(AsyncStatus::InProgress) => {}
                // Nobody has begun it, or the cluster has forgotten it.
                Err(error) if error.is_not_found() && ended => {
                    return self.ended_otherwise(undertaking, job, directory).await;
                }
                Err(error) if error.is_not_found() => {
                    match self.persist(|| self.client.trigger_stop(job, &request, Drain::Keep)).await {
                        Ok(_) => {}
                        Err(error) if error.is_refused() => {
                            // It may have ended meanwhile.
                            if self.ends(job).await? {
                                continue;
                            }
                            return Ok(Outcome::NotStopped {
                                why: said("stopping with a savepoint was refused", &error),
                            });
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
                Err(error) => return Err(error.into()),
            }
            if !patience.pause().await {
                return Err(JobsError::OperationTimedOut { job, what, after: patience.timeout() }.into());
            }
        }
    }

    /// The copy ended, and not as it was asked to here, or too long ago for the cluster to tell.
    async fn ended_otherwise(
        &self,
        undertaking: &Undertaking,
        job: JobId,
        directory: Option<String>,
    ) -> Result<Outcome, ApplyError> {
        let left = self.left(job).await?.unwrap_or_default();
        if let Some(state) = left.state {
            return Ok(stopped(Some(state)));
        }
        if let Some(path) = directory.as_deref().and_then(only_savepoint_below) {
            return Ok(stopped(Some(State::new(StateKind::Savepoint, path))));
        }
        if let Some(given) = self.options.given() {
            return Ok(stopped(given));
        }
        let name = undertaking.job.clone();
        match self.persist(|| summary_of(self.client, job)).await? {
            Some(summary) if !left.completed => {
                tracing::debug!(%job, state = %summary.state, "it ended without a checkpoint");
                Ok(stopped(left.restored.or_else(|| undertaking.task.origin.clone())))
            }
            Some(summary) => {
                Err(ApplyError::NothingLeft { job: name, copy: job, ended: summary.state.to_string() })
            }
            None => {
                let directory = directory.unwrap_or_else(|| "the cluster's savepoint directory".to_owned());
                Err(ApplyError::SavepointLost { job: name, copy: job, directory })
            }
        }
    }

    /// Cancels the copy, and finds what it left.
    pub(super) async fn cancel(
        &self,
        undertaking: &Undertaking,
        job: JobId,
        how: Upgrade,
    ) -> Result<Outcome, ApplyError> {
        self.end(job).await?;
        if how == Upgrade::Stateless {
            return Ok(stopped(None));
        }
        let left = self.left(job).await?;
        match left {
            Some(left) if left.state.is_some() => Ok(stopped(left.state)),
            Some(left) if !left.completed => Ok(stopped(undertaking.task.origin.clone().or(left.restored))),
            _ => match self.options.given() {
                Some(given) => Ok(stopped(given)),
                None => {
                    let ended = JobStatus::Canceled.to_string();
                    Err(ApplyError::NothingLeft { job: undertaking.job.clone(), copy: job, ended })
                }
            },
        }
    }

    /// What a copy that has ended left, once the cluster's caches have forgotten the time before.
    async fn left(&self, job: JobId) -> Result<Option<Left>, ApplyError> {
        tokio::time::sleep(self.pace.stale).await;
        Ok(self.persist(|| left_by(self.client, job)).await?)
    }

    /// Cancels a job where it goes on, and waits until it has ended.
    pub(super) async fn end(&self, job: JobId) -> Result<(), ApplyError> {
        let mut patience = self.pace.patience(self.pace.stop);
        loop {
            match self.persist(|| summary_of(self.client, job)).await? {
                None => return Ok(()),
                Some(summary) if summary.state.is_terminal() => return Ok(()),
                Some(summary) if summary.state == JobStatus::Cancelling => {}
                // Twice is as good as once.
                Some(_) => match self.persist(|| self.client.cancel(job)).await {
                    Ok(()) => {}
                    // It has ended by itself.
                    Err(error) if error.is_refused() => tracing::debug!(%error, %job, "not cancelled"),
                    Err(error) => return Err(error.into()),
                },
            }
            if !patience.pause().await {
                let (goal, after) = (JobStatus::Canceled.to_string(), patience.timeout());
                return Err(
                    JobsError::TimedOut { job, goal, after, last_seen: "CANCELLING".to_owned() }.into()
                );
            }
        }
    }

    /// Whether a job that should end does.
    async fn ends(&self, job: JobId) -> Result<bool, ApplyError> {
        let patience = self.pace.patience(self.pace.unreachable);
        match wait_until(self.client, job, Goal::Ended, patience, |_| {}).await {
            Ok(_) => Ok(true),
            Err(JobsError::TimedOut { .. }) => Ok(false),
            Err(JobsError::Rest(error)) if error.is_not_found() => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn withdraw(&self, job: JobId) -> Result<Outcome, ApplyError> {
        self.end(job).await?;
        Ok(Outcome::Withdrawn)
    }
}

fn stopped(state: Option<State>) -> Outcome {
    Outcome::Stopped { state }
}

/// The savepoint in a directory that was made for this one: where the directory can be seen from here.
fn only_savepoint_below(directory: &str) -> Option<String> {
    let local =
        directory.strip_prefix("file:").map_or(directory, |rest| rest.strip_prefix("//").unwrap_or(rest));
    if !local.starts_with('/') {
        return None;
    }
    let complete = std::fs::read_dir(local).ok()?.flatten().map(|entry| entry.path());
    let mut complete = complete.filter(|path| path.join("_metadata").is_file());
    match (complete.next(), complete.next()) {
        (Some(path), None) => Some(format!("file:{}", path.display())),
        _ => None,
    }
}

//! Starting a copy, and only one.

use ops_core::ids::{JarId, JobId};
use ops_core::rest::wire::jars::RestoreMode;
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::{RestError, RunRequest};

use super::step::{SERVER_ERRORS, deployment, is_server_error, said};
use crate::apply::ApplyError;
use crate::apply::cluster::{is_passing, look, summary_of};
use crate::apply::engine::Applier;
use crate::journal::{Intent, Outcome, Role, State, StateKind, Undertaking};

/// A copy to be started.
pub(super) struct Submission<'a> {
    pub(super) role: Role,
    pub(super) job: JobId,
    pub(super) jar: &'a JarId,
    pub(super) state: Option<&'a State>,
    pub(super) again: bool,
}

impl Submission<'_> {
    /// Whether something else was submitted under this id before.
    fn is_reused(&self, undertaking: &Undertaking) -> bool {
        undertaking.steps.iter().any(|step| match &step.intent {
            Intent::Submit { role, job, .. } => *job == self.job && *role != self.role,
            _ => false,
        })
    }
}

impl Applier<'_> {
    /// Starts a copy, unless it is there. Whatever becomes of an attempt, the id makes sure that there is one copy at most.
    pub(super) async fn submit(
        &self,
        undertaking: &Undertaking,
        submission: &Submission<'_>,
    ) -> Result<Outcome, ApplyError> {
        let run = RunRequest {
            job_id: Some(submission.job),
            savepoint: submission.state.map(|state| state.path.clone()),
            claim_mode: self.claim_mode(undertaking, submission),
            ..self.run_request(deployment(undertaking, submission.role)?)?
        };
        let reused = submission.is_reused(undertaking);
        let mut uncertain = submission.again;
        let mut server_errors = 0;
        let mut patience = self.pace.patience(self.pace.unreachable);
        loop {
            let seen = self.persist(|| look(self.client, &undertaking.job)).await?;
            let ours = |id: JobId| id == submission.job;
            if let Some(other) = seen.live.iter().find(|job| !ours(job.jid)) {
                return Ok(Outcome::Overtaken { by: other.jid });
            }
            if seen.live.iter().chain(&seen.ended).any(|job| ours(job.jid)) {
                // Under an id that another submission has had: nobody can tell which of the two this is.
                return Ok(if reused { doubtful() } else { Outcome::Submitted });
            }
            match self.client.run_jar(submission.jar, &run).await {
                Ok(_) => return self.alone(undertaking, submission.job).await,
                Err(error) if matches!(error.status(), Some(400..=499)) => {
                    // Perhaps because an earlier attempt was carried out meanwhile.
                    let there = self.persist(|| summary_of(self.client, submission.job)).await?.is_some();
                    return Ok(match (there, reused) {
                        (true, true) => doubtful(),
                        (true, false) => Outcome::Submitted,
                        (false, _) => {
                            Outcome::Refused { why: said("it could not be started", &error), uncertain }
                        }
                    });
                }
                Err(error) if !is_passing(&error) => return Err(error.into()),
                Err(error) => {
                    server_errors = if is_server_error(&error) { server_errors + 1 } else { 0 };
                    // What did not reach the cluster was not begun.
                    uncertain |= !matches!(error, RestError::Unreachable { .. }) && !error.is_leader_change();
                    if server_errors >= SERVER_ERRORS {
                        let why = said("it could not be started", &error);
                        return Ok(Outcome::Refused { why, uncertain: true });
                    }
                    if !patience.pause().await {
                        return Err(error.into());
                    }
                }
            }
        }
    }

    /// Whether a copy that was just started is the only one. Of two that were started at the same moment from two journals, the later one
    /// goes.
    async fn alone(&self, undertaking: &Undertaking, job: JobId) -> Result<Outcome, ApplyError> {
        let seen = self.persist(|| look(self.client, &undertaking.job)).await?;
        let Some(ours) = seen.live.iter().find(|summary| summary.jid == job) else {
            return Ok(Outcome::Submitted);
        };
        let earlier = |other: &&JobSummary| (other.start_time, other.jid) < (ours.start_time, ours.jid);
        match seen.live.iter().find(earlier) {
            None => Ok(Outcome::Submitted),
            Some(earlier) => {
                self.end(job).await?;
                Ok(Outcome::Overtaken { by: earlier.jid })
            }
        }
    }

    /// The files of what the user named may be claimed; those of our own savepoints are needed for the way back.
    fn claim_mode(&self, undertaking: &Undertaking, submission: &Submission<'_>) -> Option<RestoreMode> {
        let state = submission.state?;
        let restore = deployment(undertaking, submission.role).ok().map(|found| &found.description.restore);
        match (state.kind, restore.and_then(|restore| restore.claim_mode)) {
            (StateKind::Given, Some(claim)) => Some(claim.into()),
            _ => Some(RestoreMode::NoClaim),
        }
    }
}

fn doubtful() -> Outcome {
    let why = "a lost submission was carried out after all".to_owned();
    Outcome::Refused { why, uncertain: true }
}

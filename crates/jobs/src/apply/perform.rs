//! Carrying steps out. Each can be done twice: what was done by an earlier attempt is found, and not done again.

use std::path::{Path, PathBuf};

use ops_core::ids::{JarId, JobId, TriggerId};
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::wire::operations::CheckpointType;
use ops_core::rest::wire::state::JobStatus;
use ops_core::rest::{AsyncStatus, Drain, Failure, RestError, RunRequest, SavepointRequest};
use ops_core::secret::SecretSource;

use super::ApplyError;
use super::cluster::{find, is_passing, left_by, look};
use super::engine::Applier;
use super::plan::is_settled;
use crate::description::{JarLocation, Upgrade};
use crate::jar::upload_as;
use crate::journal::{
    Deployment, Intent, JarRef, JournalError, Outcome, Role, State, StateKind, Undertaking,
};
use crate::{Goal, JobsError, Patience, UploadedJar, wait_until};

/// After so many server errors in a row, the answer is taken for one.
const SERVER_ERRORS: u32 = 3;

impl Applier<'_> {
    pub(super) async fn perform(
        &self,
        undertaking: &Undertaking,
        intent: &Intent,
        again: bool,
    ) -> Result<Outcome, ApplyError> {
        match intent {
            Intent::Upload { role } => self.upload(undertaking, *role).await,
            Intent::Stop { job, how: Upgrade::Savepoint, trigger, directory } => {
                self.stop(undertaking, *job, *trigger, directory.clone()).await
            }
            Intent::Stop { job, how, .. } => self.cancel(undertaking, *job, *how).await,
            Intent::Submit { role, job, jar, state } => {
                let submission = Submission { role: *role, job: *job, jar, state: state.as_ref(), again };
                self.submit(undertaking, &submission).await
            }
            Intent::Watch { role, job } => self.watch(deployment(undertaking, *role)?, *job).await,
            Intent::Withdraw { job, .. } => self.withdraw(*job).await,
        }
    }

    /// Asks until there is an answer: the cluster may be away for a while. Three server errors in a row are one.
    pub(super) async fn persist<T, F: Future<Output = Result<T, RestError>>>(
        &self,
        ask: impl Fn() -> F,
    ) -> Result<T, RestError> {
        let mut patience = self.pace.patience(self.pace.unreachable);
        let mut server_errors = 0;
        loop {
            let error = match ask().await {
                Ok(answer) => return Ok(answer),
                Err(error) if !is_passing(&error) => return Err(error),
                Err(error) => error,
            };
            server_errors = if is_server_error(&error) { server_errors + 1 } else { 0 };
            if server_errors >= SERVER_ERRORS || !patience.pause().await {
                return Err(error);
            }
            tracing::debug!(%error, "asking again");
        }
    }

    /// Puts the jar on the cluster; the new one's main method is run up to its job graph, before anything is stopped.
    async fn upload(&self, undertaking: &Undertaking, role: Role) -> Result<Outcome, ApplyError> {
        let deployment = deployment(undertaking, role)?;
        let UploadedJar { id: jar, reused } = match self.place(deployment).await {
            Ok(jar) => jar,
            Err(ApplyError::Jobs(JobsError::Rest(error)))
                if error.is_refused() && !is_server_error(&error) =>
            {
                return Ok(refused("its jar was refused", &error));
            }
            Err(error @ ApplyError::Journal(JournalError::JarGone { .. })) => {
                return Ok(Outcome::Refused { why: error.to_string(), uncertain: false });
            }
            Err(error) => return Err(error),
        };
        if role == Role::New
            && let Some(refusal) = self.rehearse(undertaking, deployment, &jar).await?
        {
            if !reused && let Err(error) = self.client.delete_jar(&jar).await {
                tracing::warn!(%error, %jar, "the jar of the refused job stays uploaded");
            }
            return Ok(refusal);
        }
        Ok(Outcome::Uploaded { jar })
    }

    /// Runs the main method up to its job graph, and counts the slots that it needs; what speaks against it.
    async fn rehearse(
        &self,
        undertaking: &Undertaking,
        deployment: &Deployment,
        jar: &JarId,
    ) -> Result<Option<Outcome>, ApplyError> {
        let run = self.run_request(deployment)?;
        let plan = match self.persist(|| self.client.plan_jar(jar, &run)).await {
            Ok(plan) => plan,
            Err(error) if error.is_refused() => {
                return Ok(Some(refused("its main method makes no job", &error)));
            }
            Err(error) => return Err(error.into()),
        };
        let widest = plan.nodes.unwrap_or_default().iter().map(|node| node.parallelism).max();
        let missing = self.missing_slots(undertaking, widest.unwrap_or(0)).await?;
        Ok(missing.map(|why| Outcome::Refused { why, uncertain: false }))
    }

    async fn place(&self, deployment: &Deployment) -> Result<UploadedJar, ApplyError> {
        let jars = self.persist(|| self.client.list_jars()).await?.files;
        match &deployment.jar {
            JarRef::Uploaded { id } => {
                let found = jars.into_iter().find(|jar| jar.id == *id || jar.name == id.as_str());
                found.map(|jar| UploadedJar { id: jar.id, reused: true }).ok_or_else(|| {
                    JournalError::JarGone { name: id.to_string(), sha256: "unknown".to_owned() }.into()
                })
            }
            JarRef::Kept { name, sha256 } => {
                if let Some(jar) = jars.into_iter().find(|jar| jar.name == *name) {
                    return Ok(UploadedJar { id: jar.id, reused: true });
                }
                let path = self
                    .jar_file(deployment)
                    .ok_or_else(|| JournalError::JarGone { name: name.clone(), sha256: sha256.clone() })?;
                let progress = (self.progress)(&path);
                let upload = || upload_as(self.client, &path, name.clone(), progress.as_ref());
                Ok(self.persist(upload).await?)
            }
        }
    }

    /// The kept jar, or the described file while it still has that content.
    fn jar_file(&self, deployment: &Deployment) -> Option<PathBuf> {
        if let Some(kept) = self.journal.kept_jar(&deployment.jar) {
            return Some(kept);
        }
        let JarLocation::File(file) = &deployment.description.jar else { return None };
        let same = |path: &Path| {
            crate::jar::digest(path).is_ok_and(|digest| digest.sha256 == deployment.jar.identity())
        };
        Some(file.clone()).filter(|file| same(file))
    }

    /// Why there are not enough slots for a job this wide. Where slots come on demand, there are always enough.
    async fn missing_slots(
        &self,
        undertaking: &Undertaking,
        widest: i64,
    ) -> Result<Option<String>, ApplyError> {
        let entries = self.persist(|| self.client.jobmanager_config()).await?;
        let value =
            |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str());
        let on_demand = value("execution.target").is_some_and(|target| !matches!(target, "local" | "remote"))
            || value("kubernetes.cluster-id").is_some()
            || value("yarn.application.id").is_some();
        let adapts = [value("jobmanager.scheduler"), value("scheduler-mode")].into_iter().flatten();
        if on_demand || adapts.map(str::to_lowercase).any(|how| how == "adaptive" || how == "reactive") {
            return Ok(None);
        }
        let free = i64::from(self.persist(|| self.client.overview()).await?.slots_available);
        let freed = match undertaking.task.running {
            Some(running) => match self.persist(|| self.client.job(running)).await {
                Ok(details) => {
                    i64::from(details.vertices.iter().map(|vertex| vertex.parallelism).max().unwrap_or(0))
                }
                Err(error) if error.is_not_found() => 0,
                Err(error) => return Err(error.into()),
            },
            None => 0,
        };
        let missing = widest - free - freed;
        Ok((missing > 0).then(|| {
            let old = if freed > 0 { format!(", and the copy that runs frees {freed}") } else { String::new() };
            format!(
                "it needs {widest} slots, {free} are free{old}: {missing} are missing; start TaskManagers with that many slots, or \
                 describe a parallelism of {} at most", free + freed
            )
        }))
    }

    /// Stops the copy with a savepoint. What it is asked for under a trigger id is done once.
    async fn stop(
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
            let summary = self.persist(|| find(self.client, job)).await?;
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
        if let Some(given) = self.options.from.clone() {
            return Ok(stopped(
                Some(State::new(StateKind::Given, given)).filter(|state| state.path != "none"),
            ));
        }
        let name = undertaking.job.clone();
        match self.persist(|| find(self.client, job)).await? {
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
    async fn cancel(
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
            _ => match self.options.from.clone() {
                Some(given) => Ok(stopped(
                    Some(State::new(StateKind::Given, given)).filter(|state| state.path != "none"),
                )),
                None => {
                    let ended = JobStatus::Canceled.to_string();
                    Err(ApplyError::NothingLeft { job: undertaking.job.clone(), copy: job, ended })
                }
            },
        }
    }

    /// What a copy that has ended left, once the cluster's caches have forgotten the time before.
    async fn left(&self, job: JobId) -> Result<Option<super::cluster::Left>, ApplyError> {
        tokio::time::sleep(self.pace.stale).await;
        Ok(self.persist(|| left_by(self.client, job)).await?)
    }

    /// Cancels a job where it goes on, and waits until it has ended.
    async fn end(&self, job: JobId) -> Result<(), ApplyError> {
        let mut patience = self.pace.patience(self.pace.stop);
        loop {
            match self.persist(|| find(self.client, job)).await? {
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

    /// Starts a copy, unless it is there. Whatever becomes of an attempt, the id makes sure that there is one copy at most.
    async fn submit(
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
                    let there = self.persist(|| find(self.client, submission.job)).await?.is_some();
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
    fn claim_mode(
        &self,
        undertaking: &Undertaking,
        submission: &Submission<'_>,
    ) -> Option<ops_core::rest::wire::jars::RestoreMode> {
        use ops_core::rest::wire::jars::RestoreMode;
        let state = submission.state?;
        let restore = deployment(undertaking, submission.role).ok().map(|found| &found.description.restore);
        match (state.kind, restore.and_then(|restore| restore.claim_mode)) {
            (StateKind::Given, Some(claim)) => Some(claim.into()),
            _ => Some(RestoreMode::NoClaim),
        }
    }

    /// Watches a copy until it is healthy, or is not going to be.
    async fn watch(&self, deployment: &Deployment, job: JobId) -> Result<Outcome, ApplyError> {
        let health = &deployment.description.health;
        let (needed, most) = (std::time::Duration::from(health.running_for), health.max_restarts);
        let limit: std::time::Duration = health.within.into();
        let mut patience = self.pace.patience(limit);
        let mut settled_since: Option<tokio::time::Instant> = None;
        let mut last_seen = String::from("it is not there");
        loop {
            let Some(summary) = self.persist(|| find(self.client, job)).await? else {
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
            if !is_settled(&summary) {
                settled_since = None;
                last_seen = format!("it is {}", crate::JobProgress::of(&summary));
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
        let failed = |why: &dyn std::fmt::Display| Ok(Err(format!("{FAILED}: {why}")));
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

    async fn withdraw(&self, job: JobId) -> Result<Outcome, ApplyError> {
        self.end(job).await?;
        Ok(Outcome::Withdrawn)
    }

    /// How a deployment is run, with the values of its secret options.
    fn run_request(&self, deployment: &Deployment) -> Result<RunRequest, ApplyError> {
        let description = &deployment.description;
        let mut configuration = description.flink.clone();
        configuration.entry("pipeline.name".to_owned()).or_insert_with(|| description.name.to_string());
        for (key, source) in &description.secrets {
            let value = source.parse::<SecretSource>().and_then(|source| source.fetch(self.environment));
            let value = value.map_err(|source| ApplyError::Secret { key: key.clone(), source })?;
            configuration.insert(key.clone(), value.expose().to_owned());
        }
        Ok(RunRequest {
            entry_class: description.entry_class.clone(),
            parallelism: description.parallelism,
            args: description.arguments.clone(),
            allow_non_restored_state: description.restore.allow_non_restored_state,
            configuration,
            ..RunRequest::default()
        })
    }
}

/// A copy to be started.
struct Submission<'a> {
    role: Role,
    job: JobId,
    jar: &'a JarId,
    state: Option<&'a State>,
    again: bool,
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

fn deployment(undertaking: &Undertaking, role: Role) -> Result<&Deployment, ApplyError> {
    let task = &undertaking.task;
    let found = if role == Role::New { task.new.as_ref() } else { task.old.as_ref() };
    found.ok_or_else(|| ApplyError::Unknown { job: undertaking.job.clone() })
}

fn stopped(state: Option<State>) -> Outcome {
    Outcome::Stopped { state }
}

fn refused(what: &str, error: &RestError) -> Outcome {
    Outcome::Refused { why: said(what, error), uncertain: false }
}

/// What the cluster said, without the call: that is of no interest to who describes jobs.
fn said(what: &str, error: &RestError) -> String {
    match error.failure() {
        Some(failure) => format!("{what}: {failure}"),
        None => format!("{what}: {error}"),
    }
}

fn doubtful() -> Outcome {
    let why = "a lost submission was carried out after all".to_owned();
    Outcome::Refused { why, uncertain: true }
}

/// A server error, but not that nobody leads.
fn is_server_error(error: &RestError) -> bool {
    matches!(error.status(), Some(500..=599)) && !error.is_retryable()
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

//! From a plan to its end: the lease, the journal, one step after another.

use std::path::Path;

use ops_core::ids::JobId;
use ops_core::rest::{RestClient, UploadProgress};
use serde::Serialize;

use super::next::{Next, next};
use super::plan::savepoint_directory;
use super::{Action, ApplyError, Event, Pace, Plan, PlanOptions, plan, plan_removal};
use crate::description::{Description, Fingerprint, JobName};
use crate::journal::{End, HEARTBEAT, Intent, Journal, Outcome, Role, Undertaking};

/// What became of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// The job.
    pub name: JobName,
    /// What was done.
    pub action: Action,
    /// How it ended; `None` where nothing was to be done.
    #[serde(flatten)]
    pub end: Option<End>,
    /// The copy that runs now, as far as is known.
    pub job_id: Option<JobId>,
    /// What that was started from, or what the copy that was stopped left.
    pub state: Option<String>,
}

impl Applied {
    /// The job is as it is described.
    pub fn is_done(&self) -> bool {
        matches!(self.end, None | Some(End::Done))
    }
}

/// Applies descriptions to a cluster.
pub struct Applier<'a> {
    /// The cluster.
    pub client: &'a RestClient,
    /// Where every step is written down.
    pub journal: &'a Journal,
    /// How long to wait for what.
    pub pace: Pace,
    /// How to decide where a description does not say.
    pub options: PlanOptions,
    /// Looks up environment variables, for secrets.
    pub environment: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// Makes what is told how much of a jar was sent.
    pub progress: &'a (dyn Fn(&Path) -> Option<UploadProgress> + Sync),
    /// Is told of every step.
    pub observe: &'a (dyn Fn(Event<'_>) + Sync),
}

impl Applier<'_> {
    /// Makes a job what its description says. What was broken off before is brought to its end first.
    ///
    /// # Errors
    /// See [`ApplyError`]. What was begun stays in the journal.
    pub async fn apply(&self, description: &Description) -> Result<Applied, ApplyError> {
        let name = &description.name;
        self.leased(name, async {
            if let Some(begun) = self.journal.unfinished(self.client.url(), name)? {
                let applied = self.resumed(begun.clone()).await?;
                // It was this that was broken off: once is enough.
                let meant = begun.task.new.as_ref().map(|new| new.fingerprint());
                let jar = self.journal.jar_of(description)?;
                if meant == Some(Fingerprint::of(description, &jar)) {
                    return Ok(applied);
                }
            }
            let plan = plan(self.client, self.journal, description, &self.options).await?;
            if plan.task.is_some() {
                self.journal.keep_jar(description)?;
            }
            self.carry_out(plan).await
        })
        .await
    }

    /// Stops a job that is no longer described, and forgets it.
    ///
    /// # Errors
    /// See [`ApplyError`].
    pub async fn remove(&self, name: &JobName) -> Result<Applied, ApplyError> {
        self.leased(name, async {
            if let Some(begun) = self.journal.unfinished(self.client.url(), name)? {
                let removes = begun.task.new.is_none();
                let applied = self.resumed(begun).await?;
                if removes {
                    return Ok(applied);
                }
            }
            let plan = plan_removal(self.client, self.journal, name).await?;
            self.carry_out(plan).await
        })
        .await
    }

    /// Brings to its end what was broken off; `None` where nothing was.
    ///
    /// # Errors
    /// See [`ApplyError`].
    pub async fn resume(&self, name: &JobName) -> Result<Option<Applied>, ApplyError> {
        self.leased(name, async {
            match self.journal.unfinished(self.client.url(), name)? {
                Some(begun) => self.resumed(begun).await.map(Some),
                None => Ok(None),
            }
        })
        .await
    }

    /// Does it while the job's lease is ours.
    async fn leased<T>(
        &self,
        name: &JobName,
        work: impl Future<Output = Result<T, ApplyError>>,
    ) -> Result<T, ApplyError> {
        let cluster = self.client.url();
        self.journal.lease(cluster, name)?;
        let signs = async {
            loop {
                tokio::time::sleep(HEARTBEAT).await;
                // That it was taken over is found out by the next step, before anything is done.
                if let Err(error) = self.journal.sign(cluster, name) {
                    tracing::debug!(%error, "no sign of life");
                }
            }
        };
        let result = tokio::select! {
            result = work => result,
            () = signs => unreachable!("signs are given for ever"),
        };
        self.journal.release(cluster, name)?;
        result
    }

    async fn resumed(&self, begun: Undertaking) -> Result<Applied, ApplyError> {
        (self.observe)(Event::Resumed(&begun.job, &begun));
        self.run(Action::Resume, begun).await
    }

    async fn carry_out(&self, plan: Plan) -> Result<Applied, ApplyError> {
        let Some(task) = &plan.task else {
            let Plan { name, action, job_id, .. } = plan;
            return Ok(Applied { name, action, end: None, job_id, state: None });
        };
        self.journal.begin(self.client.url(), &plan.name, task)?;
        match self.journal.unfinished(self.client.url(), &plan.name)? {
            Some(begun) => self.run(plan.action, begun).await,
            None => Err(ApplyError::Unknown { job: plan.name }),
        }
    }

    /// One step after another, until the end.
    async fn run(&self, action: Action, mut undertaking: Undertaking) -> Result<Applied, ApplyError> {
        let policy = undertaking.task.new.as_ref().or(undertaking.task.old.as_ref());
        let stops = undertaking.task.running.is_some() && undertaking.steps.len() < 2;
        let directory = match policy {
            Some(policy) if stops => {
                self.persist(|| savepoint_directory(self.client, &policy.description)).await?
            }
            _ => None,
        };
        let end = loop {
            let (intent, again) = match next(&undertaking, directory.as_deref()) {
                Next::Step(intent) => (intent, false),
                Next::Again(intent) => (intent, true),
                Next::End(end) => break end,
            };
            let step = match self.journal.pending(&undertaking)? {
                Some(step) => step,
                None => self.journal.intend(&undertaking, &intent)?,
            };
            let name = &undertaking.job;
            (self.observe)(Event::Begun(name, &intent));
            let outcome = self.perform(&undertaking, &intent, again).await?;
            (self.observe)(Event::Done(name, &outcome));
            self.journal.conclude(step, &outcome)?;
            (self.observe)(Event::Concluded(name, &intent, &outcome));
            let current = self.journal.unfinished(&undertaking.cluster, name)?;
            undertaking = current.ok_or_else(|| ApplyError::Unknown { job: name.clone() })?;
        };
        self.journal.end(&undertaking, &end)?;
        let known = self.journal.known(&undertaking.cluster, &undertaking.job)?;
        let job_id = known.copy.or_else(|| left_running(&undertaking));
        let state = known.state.map(|state| state.path);
        Ok(Applied { name: undertaking.job, action, end: Some(end), job_id, state })
    }
}

/// The copy that runs on because it could not be stopped, or was not to be.
fn left_running(undertaking: &Undertaking) -> Option<JobId> {
    let stopped = |outcome: &Option<Outcome>| matches!(outcome, Some(Outcome::Stopped { .. }));
    let gone = undertaking.steps.iter().any(|step| stopped(&step.outcome));
    let submitted =
        undertaking.steps.iter().any(|step| matches!(step.intent, Intent::Submit { role: Role::New, .. }));
    undertaking.task.running.filter(|_| !gone && !submitted)
}

//! Applications, which Flink 2.3 puts above jobs: one for each main method that was run, and for each job that a client
//! submitted.

use ops_core::ids::JobId;
use ops_core::rest::wire::state::JobStatus;
use serde::{Deserialize, Serialize};

use super::cluster::Cluster;
use super::saved;
use super::throwable::Throwable;

/// How far an application got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ApplicationStatus {
    Created,
    Running,
    Canceling,
    Canceled,
    Failing,
    Failed,
    Finished,
}

impl ApplicationStatus {
    pub(crate) const ALL: [Self; 7] = [
        Self::Created,
        Self::Running,
        Self::Canceling,
        Self::Canceled,
        Self::Failing,
        Self::Failed,
        Self::Finished,
    ];

    /// The name on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Running => "RUNNING",
            Self::Canceling => "CANCELING",
            Self::Canceled => "CANCELED",
            Self::Failing => "FAILING",
            Self::Failed => "FAILED",
            Self::Finished => "FINISHED",
        }
    }

    pub(crate) fn is_terminal(self) -> bool {
        matches!(self, Self::Canceled | Self::Failed | Self::Finished)
    }
}

/// An application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Application {
    #[serde(with = "saved::hex")]
    pub(crate) id: u128,
    pub(crate) name: String,
    pub(crate) status: ApplicationStatus,
    /// When it entered each status, by its position in [`ApplicationStatus::ALL`]; 0 for never.
    pub(crate) entered: [i64; ApplicationStatus::ALL.len()],
    /// What made it fail, when, and in which job.
    pub(crate) failures: Vec<(i64, Throwable, Option<JobId>)>,
}

impl Application {
    fn enter(&mut self, status: ApplicationStatus, now: i64) {
        if !self.status.is_terminal() {
            self.status = status;
            self.entered[status as usize] = now;
        }
    }

    pub(crate) fn started(&self) -> i64 {
        self.entered[ApplicationStatus::Created as usize]
    }

    pub(crate) fn ended(&self) -> Option<i64> {
        self.status.is_terminal().then(|| self.entered[self.status as usize])
    }
}

impl Cluster {
    /// Every application, in the order of submission.
    pub(crate) fn applications(&self) -> impl Iterator<Item = &Application> {
        self.applications.values()
    }

    pub(crate) fn application(&self, id: u128) -> Option<&Application> {
        self.applications.get(&id)
    }

    /// Runs a main method as an application; `None` when the id is taken.
    pub(crate) fn start_application(&mut self, id: Option<u128>, name: &str) -> Option<u128> {
        let id = id.unwrap_or_else(|| self.fresh_id());
        if self.applications.contains_key(&id) {
            return None;
        }
        let now = self.now;
        let status = ApplicationStatus::Created;
        let mut application = Application {
            id,
            name: name.to_owned(),
            status,
            entered: Default::default(),
            failures: Vec::new(),
        };
        application.enter(ApplicationStatus::Created, now);
        application.enter(ApplicationStatus::Running, now);
        self.applications.insert(id, application);
        Some(id)
    }

    /// Its main method threw this.
    pub(crate) fn fail_application(&mut self, id: u128, cause: Throwable) {
        let now = self.now;
        if let Some(application) = self.applications.get_mut(&id) {
            application.enter(ApplicationStatus::Failing, now);
            application.enter(ApplicationStatus::Failed, now);
            application.failures.push((now, cause, None));
        }
    }

    /// Cancels an application and its jobs; whether it was running.
    pub(crate) fn cancel_application(&mut self, id: u128) -> bool {
        let now = self.now;
        let Some(application) = self.applications.get_mut(&id) else { return false };
        if application.status.is_terminal() {
            return false;
        }
        application.enter(ApplicationStatus::Canceling, now);
        let jobs: Vec<JobId> =
            self.jobs.values().filter(|job| job.application == Some(id)).map(|job| job.id).collect();
        if jobs.iter().all(|job| self.jobs.get(job).is_none_or(|job| job.is_over())) {
            self.end_application(id);
        }
        jobs.into_iter().for_each(|job| self.cancel(job));
        true
    }

    /// A job of it has ended: once all have, so has the application.
    pub(super) fn application_after(&mut self, job: JobId) {
        let Some(id) = self.jobs.get(&job).and_then(|job| job.application) else { return };
        let mut own = self.jobs.values().filter(|job| job.application == Some(id));
        if own.all(|job| job.is_over()) {
            self.end_application(id);
        }
    }

    fn end_application(&mut self, id: u128) {
        let now = self.now;
        let own: Vec<(JobId, JobStatus, Option<Throwable>)> = self
            .jobs
            .values()
            .filter(|job| job.application == Some(id))
            .map(|job| (job.id, job.status, job.failures.front().map(|failure| failure.cause.clone())))
            .collect();
        let Some(application) = self.applications.get_mut(&id) else { return };
        if application.status == ApplicationStatus::Canceling {
            application.enter(ApplicationStatus::Canceled, now);
            return;
        }
        match own.iter().find(|(_, status, _)| *status != JobStatus::Finished) {
            None => application.enter(ApplicationStatus::Finished, now),
            Some((_, JobStatus::Canceled, _)) => {
                application.enter(ApplicationStatus::Canceling, now);
                application.enter(ApplicationStatus::Canceled, now);
            }
            Some((job, _, cause)) => {
                application.enter(ApplicationStatus::Failing, now);
                application.enter(ApplicationStatus::Failed, now);
                application.failures.extend(cause.clone().map(|cause| (now, cause, Some(*job))));
            }
        }
    }
}

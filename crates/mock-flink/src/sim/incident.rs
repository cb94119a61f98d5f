//! What happens to the cluster at a time that was set before: the timeline of a scenario.

use super::cluster::{Cluster, Event};
use super::sabotage::Sabotage;
use super::scheduling::Submission;
use ops_core::ids::JobId;
use serde::{Deserialize, Serialize};

/// Something that happens.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Incident {
    /// A job is submitted.
    Submit(Box<Submission>),
    /// The TaskManager at this position is lost; there may be none.
    LoseTaskManager(usize),
    /// So many TaskManagers register.
    AddTaskManagers(usize),
    /// The job of this name that was started last throws an exception.
    FailJob { job: String, class: String, message: String },
    /// It is cancelled.
    CancelJob(String),
    /// So many of its next checkpoints fail.
    FailCheckpoints { job: String, count: u32, how: Sabotage },
    /// For so many milliseconds, savepoint directories cannot be written.
    DenySavepoints(Option<i64>),
}

impl Cluster {
    /// Lets this happen so many milliseconds after now.
    pub(crate) fn plan(&mut self, delay: i64, incident: Incident) {
        let number = self.incidents.len();
        self.incidents.push(Some(incident));
        self.after(delay, Event::Incident(number));
    }

    pub(super) fn happen(&mut self, number: usize) {
        let Some(incident) = self.incidents.get_mut(number).and_then(Option::take) else { return };
        match incident {
            // A job that cannot start has failed, and is listed as such.
            Incident::Submit(submission) => drop(self.submit(*submission)),
            Incident::LoseTaskManager(position) => {
                if let Some(id) = self.task_manager_ids().get(position) {
                    self.lose_task_manager(id);
                }
            }
            Incident::AddTaskManagers(count) => {
                for _ in 0..count {
                    self.add_task_manager();
                }
            }
            Incident::FailJob { job, class, message } => {
                if let Some(id) = self.latest(&job) {
                    self.fail_job(id, &class, &message);
                }
            }
            Incident::CancelJob(job) => {
                if let Some(id) = self.latest(&job) {
                    self.cancel(id);
                }
            }
            Incident::FailCheckpoints { job, count, how } => {
                if let Some(id) = self.latest(&job) {
                    self.sabotage_checkpoints(id, count, how);
                }
            }
            Incident::DenySavepoints(millis) => self.deny_savepoints(millis),
        }
    }

    /// The job of this name that was started last and goes on.
    fn latest(&self, name: &str) -> Option<JobId> {
        self.jobs.values().rev().find(|job| job.name == name && !job.is_over()).map(|job| job.id)
    }
}

//! Lists of jobs: `GET /jobs` and `GET /jobs/overview`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::optional::nullable;
use super::state::{JobStatus, TaskCounts};
use crate::ids::JobId;

/// `GET /jobs`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JobIds {
    /// One entry a job.
    pub jobs: Vec<JobIdWithStatus>,
}

/// A job and its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobIdWithStatus {
    /// The job.
    pub id: JobId,
    /// Its state.
    pub status: JobStatus,
}

/// `GET /jobs/overview`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JobsOverview {
    /// One entry a job, those still going first.
    pub jobs: Vec<JobSummary>,
}

/// A job in the overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct JobSummary {
    /// The job.
    pub jid: JobId,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// When it was submitted.
    #[serde(default)]
    pub start_time: i64,
    /// When it reached a terminal state; `-1` before.
    #[serde(default)]
    pub end_time: i64,
    /// From its start to its end, or to now.
    #[serde(default)]
    pub duration: i64,
    /// Its state.
    pub state: JobStatus,
    /// When its state, or a task's, changed last.
    #[serde(default)]
    pub last_modification: i64,
    /// How many of its tasks are in each state.
    #[serde(default)]
    pub tasks: TaskCounts,
    /// Operators that are not yet part of the graph (2.x). The command line of these versions demands it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_operators: Option<u32>,
    /// `STREAMING` or `BATCH` (late 2.x).
    #[serde(default, rename = "jobType", skip_serializing_if = "Option::is_none")]
    pub job_type: Option<Cow<'static, str>>,
    /// `Default`, `Adaptive` or `AdaptiveBatch` (late 2.x); the inner `None` is `null`: it never got a scheduler.
    #[serde(
        default,
        rename = "schedulerType",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "nullable"
    )]
    pub scheduler_type: Option<Option<Cow<'static, str>>>,
}

impl JobSummary {
    /// It is RUNNING, and each of its tasks runs or has come to its end. A job that waits for slots is RUNNING without that.
    pub fn runs(&self) -> bool {
        let states = &self.tasks.states;
        self.state == JobStatus::Running
            && self.tasks.total > 0
            && states.running + states.finished == self.tasks.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_runs_with_tasks_that_have_ended_but_not_with_tasks_that_wait() {
        let runs = |state: &str, running: u32, finished: u32| {
            let tasks = serde_json::json!({ "total": 3, "running": running, "finished": finished });
            let job = serde_json::json!({ "jid": JobId::new(1), "state": state, "tasks": tasks });
            serde_json::from_value::<JobSummary>(job).unwrap().runs()
        };
        assert!(runs("RUNNING", 3, 0) && runs("RUNNING", 2, 1));
        assert!(!runs("RUNNING", 2, 0) && !runs("FAILING", 3, 0));
    }
}

//! The states of jobs and of tasks, and how many tasks are in each.

use std::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every state.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

states! {
    /// The state of a job (`JobStatus`).
    JobStatus {
        /// The JobMaster is being created.
        Initializing = "INITIALIZING",
        /// The job exists, no task has been scheduled.
        Created = "CREATED",
        /// Tasks are scheduled or running; a job that waits for slots is in this state too.
        Running = "RUNNING",
        /// It failed and its tasks are being cancelled.
        Failing = "FAILING",
        /// It failed for good.
        Failed = "FAILED",
        /// It is being cancelled.
        Cancelling = "CANCELLING",
        /// It was cancelled.
        Canceled = "CANCELED",
        /// It ended by itself, or was stopped with a savepoint.
        Finished = "FINISHED",
        /// It failed and is being restarted.
        Restarting = "RESTARTING",
        /// This JobManager gave it up; another one may recover it.
        Suspended = "SUSPENDED",
        /// It is waiting for running tasks to report after a failover.
        Reconciling = "RECONCILING",
    }
}

impl JobStatus {
    /// Whether no later state follows in this cluster: failed, cancelled or finished.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Failed | Self::Canceled | Self::Finished)
    }
}

states! {
    /// The state of a task (`ExecutionState`).
    ExecutionState {
        /// It exists.
        Created = "CREATED",
        /// It waits for a slot.
        Scheduled = "SCHEDULED",
        /// It is being sent to its TaskManager.
        Deploying = "DEPLOYING",
        /// It is restoring its state.
        Initializing = "INITIALIZING",
        /// It is processing.
        Running = "RUNNING",
        /// It has processed everything.
        Finished = "FINISHED",
        /// It is being cancelled.
        Canceling = "CANCELING",
        /// It was cancelled.
        Canceled = "CANCELED",
        /// It failed.
        Failed = "FAILED",
        /// It is being recovered after a failover of the JobManager.
        Reconciling = "RECONCILING",
    }
}

impl ExecutionState {
    /// Whether an attempt in this state is over.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Finished | Self::Canceled | Self::Failed)
    }
}

macro_rules! counts {
    ($(#[$doc:meta])* $name:ident, $case:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, rename_all = $case)]
        #[expect(missing_docs, reason = "one count for each ExecutionState, under its name")]
        pub struct $name {
            pub created: u32,
            pub scheduled: u32,
            pub deploying: u32,
            pub running: u32,
            pub finished: u32,
            pub canceling: u32,
            pub canceled: u32,
            pub failed: u32,
            pub reconciling: u32,
            pub initializing: u32,
        }

        impl $name {
            /// The count of one state.
            pub fn of(&self, state: ExecutionState) -> u32 {
                match state {
                    ExecutionState::Created => self.created,
                    ExecutionState::Scheduled => self.scheduled,
                    ExecutionState::Deploying => self.deploying,
                    ExecutionState::Initializing => self.initializing,
                    ExecutionState::Running => self.running,
                    ExecutionState::Finished => self.finished,
                    ExecutionState::Canceling => self.canceling,
                    ExecutionState::Canceled => self.canceled,
                    ExecutionState::Failed => self.failed,
                    ExecutionState::Reconciling => self.reconciling,
                }
            }

            /// Counts one more task in this state.
            pub fn add(&mut self, state: ExecutionState) {
                let count = match state {
                    ExecutionState::Created => &mut self.created,
                    ExecutionState::Scheduled => &mut self.scheduled,
                    ExecutionState::Deploying => &mut self.deploying,
                    ExecutionState::Initializing => &mut self.initializing,
                    ExecutionState::Running => &mut self.running,
                    ExecutionState::Finished => &mut self.finished,
                    ExecutionState::Canceling => &mut self.canceling,
                    ExecutionState::Canceled => &mut self.canceled,
                    ExecutionState::Failed => &mut self.failed,
                    ExecutionState::Reconciling => &mut self.reconciling,
                };
                *count += 1;
            }

            /// The sum of all.
            pub fn sum(&self) -> u32 {
                ExecutionState::ALL.iter().map(|state| self.of(*state)).sum()
            }
        }
    };
}

counts! {
    /// Tasks, or vertices, by state, with the states in capitals as a job's details have them.
    StateCounts, "SCREAMING_SNAKE_CASE"
}
counts! {
    /// Tasks by state, in lower case as `/jobs/overview` has them, without the total.
    LowerStateCounts, "snake_case"
}

/// The tasks of a job in `/jobs/overview`: the total, and how many are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TaskCounts {
    /// All tasks of the job.
    pub total: u32,
    /// How many are in each state.
    #[serde(flatten)]
    pub states: LowerStateCounts,
}

// Written by hand: a flattened field is written as a map, which a list of thousands of jobs feels.
impl Serialize for TaskCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("TaskCounts", 11)?;
        out.serialize_field("running", &self.states.running)?;
        out.serialize_field("canceling", &self.states.canceling)?;
        out.serialize_field("canceled", &self.states.canceled)?;
        out.serialize_field("total", &self.total)?;
        out.serialize_field("created", &self.states.created)?;
        out.serialize_field("scheduled", &self.states.scheduled)?;
        out.serialize_field("deploying", &self.states.deploying)?;
        out.serialize_field("reconciling", &self.states.reconciling)?;
        out.serialize_field("finished", &self.states.finished)?;
        out.serialize_field("initializing", &self.states.initializing)?;
        out.serialize_field("failed", &self.states.failed)?;
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_named_as_flink_names_them() {
        let mut counts = TaskCounts::default();
        counts.states.add(ExecutionState::Running);
        counts.total = counts.states.sum();
        let json = serde_json::to_value(counts).unwrap();
        assert_eq!(
            (json["total"].as_u64(), json["running"].as_u64(), json["canceling"].as_u64()),
            (Some(1), Some(1), Some(0))
        );
        assert_eq!(json.as_object().unwrap().len(), 11);
        let mut upper = StateCounts::default();
        upper.add(ExecutionState::Initializing);
        assert_eq!(serde_json::to_value(upper).unwrap()["INITIALIZING"], 1);
        assert_eq!(upper.of(ExecutionState::Initializing), 1);
    }
}

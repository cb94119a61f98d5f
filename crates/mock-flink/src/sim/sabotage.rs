//! What a test breaks inside the cluster: checkpoints that do not complete, savepoints that cannot be written.

use ops_core::ids::JobId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cluster::Cluster;
use super::settings::NEVER;

/// How a checkpoint fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sabotage {
    /// It does not end before its timeout.
    #[default]
    Timeout,
    /// A task declines it.
    Decline,
}

impl Cluster {
    /// Lets the next periodic or requested checkpoints of a job fail. Whether there is such a job that goes on.
    pub fn sabotage_checkpoints(&mut self, job: JobId, count: u32, how: Sabotage) -> bool {
        let Some(job) = self.jobs.get_mut(&job).filter(|job| !job.is_over()) else { return false };
        job.coordinator.sabotaged = (count > 0).then_some((count, how));
        true
    }

    /// Savepoint directories cannot be written for so many milliseconds, or from now on.
    pub fn deny_savepoints(&mut self, millis: Option<i64>) {
        self.savepoints_denied_until = millis.map_or(NEVER, |millis| self.now.saturating_add(millis));
    }

    pub(super) fn savepoints_are_denied(&self) -> bool {
        self.now < self.savepoints_denied_until
    }
}

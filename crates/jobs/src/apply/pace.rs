//! How long to wait for what while a description is applied.

use std::time::Duration;

use crate::Patience;

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// For a job to be stopped, its savepoint included.
    pub stop: Duration,
    /// For a cluster that does not answer, in the midst of a step.
    pub unreachable: Duration,
    /// How old an answer about one job may be: Flink's `web.refresh-interval`, and its cache of checkpoint statistics.
    pub stale: Duration,
    /// The first pause between two looks.
    pub shortest: Duration,
    /// The pause that they grow to.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            stop: Duration::from_secs(1800),
            unreachable: Duration::from_secs(60),
            stale: Duration::from_millis(3100),
            shortest: Duration::from_millis(20),
            longest: Duration::from_millis(500),
        }
    }
}

impl Pace {
    pub(super) fn patience(&self, limit: Duration) -> Patience {
        Patience::new(limit).pausing(self.shortest, self.longest)
    }
}

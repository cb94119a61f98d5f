//! What a mock is made of, kept to make it anew.

use crate::faults::Fault;
use crate::sim::{Cluster, ClusterSpec, Incident, Settings};
use crate::storage::DirectoryStore;
use crate::verify::Expectation;

/// What a mock is made of.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    pub(crate) settings: Settings,
    pub(crate) task_managers: usize,
    pub(crate) slots: usize,
    pub(crate) seed: u64,
    /// Milliseconds that it has been running when the mock starts.
    pub(crate) age: i64,
    /// What happens, with its milliseconds from the start of the cluster.
    pub(crate) incidents: Vec<(i64, Incident)>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) expectations: Vec<Expectation>,
}

impl Recipe {
    /// The cluster as it is now, after its age.
    pub(crate) fn cluster(&self, now: i64) -> Cluster {
        let mut cluster = Cluster::new(ClusterSpec {
            settings: self.settings.clone(),
            task_managers: self.task_managers,
            slots: self.slots,
            start: self.start(now),
            seed: self.seed,
            store: Box::new(DirectoryStore::default()),
        });
        for (at, incident) in &self.incidents {
            cluster.plan(*at, incident.clone());
        }
        cluster.advance_to(now);
        cluster
    }

    /// When it was started.
    pub(crate) fn start(&self, now: i64) -> i64 {
        now.saturating_sub(self.age)
    }
}

//! Intermediate results that outlive their job, and their deletion.

use ops_core::ids::TriggerId;
use serde::{Deserialize, Serialize};

use super::cluster::Cluster;
use super::operations::OperationKey;
use super::saved;

/// An intermediate result that is kept on the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DataSet {
    #[serde(with = "saved::hex")]
    pub(crate) id: u128,
}

impl Cluster {
    /// The data sets on the cluster.
    pub(crate) fn data_sets(&self) -> &[DataSet] {
        &self.data_sets
    }

    /// Keeps the results of a job that has finished.
    pub(super) fn keep_data_sets(&mut self, ids: &[u128]) {
        for id in ids {
            if !self.data_sets.iter().any(|known| known.id == *id) {
                self.data_sets.push(DataSet { id: *id });
            }
        }
    }

    /// Deletes a data set; one that is not there is deleted too.
    pub(crate) fn trigger_data_set_deletion(&mut self, id: u128) -> TriggerId {
        let trigger = self.fresh_trigger();
        self.start_deletion(OperationKey::DataSetDeletion(trigger));
        self.data_sets.retain(|known| known.id != id);
        trigger
    }
}

//! `/jobmanager/log`, `/taskmanagers/:taskmanagerid/log`: what the processes write.

use super::RestClient;
use crate::ids::TaskManagerId;
use crate::rest::RestError;

impl RestClient {
    /// The JobManager's log.
    ///
    /// # Errors
    /// 404 when it writes none; otherwise see [`RestError`].
    pub async fn job_manager_log(&self) -> Result<Vec<u8>, RestError> {
        self.bytes(self.get(&["jobmanager", "log"], &[])).await
    }

    /// A TaskManager's log, which the JobManager fetches from it.
    ///
    /// # Errors
    /// 404 for an unknown TaskManager, and when it writes none; otherwise see [`RestError`].
    pub async fn task_manager_log(&self, id: &TaskManagerId) -> Result<Vec<u8>, RestError> {
        self.bytes(self.get(&["taskmanagers", id.as_str(), "log"], &[])).await
    }
}

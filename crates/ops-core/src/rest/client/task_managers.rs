//! `/taskmanagers`: the processes that jobs run in.

use super::RestClient;
use crate::ids::TaskManagerId;
use crate::rest::RestError;
use crate::rest::wire::task_managers::{TaskManager, TaskManagerDetails, TaskManagerList, ThreadDump};

impl RestClient {
    /// Every registered TaskManager.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn task_managers(&self) -> Result<Vec<TaskManager>, RestError> {
        let list: TaskManagerList = self.fetch(self.get(&["taskmanagers"], &[])).await?;
        Ok(list.taskmanagers)
    }

    /// One TaskManager, with its memory in use.
    ///
    /// # Errors
    /// See [`RestError`]; not found when it is gone.
    pub async fn task_manager(&self, id: &TaskManagerId) -> Result<TaskManagerDetails, RestError> {
        self.fetch(self.get(&["taskmanagers", &id.0], &[])).await
    }

    /// What the threads of a TaskManager are doing.
    ///
    /// # Errors
    /// See [`RestError`]; not found when it is gone.
    pub async fn thread_dump(&self, id: &TaskManagerId) -> Result<ThreadDump, RestError> {
        self.fetch(self.get(&["taskmanagers", &id.0, "thread-dump"], &[])).await
    }
}

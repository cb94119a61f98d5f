//! `/taskmanagers`: the processes that jobs run in.

use super::RestClient;
use crate::rest::RestError;
use crate::rest::wire::task_managers::{TaskManager, TaskManagerList};

impl RestClient {
    /// Every registered TaskManager.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn task_managers(&self) -> Result<Vec<TaskManager>, RestError> {
        let list: TaskManagerList = self.fetch(self.get(&["taskmanagers"], &[])).await?;
        Ok(list.taskmanagers)
    }
}

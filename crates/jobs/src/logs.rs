//! The logs that belong to a job: the JobManager's, and those of the TaskManagers that its tasks are on.

use std::fmt;

use ops_core::ids::{JobId, TaskManagerId};
use ops_core::rest::RestClient;

use crate::JobsError;

/// Who writes a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogSource {
    /// The JobManager.
    JobManager,
    /// A TaskManager.
    TaskManager(TaskManagerId),
}

impl fmt::Display for LogSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::JobManager => f.write_str("JobManager"),
            Self::TaskManager(id) => write!(f, "TaskManager {id}"),
        }
    }
}

/// The processes that a job is run by: the JobManager, and the registered TaskManagers that its tasks are on or were.
///
/// # Errors
/// See [`ops_core::rest::RestError`]; `is_not_found()` for an unknown job.
pub async fn log_sources(client: &RestClient, job: JobId) -> Result<Vec<LogSource>, JobsError> {
    let (details, registered) = tokio::try_join!(client.job(job), client.task_managers())?;
    let mut used = Vec::new();
    for vertex in &details.vertices {
        let found = client.vertex_task_managers(job, vertex.id).await?;
        used.extend(found.taskmanagers.into_iter().map(|task_manager| task_manager.taskmanager_id));
    }
    let task_managers =
        registered.into_iter().map(|task_manager| task_manager.id).filter(|id| used.contains(id));
    let task_managers = task_managers.map(LogSource::TaskManager);
    Ok(std::iter::once(LogSource::JobManager).chain(task_managers).collect())
}

/// What was written so far.
///
/// # Errors
/// See [`ops_core::rest::RestError`]; `is_not_found()` for a process that is gone, or that writes no log.
pub async fn log(client: &RestClient, source: &LogSource) -> Result<Vec<u8>, JobsError> {
    Ok(match source {
        LogSource::JobManager => client.job_manager_log().await?,
        LogSource::TaskManager(id) => client.task_manager_log(id).await?,
    })
}

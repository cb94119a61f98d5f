//! `/jobs/:jobid`: one job, its state, how it ended, and cancelling it.

use reqwest::Method;

use super::RestClient;
use crate::ids::{JobId, VertexId};
use crate::rest::RestError;
use crate::rest::wire::execution_result::{ExecutionResult, ExecutionResultBody};
use crate::rest::wire::job::{JobDetails, JobStatusBody};
use crate::rest::wire::job_config::JobConfig;
use crate::rest::wire::metrics::Metric;
use crate::rest::wire::state::JobStatus;
use crate::rest::wire::vertices::{BackPressure, VertexDetails, VertexTaskManagers};

impl RestClient {
    /// The TaskManagers that the tasks of a vertex are on, or were.
    ///
    /// # Errors
    /// [`RestError::is_not_found`] for an unknown job or vertex; otherwise see [`RestError`].
    pub async fn vertex_task_managers(
        &self,
        job: JobId,
        vertex: VertexId,
    ) -> Result<VertexTaskManagers, RestError> {
        let segments = ["jobs", &job.to_string(), "vertices", &vertex.to_string(), "taskmanagers"];
        self.fetch(self.get(&segments, &[])).await
    }

    /// How busy, idle and held up the subtasks of a vertex are.
    ///
    /// # Errors
    /// 500 while a subtask has not started; otherwise see [`RestError`].
    pub async fn back_pressure(&self, job: JobId, vertex: VertexId) -> Result<BackPressure, RestError> {
        let segments = ["jobs", &job.to_string(), "vertices", &vertex.to_string(), "backpressure"];
        self.fetch(self.get(&segments, &[])).await
    }

    /// The input watermark of each subtask of a vertex, as metrics `INDEX.currentInputWatermark`; none for sources.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn watermarks(&self, job: JobId, vertex: VertexId) -> Result<Vec<Metric>, RestError> {
        let segments = ["jobs", &job.to_string(), "vertices", &vertex.to_string(), "watermarks"];
        self.fetch(self.get(&segments, &[])).await
    }

    /// A vertex, subtask by subtask.
    ///
    /// # Errors
    /// [`RestError::is_not_found`] for an unknown job or vertex; otherwise see [`RestError`].
    pub async fn vertex(&self, job: JobId, vertex: VertexId) -> Result<VertexDetails, RestError> {
        self.fetch(self.get(&["jobs", &job.to_string(), "vertices", &vertex.to_string()], &[])).await
    }

    /// What the program configured.
    ///
    /// # Errors
    /// [`RestError::is_not_found`] for an unknown job; otherwise see [`RestError`].
    pub async fn job_config(&self, job: JobId) -> Result<JobConfig, RestError> {
        self.fetch(self.get(&["jobs", &job.to_string(), "config"], &[])).await
    }

    /// Everything about one job: vertices, tasks, plan.
    ///
    /// # Errors
    /// [`RestError::is_not_found`] for a job that the cluster does not know; otherwise see [`RestError`].
    pub async fn job(&self, job: JobId) -> Result<JobDetails, RestError> {
        self.fetch(self.get(&["jobs", &job.to_string()], &[])).await
    }

    /// A job's state alone. For a job that it does not know Flink answers 500, not 404, here.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn job_status(&self, job: JobId) -> Result<JobStatus, RestError> {
        let body: JobStatusBody = self.fetch(self.get(&["jobs", &job.to_string(), "status"], &[])).await?;
        Ok(body.status)
    }

    /// How a job ended, and why if it failed; `None` as long as it goes on. Never cached by Flink.
    ///
    /// # Errors
    /// [`RestError::is_not_found`] for an unknown job; otherwise see [`RestError`].
    pub async fn execution_result(&self, job: JobId) -> Result<Option<ExecutionResult>, RestError> {
        let request = self.get(&["jobs", &job.to_string(), "execution-result"], &[]);
        Ok(self.fetch::<ExecutionResultBody>(request).await?.result)
    }

    /// Begins to cancel a job, without a savepoint. Harmless for one that is cancelled already.
    ///
    /// # Errors
    /// [`RestError::is_not_found`] for an unknown job, 409 for one that finished or failed; otherwise see [`RestError`].
    pub async fn cancel(&self, job: JobId) -> Result<(), RestError> {
        let request = self.act(Method::PATCH, &["jobs", &job.to_string()], &[("mode", "cancel")]);
        self.carry_out(request.harmless_to_repeat()).await
    }
}

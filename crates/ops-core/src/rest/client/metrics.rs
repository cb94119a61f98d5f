//! Metrics of a job as a whole, of a vertex over its subtasks, of TaskManagers.

use super::RestClient;
use crate::ids::{JobId, TaskManagerId, VertexId};
use crate::rest::RestError;
use crate::rest::wire::metrics::{AggregatedMetric, Metric};

impl RestClient {
    /// The values of these metrics of a job, in no particular order. Metrics that are unknown, or not yet
    /// collected (the JobManager collects every 10 s), are left out; so are all of an unknown job.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn job_metrics(&self, job: JobId, names: &[&str]) -> Result<Vec<Metric>, RestError> {
        let names = names.join(",");
        self.fetch(self.get(&["jobs", &job.to_string(), "metrics"], &[("get", &names)])).await
    }

    /// Metrics of a vertex over its subtasks: the smallest, the largest, mean and sum. Without names, which metrics there are.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn subtask_metrics(
        &self,
        job: JobId,
        vertex: VertexId,
        names: &[&str],
    ) -> Result<Vec<AggregatedMetric>, RestError> {
        let segments = ["jobs", &job.to_string(), "vertices", &vertex.to_string(), "subtasks", "metrics"];
        self.fetch(self.get(&segments, &wanted(&names.join(",")))).await
    }

    /// The values of these metrics of a vertex; each name begins with the subtask's index, `0.numRecordsIn`.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn vertex_metrics(
        &self,
        job: JobId,
        vertex: VertexId,
        names: &[&str],
    ) -> Result<Vec<Metric>, RestError> {
        let segments = ["jobs", &job.to_string(), "vertices", &vertex.to_string(), "metrics"];
        self.fetch(self.get(&segments, &wanted(&names.join(",")))).await
    }

    /// The values of these metrics of a TaskManager.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn task_manager_metrics(
        &self,
        id: &TaskManagerId,
        names: &[&str],
    ) -> Result<Vec<Metric>, RestError> {
        self.fetch(self.get(&["taskmanagers", &id.0, "metrics"], &wanted(&names.join(",")))).await
    }
}

/// Without names, Flink lists them.
fn wanted(names: &str) -> Vec<(&str, &str)> {
    if names.is_empty() { Vec::new() } else { vec![("get", names)] }
}

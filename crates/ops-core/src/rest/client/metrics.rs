//! `/jobs/:jobid/metrics`: metrics of a job as a whole.

use super::RestClient;
use crate::ids::JobId;
use crate::rest::RestError;
use crate::rest::wire::metrics::Metric;

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
}

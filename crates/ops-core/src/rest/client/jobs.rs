//! `/jobs/overview`: all jobs.

use super::RestClient;
use crate::rest::RestError;
use crate::rest::wire::jobs::JobsOverview;

impl RestClient {
    /// Every job that the cluster remembers, with its state and task counts.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn jobs_overview(&self) -> Result<JobsOverview, RestError> {
        self.fetch(self.get(&["jobs", "overview"], &[])).await
    }
}

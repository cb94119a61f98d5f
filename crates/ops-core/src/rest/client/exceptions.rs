//! `/jobs/:jobid/exceptions`: why a job failed or restarted.

use super::RestClient;
use crate::ids::JobId;
use crate::rest::RestError;
use crate::rest::wire::exceptions::JobExceptions;

impl RestClient {
    /// The failures of a job, latest first.
    ///
    /// # Errors
    /// [`RestError::is_not_found`] for an unknown job; otherwise see [`RestError`].
    pub async fn exceptions(&self, job: JobId) -> Result<JobExceptions, RestError> {
        self.fetch(self.get(&["jobs", &job.to_string(), "exceptions"], &[])).await
    }
}

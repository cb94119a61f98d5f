//! `/jobs/:jobid/resource-requirements`: the parallelism of a job that runs under an adaptive scheduler.

use reqwest::Method;

use super::RestClient;
use crate::ids::JobId;
use crate::rest::RestError;
use crate::rest::wire::requirements::ResourceRequirements;

impl RestClient {
    /// The bounds of every vertex.
    ///
    /// # Errors
    /// 500 for a job whose scheduler cannot change them, and for one that has ended; otherwise see [`RestError`].
    pub async fn resource_requirements(&self, job: JobId) -> Result<ResourceRequirements, RestError> {
        self.fetch(self.get(&["jobs", &job.to_string(), "resource-requirements"], &[])).await
    }

    /// Declares new bounds, for all vertices; the scheduler follows when it can.
    ///
    /// # Errors
    /// 400 with what is wrong with them; otherwise as [`RestClient::resource_requirements`].
    pub async fn require_resources(
        &self,
        job: JobId,
        requirements: &ResourceRequirements,
    ) -> Result<(), RestError> {
        let segments = ["jobs", &job.to_string(), "resource-requirements"];
        self.carry_out(self.act(Method::PUT, &segments, &[]).json(requirements).harmless_to_repeat()).await
    }
}

//! `/jobs/:jobid/execution-result`: what an attached client waits for.

use ops_core::rest::wire::execution_result::{ExecutionResult, ExecutionResultBody};
use ops_core::rest::wire::operations::{Progress, QueueStatus};
use ops_core::rest::wire::state::JobStatus;

use super::error::{Reply, RestError};
use super::java::job_failure;
use super::request::Context;
use super::versions::Feature;
use super::{accumulators, applications};
use crate::sim::job_not_found;

pub(super) fn execution_result(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = context.job_id()?;
    let Some(job) = context.cluster.job(id) else {
        let cause = job_not_found(id);
        let message = cause.headline();
        return Err(RestError::refused_by(404, message, cause.completion()));
    };
    let Some(ended) = job.ended else {
        let status = QueueStatus { id: Progress::InProgress };
        return Ok(Reply::ok(&ExecutionResultBody { status, result: None }));
    };
    let applications = context.supports(Feature::Applications);
    let application_status = match job.status {
        JobStatus::Finished => "SUCCEEDED",
        JobStatus::Canceled => "CANCELED",
        _ => "FAILED",
    };
    let cause = job.root_cause().filter(|_| job.status == JobStatus::Failed);
    Ok(Reply::ok(&ExecutionResultBody {
        status: QueueStatus { id: Progress::Completed },
        result: Some(ExecutionResult {
            id,
            name: applications.then(|| job.name.clone()),
            application_status: application_status.to_owned(),
            accumulator_results: accumulators::serialized(job, ended),
            net_runtime: ended - job.started(),
            failure_cause: cause.map(|(_, cause)| job_failure(cause)),
            application_id: applications::of_job(context, job),
            start_time: applications.then_some(job.started()),
            end_time: applications.then_some(ended),
        }),
    }))
}

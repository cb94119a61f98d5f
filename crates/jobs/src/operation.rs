//! Waiting for an operation that the cluster carries out by itself.

use std::future::Future;

use ops_core::ids::JobId;
use ops_core::rest::{AsyncStatus, RestError};

use crate::wait::passes;
use crate::{JobsError, Patience};

/// Asks until the operation is over. Breaks in the connection are waited out, too.
pub(crate) async fn completed<T, F: Future<Output = Result<AsyncStatus<T>, RestError>>>(
    job: JobId,
    what: &'static str,
    mut patience: Patience,
    ask: impl Fn() -> F,
) -> Result<T, JobsError> {
    let mut known = false;
    loop {
        match ask().await {
            Ok(AsyncStatus::Completed(result)) => return Ok(result),
            Ok(AsyncStatus::Failed(failure)) => {
                return Err(JobsError::OperationFailed { job, what, failure });
            }
            Ok(AsyncStatus::InProgress) => known = true,
            Err(error) if error.is_not_found() && known => {
                return Err(JobsError::OperationLost { job, what });
            }
            Err(error) if passes(&error, false) => tracing::debug!(%error, %job, "cannot look at {what}"),
            Err(error) => return Err(error.into()),
        }
        if !patience.pause().await {
            return Err(JobsError::OperationTimedOut { job, what, after: patience.timeout() });
        }
    }
}

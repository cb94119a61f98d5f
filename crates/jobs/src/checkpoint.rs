//! Taking a checkpoint out of its turn.

use ops_core::ids::{JobId, TriggerId};
use ops_core::rest::RestClient;
use ops_core::rest::wire::operations::CheckpointType;

use crate::operation::completed;
use crate::{JobsError, Patience};

/// Takes a checkpoint and waits for it; its number.
///
/// # Errors
/// [`JobsError::OperationFailed`] with the root cause, [`JobsError::OperationTimedOut`], [`JobsError::OperationLost`],
/// or [`JobsError::Rest`].
pub async fn checkpoint(
    client: &RestClient,
    job: JobId,
    kind: CheckpointType,
    patience: Patience,
) -> Result<i64, JobsError> {
    let trigger = client.trigger_checkpoint(job, kind, TriggerId::random()).await?;
    completed(job, "the checkpoint", patience, || client.checkpoint_status(job, trigger)).await
}

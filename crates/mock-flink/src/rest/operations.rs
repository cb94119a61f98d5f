//! Savepoints, stopping, checkpoints and disposal: triggering and polling.

use ops_core::ids::{JobId, TriggerId};
use ops_core::rest::wire::operations::{
    AsyncResult, CheckpointResult, CheckpointTrigger, CheckpointType, DisposalTrigger, OperationInfo,
    SavepointFormat, SavepointResult, SavepointTrigger, StopTrigger, TriggerResponse,
};
use serde::Serialize;

use super::error::{Reply, RestError};
use super::java::failure_cause;
use super::request::Context;
use super::versions::Feature;
use crate::sim::{AfterSavepoint, OperationKey, OperationState, Outcome, Throwable};

pub(super) fn trigger_savepoint(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job_id()?;
    let known = ["target-directory", "cancel-job", "triggerId", "formatType"];
    let body: SavepointTrigger = context.body("SavepointTriggerRequestBody", &known)?;
    let directory = directory(context, body.target_directory, "target-directory")?;
    let after = if body.cancel_job == Some(true) { AfterSavepoint::Cancel } else { AfterSavepoint::Continue };
    let trigger = chosen(context, body.trigger_id);
    let format = body.format_type.unwrap_or(SavepointFormat::Canonical);
    context.cluster.trigger_savepoint((job, trigger), directory, format, after);
    Ok(accepted(202, trigger))
}

pub(super) fn stop(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job_id()?;
    let known = ["targetDirectory", "drain", "triggerId", "formatType"];
    let body: StopTrigger = context.body("StopWithSavepointRequestBody", &known)?;
    let directory = directory(context, body.target_directory, "targetDirectory")?;
    let trigger = chosen(context, body.trigger_id);
    let format = body.format_type.unwrap_or(SavepointFormat::Canonical);
    context.cluster.trigger_savepoint((job, trigger), directory, format, AfterSavepoint::Stop);
    Ok(accepted(202, trigger))
}

pub(super) fn trigger_checkpoint(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job_id()?;
    let body: CheckpointTrigger =
        context.body("CheckpointTriggerRequestBody", &["checkpointType", "triggerId"])?;
    let refuses = context.supports(Feature::NoIncrementalTrigger);
    if refuses && body.checkpoint_type == Some(CheckpointType::Incremental) {
        let message = "Flink does not support triggering incremental checkpoint explicitly. See FLINK-33723.";
        return Err(RestError::Internal(Throwable::new("java.lang.IllegalStateException", message)));
    }
    let trigger = chosen(context, body.trigger_id);
    context.cluster.trigger_checkpoint(job, trigger);
    Ok(accepted(202, trigger))
}

pub(super) fn trigger_disposal(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let body: DisposalTrigger = context.body("SavepointDisposalRequest", &["savepoint-path"])?;
    let Some(path) = body.savepoint_path else {
        return Err(RestError::refused(400, "Field savepoint-path must not be omitted or be null."));
    };
    let trigger = context.cluster.fresh_trigger();
    context.cluster.trigger_disposal(trigger, path);
    Ok(accepted(200, trigger))
}

fn chosen(context: &mut Context<'_>, trigger: Option<TriggerId>) -> TriggerId {
    trigger.unwrap_or_else(|| context.cluster.fresh_trigger())
}

fn accepted(status: u16, request_id: TriggerId) -> Reply {
    Reply::json(status, &TriggerResponse { request_id })
}

fn directory(context: &Context<'_>, given: Option<String>, field: &str) -> Result<String, RestError> {
    let settings = context.cluster.settings();
    given.or_else(|| settings.savepoint_directory().map(str::to_owned)).ok_or_else(|| {
        let option = settings.savepoint_option();
        let message = format!("Config key [{option}] is not set. Property [{field}] must be provided.");
        RestError::refused(400, message)
    })
}

pub(super) fn savepoint(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let (job, trigger) = (context.job_id()?, context.trigger_id()?);
    let state = context.cluster.operation(&OperationKey::Savepoint(job, trigger));
    let state = state.ok_or_else(|| no_operation("savepoint", job, trigger))?;
    Ok(polled(state, |outcome| match outcome {
        Outcome::Savepoint(location) => {
            SavepointResult { location: Some(location.clone()), ..SavepointResult::default() }
        }
        other => SavepointResult { failure_cause: failed(other), ..SavepointResult::default() },
    }))
}

pub(super) fn checkpoint(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let (job, trigger) = (context.job_id()?, context.trigger_id()?);
    let state = context.cluster.operation(&OperationKey::Checkpoint(job, trigger));
    let state = state.ok_or_else(|| no_operation("checkpoint", job, trigger))?;
    Ok(polled(state, |outcome| match outcome {
        Outcome::Checkpoint(id) => {
            CheckpointResult { checkpoint_id: Some(*id), ..CheckpointResult::default() }
        }
        other => CheckpointResult { failure_cause: failed(other), ..CheckpointResult::default() },
    }))
}

pub(super) fn disposal(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let trigger = context.trigger_id()?;
    let state = context.cluster.operation(&OperationKey::Disposal(trigger)).ok_or_else(unknown_operation)?;
    Ok(polled(state, |outcome| OperationInfo { failure_cause: failed(outcome) }))
}

pub(super) fn delete_data_set(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let value = context.path("datasetid");
    let id = u128::from_str_radix(value, 16).ok().filter(|_| value.len() == 32);
    let id = id.ok_or_else(|| RestError::parameter("path", "datasetid", value))?;
    let trigger = context.cluster.trigger_data_set_deletion(id);
    Ok(accepted(202, trigger))
}

pub(super) fn data_set_deletion(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let trigger = context.trigger_id()?;
    let state =
        context.cluster.operation(&OperationKey::DataSetDeletion(trigger)).ok_or_else(unknown_operation)?;
    Ok(polled(state, |outcome| OperationInfo { failure_cause: failed(outcome) }))
}

fn unknown_operation() -> RestError {
    let class = "org.apache.flink.runtime.rest.NotFoundException";
    let key = "org.apache.flink.runtime.rest.handler.async.OperationKey";
    RestError::Refused(404, Throwable::new(class, format!("Operation not found under key: {key}@1f")))
}

fn failed(outcome: &Outcome) -> Option<ops_core::rest::wire::operations::FailureCause> {
    match outcome {
        Outcome::Failed(cause) => Some(failure_cause(cause)),
        _ => None,
    }
}

fn polled<T: Serialize>(state: &OperationState, outcome: impl Fn(&Outcome) -> T) -> Reply {
    match state {
        OperationState::InProgress => Reply::ok(&AsyncResult::<T>::in_progress()),
        OperationState::Completed(found) => Reply::ok(&AsyncResult::completed(outcome(found))),
    }
}

fn no_operation(kind: &str, job: JobId, trigger: TriggerId) -> RestError {
    let message = format!("There is no {kind} operation with triggerId={trigger} for job {job}.");
    RestError::refused(404, message)
}

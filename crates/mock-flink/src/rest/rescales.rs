//! `/jobs/:jobid/rescales/…`: what the adaptive scheduler has changed, and why.

use std::collections::BTreeMap;

use ops_core::rest::wire::checkpoints::Distribution;
use ops_core::rest::wire::number::Real;
use serde_json::{Value, json};

use super::checkpoints::percentile;
use super::error::{Reply, RestError};
use super::request::Context;
use crate::sim::{Job, Rescale, RescaleEnd, SchedulerKind, Throwable};

fn recorded<'a>(context: &'a Context<'_>) -> Result<&'a Job, RestError> {
    let job = context.job()?;
    if job.scheduler == SchedulerKind::Adaptive {
        return Ok(job);
    }
    let message = format!(
        "The job `{}` has not enabled the `Adaptive` scheduler, or it has been enabled but the value of configuration \
         option `web.adaptive-scheduler.rescale-history.size` has not been set to greater than `0`.",
        job.id
    );
    let class = "org.apache.flink.runtime.rest.handler.job.rescales.RescalesUnavailableException";
    Err(RestError::Refused(404, Throwable::new(class, message)))
}

pub(super) fn config(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job()?;
    if job.scheduler != SchedulerKind::Adaptive {
        let message = format!("AdaptiveScheduler is not enabled for this job ({}).", job.id);
        return Err(RestError::refused(404, message));
    }
    let settings = &job.settings;
    let millis = |name: &str, default: i64| {
        settings.millis(&[&format!("jobmanager.adaptive-scheduler.{name}")]).unwrap_or(default)
    };
    let failures = settings
        .number(&["jobmanager.adaptive-scheduler.rescale-trigger.max-checkpoint-failures"])
        .unwrap_or(2);
    // A rescale waits for a checkpoint, for as long as so many may fail and one more succeed.
    let patience = job.coordinator.plan.interval.unwrap_or(0) * (failures + 1);
    let reactive = settings.text(&["scheduler-mode"]).map(str::to_ascii_uppercase);
    Ok(Reply::ok(&json!({
        "rescaleHistoryMax": settings.rescale_history(),
        "schedulerExecutionMode": reactive,
        "submissionResourceWaitTimeoutInMillis": settings.resource_wait().unwrap_or(-1),
        "submissionResourceStabilizationTimeoutInMillis": millis("submission.resource-stabilization-timeout", 10_000),
        "slotIdleTimeoutInMillis": settings.millis(&["slot.idle.timeout"]).unwrap_or(50_000),
        "executingCooldownTimeoutInMillis": millis("executing.cooldown-after-rescaling", 30_000),
        "executingResourceStabilizationTimeoutInMillis": millis("executing.resource-stabilization-timeout", 60_000),
        "maximumDelayForTriggeringRescaleInMillis": millis("rescale-trigger.max-delay", patience),
        "rescaleOnFailedCheckpointCount": failures,
    })))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Brief,
    Whole,
}

fn rescale(job: &Job, rescale: &Rescale, detail: Detail) -> Value {
    let (end, terminal, reason) = match rescale.ended {
        None => (None, None, None),
        Some((at, RescaleEnd::Completed)) => (Some(at), Some("COMPLETED"), Some("SUCCEEDED")),
        Some((at, RescaleEnd::Ignored)) => (Some(at), Some("IGNORED"), Some("RESOURCE_REQUIREMENTS_UPDATED")),
        Some((at, RescaleEnd::Failed)) => (Some(at), Some("FAILED"), Some("EXCEPTION_OCCURRED")),
    };
    let mut body = json!({
        "rescaleUuid": format!("{:032x}", rescale.uuid),
        "resourceRequirementsUuid": format!("{:032x}", rescale.requirements),
        "rescaleAttemptId": rescale.attempt,
        "vertices": {},
        "slots": {},
        "schedulerStates": [],
        "startTimestampInMillis": rescale.started,
        "endTimestampInMillis": end,
        "terminalState": terminal,
        "triggerCause": rescale.cause.as_str(),
        "terminatedReason": reason,
    });
    if detail == Detail::Whole {
        body["vertices"] = json!(vertices(job, rescale));
        body["slots"] = slots(job, rescale);
        body["schedulerStates"] = json!(states(rescale));
    }
    body
}

fn group(job: &Job) -> String {
    format!("{:032x}", job.sharing_group)
}

fn vertices(job: &Job, rescale: &Rescale) -> BTreeMap<String, Value> {
    let of_one = |(id, before, bounds, after): &(
        ops_core::ids::VertexId,
        Option<u32>,
        crate::sim::Bounds,
        Option<u32>,
    )| {
        let name = job.vertex(*id).map(|vertex| vertex.spec.name());
        let body = json!({
            "jobVertexId": id,
            "jobVertexName": name,
            "slotSharingGroupId": group(job),
            "slotSharingGroupName": "default",
            "desiredParallelism": bounds.upper,
            "sufficientParallelism": bounds.lower,
            "preRescaleParallelism": before,
            "postRescaleParallelism": after,
        });
        (id.to_string(), body)
    };
    rescale.vertices.iter().map(of_one).collect()
}

fn slots(job: &Job, rescale: &Rescale) -> Value {
    let most = |value: fn(&crate::sim::Bounds) -> u32| rescale.vertices.iter().map(|one| value(&one.2)).max();
    let profile = json!({
        "cpuCores": 0.0, "taskHeapMemory": 0, "taskOffHeapMemory": 0, "managedMemory": 0, "networkMemory": 0,
        "extendedResources": {},
    });
    json!({ group(job): {
        "slotSharingGroupId": group(job),
        "slotSharingGroupName": "default",
        "requestResourceProfile": profile,
        "desiredSlots": most(|bounds| bounds.upper),
        "minimalRequiredSlots": most(|bounds| bounds.lower),
        "preRescaleSlots": rescale.vertices.iter().filter_map(|one| one.1).max(),
        "postRescaleSlots": rescale.vertices.iter().filter_map(|one| one.3).max(),
        "acquiredResourceProfile": Value::Null,
    } })
}

fn states(rescale: &Rescale) -> Vec<Value> {
    let mut states = Vec::new();
    for (index, (state, entered)) in rescale.states.iter().enumerate() {
        let left = rescale.states.get(index + 1).map(|next| next.1).or(rescale.ended.map(|(at, _)| at));
        states.push(json!({
            "state": state,
            "enterTimestampInMillis": entered,
            "leaveTimestampInMillis": left,
            "durationInMillis": left.map(|left| left - entered),
            "stringifiedException": Value::Null,
        }));
    }
    states
}

pub(super) fn history(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = recorded(context)?;
    let all: Vec<Value> = job.rescales.iter().map(|one| rescale(job, one, Detail::Brief)).collect();
    Ok(Reply::ok(&all))
}

pub(super) fn details(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job()?;
    let wanted = context.path("rescaleuuid");
    if job.scheduler != SchedulerKind::Adaptive {
        let message = format!("AdaptiveScheduler rescales was not enabled for job {}.", job.id);
        return Err(RestError::refused(404, message));
    }
    let found = job.rescales.iter().find(|one| format!("{:032x}", one.uuid) == wanted);
    let found = found.ok_or_else(|| {
        RestError::refused(404, format!("Could not find rescale details of specified rescaleUuid {wanted}."))
    })?;
    Ok(Reply::ok(&rescale(job, found, Detail::Whole)))
}

fn counts(job: &Job) -> Value {
    // Nothing is counted where nothing is remembered.
    let remembers = job.settings.rescale_history() > 0;
    let (completed, ignored, failed) = if remembers { job.rescale_counts } else { (0, 0, 0) };
    let in_progress = u8::from(remembers && job.rescaling);
    json!({ "ignored": ignored, "inProgress": in_progress, "completed": completed, "failed": failed })
}

pub(super) fn overview(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = recorded(context)?;
    let latest = |end: RescaleEnd| {
        let found = job.rescales.iter().find(|one| one.ended.is_some_and(|(_, how)| how == end));
        found.map(|found| rescale(job, found, Detail::Brief))
    };
    Ok(Reply::ok(&json!({
        "rescalesCounts": counts(job),
        "latest": {
            "completed": latest(RescaleEnd::Completed),
            "ignored": latest(RescaleEnd::Ignored),
            "failed": latest(RescaleEnd::Failed),
        },
    })))
}

pub(super) fn summary(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = recorded(context)?;
    let durations = |end: Option<RescaleEnd>| {
        let ended = job.rescales.iter().filter_map(|one| one.ended.map(|(at, how)| (at - one.started, how)));
        distribution(
            ended.filter(|(_, how)| end.is_none_or(|end| end == *how)).map(|(millis, _)| millis).collect(),
        )
    };
    Ok(Reply::ok(&json!({
        "rescalesCounts": counts(job),
        "rescalesDurationStatsInMillis": durations(None),
        "completedRescalesDurationStatsInMillis": durations(Some(RescaleEnd::Completed)),
        "ignoredRescalesDurationStatsInMillis": durations(Some(RescaleEnd::Ignored)),
        "failedRescalesDurationStatsInMillis": durations(Some(RescaleEnd::Failed)),
    })))
}

fn distribution(mut values: Vec<i64>) -> Distribution {
    values.sort_unstable();
    let at = |p: f64| Real(percentile(&values, p));
    let count = values.len().max(1) as i64;
    Distribution {
        min: values.first().copied().unwrap_or(0),
        max: values.last().copied().unwrap_or(0),
        avg: values.iter().sum::<i64>() / count,
        p50: at(50.0),
        p90: at(90.0),
        p95: at(95.0),
        p99: at(99.0),
        p999: at(99.9),
    }
}

//! `/applications`: what Flink 2.3 puts above jobs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::error::{Reply, RestError};
use super::request::Context;
use crate::sim::{Application, ApplicationStatus, Job, Throwable};

/// The application that a job belongs to; none for a job that failed before it had a graph.
pub(super) fn of_job(context: &Context<'_>, job: &Job) -> Option<String> {
    let id = job.application.filter(|_| job.has_graph() && !job.awaits_resources())?;
    context.supports(super::versions::Feature::Applications).then(|| format!("{id:032x}"))
}

fn id_in_path(context: &Context<'_>) -> Result<u128, RestError> {
    let value = context.path("applicationid");
    let id = u128::from_str_radix(value, 16).ok().filter(|_| value.len() == 32);
    id.ok_or_else(|| RestError::parameter("path", "applicationid", value))
}

fn not_found(id: u128) -> Throwable {
    Throwable::new(
        "org.apache.flink.runtime.messages.FlinkApplicationNotFoundException",
        format!("Could not find Flink application ({id:032x})"),
    )
}

fn found<'a>(context: &'a Context<'_>) -> Result<&'a Application, RestError> {
    let id = id_in_path(context)?;
    context.cluster.application(id).ok_or_else(|| RestError::Internal(not_found(id)))
}

fn jobs_of<'a>(context: &'a Context<'_>, application: &Application) -> impl Iterator<Item = &'a Job> {
    let id = application.id;
    context.cluster.jobs().filter(move |job| job.application == Some(id))
}

/// The fields that a list of applications and the details of one have in common.
fn head(application: &Application, now: i64) -> Value {
    let started = application.started();
    json!({
        "id": format!("{:032x}", application.id),
        "name": application.name,
        "start-time": started,
        "end-time": application.ended().unwrap_or(-1),
        "duration": application.ended().unwrap_or(now) - started,
        "status": application.status.as_str(),
    })
}

pub(super) fn overview(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let now = context.cluster.now();
    let applications: Vec<Value> = context
        .cluster
        .applications()
        .map(|application| {
            let mut counts: BTreeMap<String, u32> = BTreeMap::new();
            for job in jobs_of(context, application) {
                *counts.entry(job.status.to_string()).or_default() += 1;
            }
            let mut body = head(application, now);
            body["jobs"] = json!(counts);
            body
        })
        .collect();
    Ok(Reply::ok(&json!({ "applications": applications })))
}

pub(super) fn details(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let application = found(context)?;
    let mut body = head(application, context.cluster.now());
    let timestamps: BTreeMap<&str, i64> =
        ApplicationStatus::ALL.iter().map(|status| status.as_str()).zip(application.entered).collect();
    body["timestamps"] = json!(timestamps);
    let shape = super::jobs::Shape::of(context);
    body["jobs"] = json!(jobs_of(context, application).map(|job| shape.summary(job)).collect::<Vec<_>>());
    Ok(Reply::ok(&body))
}

pub(super) fn exceptions(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let application = found(context)?;
    let entries: Vec<Value> = application
        .failures
        .iter()
        .map(|(at, cause, job)| {
            let mut entry = json!({
                "exceptionName": cause.class(),
                "stacktrace": cause.stack_trace(),
                "timestamp": at,
            });
            if let Some(job) = job {
                entry["jobId"] = json!(job);
            }
            entry
        })
        .collect();
    Ok(Reply::ok(&json!({ "exceptionHistory": { "entries": entries } })))
}

/// One configuration for all, whether the application exists or not.
pub(super) fn config(context: &mut Context<'_>) -> Result<Reply, RestError> {
    id_in_path(context)?;
    super::job_manager::config(context)
}

pub(super) fn cancel(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = id_in_path(context)?;
    if context.cluster.cancel_application(id) {
        return Ok(Reply::empty(202));
    }
    Err(RestError::refused_by(404, "Application could not be found.", not_found(id)))
}

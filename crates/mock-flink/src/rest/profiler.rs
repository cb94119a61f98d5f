//! `/jobmanager/profiler`, `/taskmanagers/:taskmanagerid/profiler`: profiles, and the files they end in.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{Reply, RestError};
use super::request::Context;
use super::task_managers;
use super::time::stamp_of_file;
use crate::sim::{Process, Profile, Throwable};

/// The longest profile, in seconds (`rest.profiling.duration-max`).
const LONGEST: i64 = 300;

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Mode {
    Cpu,
    Alloc,
    Lock,
    Wall,
    Itimer,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    mode: Option<Mode>,
    duration: Option<i64>,
}

/// Without the option, the paths do not exist.
fn enabled(context: &Context<'_>) -> Result<(), RestError> {
    if context.cluster.settings().text(&["rest.profiling.enabled"]) == Some("true") {
        return Ok(());
    }
    Err(RestError::no_such_path(&context.request.method, &context.request.path))
}

fn name_of(process: &Process) -> &str {
    match process {
        Process::JobManager => "JobManager",
        Process::TaskManager(id) => id.as_str(),
    }
}

fn file_name(profile: &Profile) -> String {
    format!("{}_{}_{}.html", name_of(&profile.process), profile.mode, stamp_of_file(profile.finished()))
}

fn info(profile: &Profile, now: i64) -> Value {
    let done = profile.finished() <= now;
    json!({
        "status": if done { "FINISHED" } else { "RUNNING" },
        "mode": profile.mode,
        "triggerTime": profile.triggered,
        "finishedTime": done.then(|| profile.finished()),
        "duration": profile.seconds,
        "message": done.then_some("Profiling Successful"),
        "outputFile": done.then(|| file_name(profile)),
        "profilingMode": profile.mode,
    })
}

fn list(context: &Context<'_>, process: &Process) -> Reply {
    let now = context.cluster.now();
    let profiles: Vec<Value> = context.cluster.profiles(process).map(|profile| info(profile, now)).collect();
    Reply::ok(&json!({ "profilingList": profiles }))
}

fn start(
    context: &mut Context<'_>,
    process: impl Fn(&Context<'_>) -> Result<Process, RestError>,
) -> Result<Reply, RestError> {
    enabled(context)?;
    let wanted: Wanted = context.body("ProfilingRequestBody", &["mode", "duration"])?;
    let process = process(context)?;
    let seconds = wanted.duration.unwrap_or(0);
    let longest =
        context.cluster.settings().millis(&["rest.profiling.duration-max"]).map_or(LONGEST, |max| max / 1000);
    if !(1..=longest).contains(&seconds) {
        let message = format!("`duration` must be set between (0s, {longest}s].");
        return Err(RestError::Internal(Throwable::new("java.lang.IllegalArgumentException", message)));
    }
    let mode = match wanted.mode.unwrap_or(Mode::Cpu) {
        Mode::Cpu => "CPU",
        Mode::Alloc => "ALLOC",
        Mode::Lock => "LOCK",
        Mode::Wall => "WALL",
        Mode::Itimer => "ITIMER",
    };
    let name = name_of(&process).to_owned();
    let now = context.cluster.now();
    match context.cluster.start_profile(process, mode.to_owned(), seconds) {
        Some(profile) => Ok(Reply::ok(&info(profile, now))),
        None => {
            let message = format!("{name} is still under profiling.");
            Err(RestError::Internal(Throwable::new("java.lang.IllegalStateException", message)))
        }
    }
}

/// The profile as a page: which jobs had tasks there while it was taken.
fn file(context: &Context<'_>, process: &Process) -> Option<Reply> {
    let name = context.path("filename");
    let profile = context.cluster.profiles(process).find(|profile| file_name(profile) == name)?;
    let rows: String = context
        .cluster
        .jobs()
        .filter(|job| {
            job.started() < profile.finished() && job.ended.is_none_or(|ended| ended > profile.triggered)
        })
        .map(|job| format!("<li>{}</li>", super::home::escaped(&job.name)))
        .collect();
    let title = format!("{} {} s of {}", profile.mode, profile.seconds, name_of(process));
    Some(Reply::text(format!("<!DOCTYPE html><title>{title}</title><h1>{title}</h1><ul>{rows}</ul>")))
}

pub(super) fn list_of_job_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    enabled(context)?;
    Ok(list(context, &Process::JobManager))
}

pub(super) fn start_on_job_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    start(context, |_| Ok(Process::JobManager))
}

pub(super) fn file_of_job_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    enabled(context)?;
    file(context, &Process::JobManager).ok_or_else(super::logs::no_file_of_job_manager)
}

pub(super) fn list_of_task_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    enabled(context)?;
    let id = task_managers::found(context)?;
    Ok(list(context, &Process::TaskManager(id)))
}

pub(super) fn start_on_task_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    start(context, |context| {
        task_managers::find(context)
            .map(|found| Process::TaskManager(found.id.clone()))
            .map_err(RestError::Internal)
    })
}

pub(super) fn file_of_task_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    enabled(context)?;
    let id = super::logs::transferable(context)?;
    let name = context.path("filename").to_owned();
    file(context, &Process::TaskManager(id.clone()))
        .ok_or_else(|| super::logs::no_file_of_task_manager(&id, &name))
}

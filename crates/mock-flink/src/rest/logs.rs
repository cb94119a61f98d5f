//! Logs and standard output of the JobManager and of TaskManagers. A log is told from the state: what happened, in
//! order of time, in the words of the process that it happened to.

use ops_core::ids::TaskManagerId;
use ops_core::rest::wire::logs::{LogFile, LogList};
use ops_core::rest::wire::state::{ExecutionState, JobStatus};

use super::error::{Cors, Reply, RestError};
use super::request::Context;
use super::task_managers;
use super::time::stamp_of_log;
use crate::sim::{Cluster, Job, TaskManager, Throwable};

/// The most lines that a log has; older ones were rotated away.
const LINES: usize = 5000;

/// The host in the names of log files.
const HOST: &str = "localhost";

struct Line {
    at: i64,
    level: &'static str,
    logger: &'static str,
    text: String,
}

impl Line {
    fn info(at: i64, logger: &'static str, text: String) -> Self {
        Self { at, level: "INFO ", logger, text }
    }
}

fn rendered(mut lines: Vec<Line>) -> String {
    lines.sort_by_key(|line| line.at);
    let skipped = lines.len().saturating_sub(LINES);
    lines[skipped..]
        .iter()
        .map(|line| {
            format!("{} {} {:<60} [] - {}\n", stamp_of_log(line.at), line.level, line.logger, line.text)
        })
        .collect()
}

fn of_cluster(cluster: &Cluster) -> String {
    let mut lines = vec![Line::info(
        cluster.started(),
        "org.apache.flink.runtime.entrypoint.ClusterEntrypoint",
        format!(" Starting StandaloneSessionClusterEntrypoint (Version: {}, Scala: 2.12)", cluster.version()),
    )];
    for found in cluster.task_managers() {
        let text = format!(
            "Registering TaskManager with ResourceID {} (pekko.tcp://flink@{}:{}/user/rpc/taskmanager_0) at ResourceManager",
            found.id, found.host, found.rpc_port
        );
        let logger = "org.apache.flink.runtime.resourcemanager.StandaloneResourceManager";
        lines.push(Line::info(found.registered, logger, text));
    }
    cluster.jobs().for_each(|job| of_job(job, &mut lines));
    rendered(lines)
}

fn of_job(job: &Job, lines: &mut Vec<Line>) {
    let graph = "org.apache.flink.runtime.executiongraph.ExecutionGraph";
    let mut passed: Vec<(i64, JobStatus)> = JobStatus::ALL
        .iter()
        .map(|status| (job.timestamps.of(*status), *status))
        .filter(|(at, _)| *at != 0)
        .collect();
    passed.sort_unstable();
    let mut before: Option<JobStatus> = None;
    for (at, status) in passed {
        let text = match before {
            None => format!("Received JobGraph submission '{}' ({}).", job.name, job.id),
            Some(before) => {
                format!("Job {} ({}) switched from state {before} to {status}.", job.name, job.id)
            }
        };
        lines.push(Line::info(at, graph, text));
        before = Some(status);
    }
    for failure in &job.failures {
        let text = format!("{} ({}) failed: {}", job.name, job.id, failure.cause.stack_trace().trim_end());
        lines.push(Line { at: failure.at, level: "WARN ", logger: graph, text });
    }
    let coordinator = "org.apache.flink.runtime.checkpoint.CheckpointCoordinator";
    for record in job.coordinator.history() {
        let text = format!("Triggering checkpoint {} @ {} for job {}.", record.id, record.triggered, job.id);
        lines.push(Line::info(record.triggered, coordinator, text));
    }
    for vertex in &job.vertices {
        for (index, subtask) in vertex.subtasks.iter().enumerate() {
            let name = format!("{} ({}/{})", vertex.spec.name(), index + 1, vertex.parallelism);
            let attempt = &subtask.current;
            for (state, at) in ExecutionState::ALL.iter().zip(attempt.entered).filter(|(_, at)| *at != 0) {
                lines.push(Line::info(
                    at,
                    graph,
                    format!("{name} (attempt #{}) switched to {state}.", attempt.number),
                ));
            }
        }
    }
}

fn of_worker(cluster: &Cluster, found: &TaskManager) -> String {
    let runner = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
    let text = format!("Starting TaskManager with ResourceID: {}", found.id);
    let mut lines = vec![Line::info(found.registered, runner, text)];
    for job in cluster.jobs() {
        for vertex in &job.vertices {
            for (index, subtask) in vertex.subtasks.iter().enumerate() {
                let attempt = &subtask.current;
                if attempt.placement.as_ref().is_none_or(|placed| placed.task_manager != found.id) {
                    continue;
                }
                let name = format!(
                    "{} ({}/{})#{}",
                    vertex.spec.name(),
                    index + 1,
                    vertex.parallelism,
                    attempt.number
                );
                let here = ExecutionState::ALL.iter().zip(attempt.entered);
                for (state, at) in here.filter(|(state, at)| **state > ExecutionState::Scheduled && *at != 0)
                {
                    let logger = "org.apache.flink.runtime.taskmanager.Task";
                    lines.push(Line::info(at, logger, format!("{name} switched to {state}.")));
                }
            }
        }
    }
    rendered(lines)
}

/// The files of a process: its log, and its standard output, which is empty.
fn files(process: &str, log: String, started: i64, now: i64) -> [(LogFile, String); 2] {
    let file = |name: String, text: &str, mtime| LogFile { name, size: text.len() as u64, mtime };
    let (output, name) = (format!("flink--{process}-0-{HOST}.out"), format!("flink--{process}-0-{HOST}.log"));
    [(file(output, "", started), String::new()), (file(name, &log, now), log)]
}

fn files_of_job_manager(context: &Context<'_>) -> [(LogFile, String); 2] {
    let cluster = &*context.cluster;
    files("standalonesession", of_cluster(cluster), cluster.started(), cluster.now())
}

fn files_of(context: &Context<'_>, id: &TaskManagerId) -> [(LogFile, String); 2] {
    let cluster = &*context.cluster;
    let found = cluster.task_managers().iter().find(|found| found.id == *id);
    let log = found.map(|found| of_worker(cluster, found)).unwrap_or_default();
    files("taskexecutor", log, found.map_or(0, |found| found.registered), cluster.now())
}

fn listed(files: [(LogFile, String); 2]) -> Reply {
    Reply::ok(&LogList { logs: files.into_iter().map(|(file, _)| file).collect() })
}

pub(super) fn of_job_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    Ok(Reply::text(of_cluster(context.cluster)))
}

pub(super) fn output_of_job_manager(_context: &mut Context<'_>) -> Result<Reply, RestError> {
    Ok(Reply::text(""))
}

pub(super) fn list_of_job_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    Ok(listed(files_of_job_manager(context)))
}

pub(super) fn file_of_job_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let name = context.path("filename");
    let found = files_of_job_manager(context).into_iter().find(|(file, _)| file.name == name);
    found.map(|(_, text)| Reply::text(text)).ok_or_else(no_file_of_job_manager)
}

pub(super) fn no_file_of_job_manager() -> RestError {
    RestError::Plain(404, "This file does not exist in JobManager log dir.".to_owned(), Cors::Unsaid)
}

pub(super) fn of_task_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = transferable(context)?;
    let [_, (_, log)] = files_of(context, &id);
    Ok(Reply::text(log))
}

pub(super) fn output_of_task_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    transferable(context)?;
    Ok(Reply::text(""))
}

pub(super) fn list_of_task_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = task_managers::found(context)?;
    Ok(listed(files_of(context, &id)))
}

pub(super) fn file_of_task_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = transferable(context)?;
    let name = context.path("filename");
    let found = files_of(context, &id).into_iter().find(|(file, _)| file.name == name);
    found.map(|(_, text)| Reply::text(text)).ok_or_else(|| no_file_of_task_manager(&id, name))
}

pub(super) fn no_file_of_task_manager(id: &TaskManagerId, name: &str) -> RestError {
    let cause = Throwable::new(
        "java.io.FileNotFoundException",
        format!("The file {name} does not exist on the TaskExecutor."),
    );
    let message = format!("Failed to transfer file from TaskExecutor {id}.");
    RestError::Internal(cause.wrapped("org.apache.flink.util.FlinkException", message))
}

/// The TaskManager of the path, for a file of it.
pub(super) fn transferable(context: &Context<'_>) -> Result<TaskManagerId, RestError> {
    let id = context.path("taskmanagerid");
    task_managers::find(context).map(|found| found.id.clone()).map_err(|cause| {
        let message = format!("Failed to transfer file from TaskExecutor {id} because it was unknown.");
        RestError::Refused(404, cause.wrapped("org.apache.flink.runtime.rest.NotFoundException", message))
    })
}

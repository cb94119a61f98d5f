//! `/jobs/:jobid/exceptions`.

use std::collections::BTreeMap;

use ops_core::rest::wire::exceptions::{ExceptionEntry, ExceptionHistory, JobExceptions, TaskException};
use ops_core::rest::wire::state::{ExecutionState, JobStatus};

use super::error::{Reply, RestError};
use super::request::Context;
use super::versions::Feature;
use crate::sim::{FailureRecord, Job, Placement, SchedulerKind};

/// Entries of the history unless `maxExceptions` says otherwise.
const DEFAULT_ENTRIES: usize = 20;

const UNASSIGNED: &str = "(unassigned)";

pub(super) fn history(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job()?;
    let most = match context.query("maxExceptions") {
        None => DEFAULT_ENTRIES,
        Some(text) => text.parse().map_err(|_| RestError::parameter("query", "maxExceptions", text))?,
    };
    for filter in context.queries("failureLabelFilter").unwrap_or_default() {
        if !filter.split_once(':').is_some_and(|(key, value)| !key.is_empty() && !value.is_empty()) {
            return Err(RestError::parameter("query", "failureLabelFilter", filter));
        }
    }
    // No simulated failure is labelled: any filter leaves none.
    let most = if context.query("failureLabelFilter").is_some() { 0 } else { most };
    let shape = Shape {
        legacy: context.supports(Feature::LegacyFields),
        endpoint: context.supports(Feature::Endpoint),
    };
    let entries = job.failures.iter().take(most).map(|failure| shape.entry(failure, Depth::Top)).collect();
    let truncated = job.history_truncated || job.failures.len() > most;
    let root = job.root_cause();
    Ok(Reply::ok(&JobExceptions {
        root_exception: shape.legacy.then(|| root.map(|(_, cause)| cause.stack_trace())),
        timestamp: shape.legacy.then(|| root.map(|(at, _)| *at)),
        all_exceptions: shape.legacy.then(|| shape.failed_tasks(job)),
        truncated: shape.legacy.then_some(false),
        exception_history: ExceptionHistory { entries, truncated },
    }))
}

/// Which fields the version has.
struct Shape {
    legacy: bool,
    endpoint: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Top,
    Concurrent,
}

impl Shape {
    fn entry(&self, failure: &FailureRecord, depth: Depth) -> ExceptionEntry {
        let task = failure.task.as_ref();
        let placement = task.and_then(|task| task.placement.as_ref());
        let endpoint = placement.map(|placement| placement.endpoint.clone());
        let concurrent = || {
            failure.concurrent.iter().map(|concurrent| self.entry(concurrent, Depth::Concurrent)).collect()
        };
        ExceptionEntry {
            exception_name: failure.cause.class().to_owned(),
            stacktrace: failure.cause.stack_trace(),
            timestamp: failure.at,
            failure_labels: BTreeMap::new(),
            task_name: task.map(|task| format!("{} - execution #{}", task.name, task.attempt)),
            location: endpoint.clone().filter(|_| self.legacy),
            endpoint: endpoint.filter(|_| self.endpoint),
            task_manager_id: placement.map(|placement| placement.task_manager.to_string()),
            concurrent_exceptions: (depth == Depth::Top).then(concurrent),
        }
    }

    /// The tasks whose latest attempt failed, and was not restarted yet.
    fn failed_tasks(&self, job: &Job) -> Vec<TaskException> {
        // While an adaptive job restarts, it has no tasks.
        let shows = job.scheduler != SchedulerKind::Adaptive || job.is_over();
        let Some(latest) = job.failures.front().filter(|_| shows && job.status != JobStatus::Running) else {
            return Vec::new();
        };
        let failures: Vec<&FailureRecord> = std::iter::once(latest).chain(&latest.concurrent).collect();
        let mut tasks = Vec::new();
        for vertex in &job.vertices {
            for (index, subtask) in vertex.subtasks.iter().enumerate() {
                if subtask.current.state != ExecutionState::Failed {
                    continue;
                }
                let name = format!("{} ({}/{})", vertex.spec.name(), index + 1, vertex.parallelism);
                let of_task =
                    |failure: &&&FailureRecord| failure.task.as_ref().is_none_or(|task| task.name == name);
                let Some(failure) = failures.iter().rev().find(of_task) else { continue };
                let placement = subtask.current.placement.as_ref();
                let unassigned = || UNASSIGNED.to_owned();
                let endpoint = |placement: &Placement| placement.endpoint.clone();
                tasks.push(TaskException {
                    exception: failure.cause.stack_trace(),
                    task: name,
                    location: placement.map_or_else(unassigned, endpoint),
                    endpoint: self.endpoint.then(|| placement.map_or_else(unassigned, endpoint)),
                    timestamp: failure.at,
                    task_manager_id: placement
                        .map_or_else(unassigned, |placement| placement.task_manager.to_string()),
                });
            }
        }
        tasks
    }
}

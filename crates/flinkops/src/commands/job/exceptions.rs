//! `flinkops job exceptions JOB`: why it failed, latest first, root causes first.

use std::fmt::Write as _;

use clap::Args;
use jiff::Timestamp;
use jobs::JobRef;
use ops_core::ids::JobId;
use ops_core::rest::wire::exceptions::{ExceptionEntry, JobExceptions};
use ops_core::rest::{Failure as Cause, RestClient};
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, human_time, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job exceptions orders
  flinkops job exceptions orders -v          # with the stack traces
  flinkops job exceptions orders -o json")]
pub(crate) struct Options {
    /// The job: its id, the beginning of it, or its name.
    #[arg(value_name = "JOB")]
    job: JobRef,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct History {
    job_id: JobId,
    /// Latest first.
    failures: Vec<Thrown>,
    /// Whether the cluster has forgotten older ones.
    truncated: bool,
}

#[derive(Debug, Serialize)]
struct Thrown {
    at: String,
    /// The innermost exception.
    root_cause: String,
    /// The outermost exception's class.
    exception: String,
    task: Option<String>,
    task_manager: Option<String>,
    stack_trace: String,
    /// What failed before the restart that it led to.
    concurrent: Vec<Thrown>,
}

pub(crate) async fn run(options: &Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let job_id = jobs::find(client, &options.job).await?;
    let history = History::of(job_id, client.exceptions(job_id).await?);
    output.result(&history, |history| human(history, output.is_verbose()))?;
    Ok(exit::DONE)
}

impl History {
    fn of(job_id: JobId, exceptions: JobExceptions) -> Self {
        let truncated = exceptions.exception_history.truncated || exceptions.truncated == Some(true);
        let mut failures: Vec<Thrown> =
            exceptions.exception_history.entries.into_iter().map(Thrown::from).collect();
        // 1.x tells the failure of a job that never had tasks here only.
        if let (true, Some(Some(stack))) = (failures.is_empty(), exceptions.root_exception) {
            let timestamp = exceptions.timestamp.flatten().unwrap_or_default();
            failures.push(Thrown::from(ExceptionEntry {
                exception_name: class(&stack).to_owned(),
                stacktrace: stack,
                timestamp,
                ..ExceptionEntry::default()
            }));
        }
        Self { job_id, failures, truncated }
    }
}

impl From<ExceptionEntry> for Thrown {
    fn from(entry: ExceptionEntry) -> Self {
        Self {
            at: Timestamp::from_millisecond(entry.timestamp).unwrap_or_default().to_string(),
            root_cause: Cause::from_stack(entry.stacktrace.as_str()).to_string(),
            exception: entry.exception_name,
            task: entry.task_name,
            task_manager: entry.task_manager_id,
            stack_trace: entry.stacktrace,
            concurrent: entry.concurrent_exceptions.unwrap_or_default().into_iter().map(Self::from).collect(),
        }
    }
}

/// The class at the beginning of a stack trace.
fn class(stack: &str) -> &str {
    stack.split([':', '\n']).next().unwrap_or_default()
}

fn human(history: &History, verbose: bool) -> String {
    if history.failures.is_empty() {
        return "the job has not failed\n".to_owned();
    }
    let mut text = String::new();
    for failure in &history.failures {
        failure.write(&mut text, "", verbose);
    }
    if history.truncated {
        text.push_str("older failures are forgotten (web.exception-history-size)\n");
    }
    text
}

impl Thrown {
    fn write(&self, text: &mut String, indent: &str, verbose: bool) {
        let (heading, faint) = (style::HEADING, style::FAINT);
        let when = human_time(&self.at);
        let _ = writeln!(text, "{indent}{faint}{when}{faint:#}  {heading}{}{heading:#}", self.root_cause);
        let place = [
            self.task.as_deref().map(|task| format!("in {task}")),
            self.task_manager.as_deref().map(|id| format!("on {id}")),
        ];
        let place: Vec<String> = place.into_iter().flatten().collect();
        if !place.is_empty() {
            let _ = writeln!(text, "{indent}    {}", place.join(" "));
        }
        if verbose {
            for line in self.stack_trace.trim_end().lines() {
                let _ = writeln!(text, "{indent}    {faint}{line}{faint:#}");
            }
        }
        for concurrent in &self.concurrent {
            concurrent.write(text, "    ", verbose);
        }
    }
}

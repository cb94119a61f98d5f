//! Everything that was thrown, wherever it is recorded: a job's history, its result, its checkpoints, logs.

use ops_core::rest::wire::checkpoints::CheckpointStatus;
use ops_core::rest::wire::exceptions::ExceptionEntry;
use ops_core::rest::wire::state::JobStatus;

use super::evidence::{Evidence, JobEvidence};
use super::finding::JobName;
use super::throwable::{Throwable, shortened};

/// Failures that are older than this (milliseconds) and over are history.
const DAY: i64 = 86_400_000;

/// What Flink writes of checkpoints that end because their job restarts or is stopped: nothing is wrong with them.
pub const ON_THE_WAY: [&str; 8] = [
    "Checkpoint Coordinator is suspending",
    "CheckpointCoordinator shutdown",
    "FailoverRegion is restarting",
    "Not all required tasks are currently running",
    "Some tasks of the job have already finished",
    "is not being executed at the moment",
    "Checkpoint was canceled because a barrier from newer checkpoint was received",
    "Checkpoint has been subsumed",
];

/// What Flink writes of a checkpoint whose tasks could not be told to begin: they, or their TaskManagers, were gone.
pub const NOT_BEGUN: &str = "Trigger checkpoint failure";

/// Something that was thrown.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    pub(super) chain: Vec<Throwable>,
    /// Milliseconds since 1970.
    pub(super) at: i64,
    pub(super) job: Option<JobName>,
    /// The task that threw it, `name (1/4)`.
    pub(super) task: Option<String>,
    /// Where: a host, or a file and a line.
    pub(super) place: Option<String>,
    pub(super) source: Source,
    /// The job runs again, or completes checkpoints again.
    pub(super) over: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Job,
    Checkpoint,
    Log,
}

/// Everything, newest first.
pub(super) fn troubles(evidence: &Evidence) -> Vec<Trouble> {
    let mut all: Vec<Trouble> = evidence.jobs.iter().flat_map(of_job).collect();
    let calm = !evidence.jobs.is_empty()
        && evidence.jobs.iter().all(|job| job.runs_well() && job.checkpoints_fail_since().is_none());
    for log in &evidence.logs {
        for entry in &log.entries {
            all.push(Trouble {
                chain: Throwable::chain(&entry.stack),
                at: entry.at,
                job: evidence
                    .jobs
                    .iter()
                    .find(|job| entry.ids().any(|id| id == job.details.jid))
                    .map(JobEvidence::name),
                task: None,
                place: Some(format!("{}:{}: {}", log.name, entry.line, shortened(said(&entry.message), 160))),
                source: Source::Log,
                over: calm,
            });
        }
    }
    all.retain(|trouble| !trouble.chain.is_empty());
    all.sort_by_key(|trouble| std::cmp::Reverse(trouble.at));
    all
}

/// What a line says, without its time, level and logger.
fn said(line: &str) -> &str {
    line.split_once(" - ").map_or(line, |(_, said)| said)
}

fn of_job(job: &JobEvidence) -> Vec<Trouble> {
    // What was stopped on purpose is nobody's trouble any more.
    if matches!(job.details.state, JobStatus::Finished | JobStatus::Canceled) {
        return Vec::new();
    }
    let runs_since = job.all_running_since();
    let again = job.restarts_lately() > 2;
    let over = |at: i64| !again && runs_since.is_some_and(|since| at < since);
    let mut all: Vec<Trouble> = job
        .exceptions
        .exception_history
        .entries
        .iter()
        .flat_map(|entry| std::iter::once(entry).chain(entry.concurrent_exceptions.iter().flatten()))
        .filter(|entry| !(over(entry.timestamp) && job.details.now - entry.timestamp > DAY))
        .map(|entry| of_entry(job, entry, over(entry.timestamp)))
        .collect();
    // What ended it stands in its history, too, unless it never came to run.
    if let Some(failure) = job.failure.as_ref().filter(|_| all.is_empty()) {
        let at = job.details.end_time.max(job.details.now);
        all.push(trouble(job, failure, at, Source::Job, false));
    }
    if all.is_empty() {
        let latest = job.exceptions.latest().filter(|text| !text.trim().is_empty());
        all.extend(latest.map(|text| trouble(job, text, job.details.now, Source::Job, over(0))));
    }
    if let Some(since) = job.checkpoints_fail_since() {
        let failed = job.checkpoints.iter().flat_map(|statistics| &statistics.history);
        let failed = failed.filter(|checkpoint| {
            checkpoint.status == CheckpointStatus::Failed && checkpoint.trigger_timestamp >= since
        });
        for checkpoint in failed {
            let Some(message) = &checkpoint.failure_message else { continue };
            if ON_THE_WAY.iter().any(|normal| message.contains(normal)) {
                continue;
            }
            let at = checkpoint.failure_timestamp.unwrap_or(checkpoint.trigger_timestamp);
            let mut trouble = trouble(job, message, at, Source::Checkpoint, false);
            trouble.place = Some(format!("checkpoint {}", checkpoint.id));
            all.push(trouble);
        }
    }
    all
}

fn of_entry(job: &JobEvidence, entry: &ExceptionEntry, over: bool) -> Trouble {
    let place = entry.endpoint.clone().or_else(|| entry.location.clone());
    let text = if entry.stacktrace.trim().is_empty() { &entry.exception_name } else { &entry.stacktrace };
    Trouble {
        task: entry.task_name.clone(),
        place: place.filter(|place| !place.starts_with('(')),
        ..trouble(job, text, entry.timestamp, Source::Job, over)
    }
}

fn trouble(job: &JobEvidence, text: &str, at: i64, source: Source, over: bool) -> Trouble {
    let chain = Throwable::chain(text);
    Trouble { chain, at, job: Some(job.name()), task: None, place: None, source, over }
}

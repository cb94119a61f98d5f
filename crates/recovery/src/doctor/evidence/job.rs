//! One job, and figures about it that several signatures need.

use std::collections::BTreeMap;

use ops_core::ids::VertexId;
use ops_core::rest::wire::checkpoint_config::CheckpointConfig;
use ops_core::rest::wire::checkpoint_subtasks::VertexCheckpoint;
use ops_core::rest::wire::checkpoints::{Checkpoint, CheckpointStatistics, CheckpointStatus};
use ops_core::rest::wire::exceptions::JobExceptions;
use ops_core::rest::wire::job::{JobDetails, JobVertex};
use ops_core::rest::wire::plan::PlanNode;
use ops_core::rest::wire::state::JobStatus;
use ops_core::rest::wire::vertices::{BackPressure, SubtaskBackPressure, VertexDetails};
use serde::{Deserialize, Serialize};

use crate::doctor::JobName;
use crate::doctor::trouble::{NOT_BEGUN, ON_THE_WAY};

/// Restarts within this time (milliseconds) are lately.
const LATELY: i64 = 600_000;

/// What was seen of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobEvidence {
    /// Its vertices, states and plan.
    pub details: JobDetails,
    /// What made it fail.
    #[serde(default)]
    pub exceptions: JobExceptions,
    /// Why it failed for good.
    #[serde(default)]
    pub failure: Option<String>,
    /// Its checkpoints; `None` where it takes none.
    #[serde(default)]
    pub checkpoints: Option<CheckpointStatistics>,
    /// How it takes them.
    #[serde(default)]
    pub checkpoint_config: Option<CheckpointConfig>,
    /// How often it restarted since its JobManager leads.
    #[serde(default)]
    pub restarts: Option<u64>,
    /// The newest checkpoint that is complete or under way, vertex by vertex.
    #[serde(default)]
    pub newest: Option<Checkpoint>,
    /// The parts of it that took longest or are largest.
    #[serde(default)]
    pub slow_parts: Vec<SlowPart>,
    /// The vertices that were looked into.
    #[serde(default)]
    pub vertices: Vec<VertexEvidence>,
}

/// The part of a vertex in the newest checkpoint, subtask by subtask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlowPart {
    /// The vertex.
    pub vertex: VertexId,
    /// Its part.
    pub part: VertexCheckpoint,
}

/// What was seen of a vertex.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VertexEvidence {
    /// The vertex.
    pub id: VertexId,
    /// Subtask by subtask.
    #[serde(default)]
    pub details: Option<VertexDetails>,
    /// How busy and held up each subtask is.
    #[serde(default)]
    pub back_pressure: Option<BackPressure>,
    /// The lowest and the highest watermark that subtasks emit, by operator.
    #[serde(default)]
    pub output_watermarks: BTreeMap<String, (f64, f64)>,
    /// Records that came too late, by operator.
    #[serde(default)]
    pub late: BTreeMap<String, f64>,
    /// The innermost frame of the user's code in the thread of its busiest subtask.
    #[serde(default)]
    pub busy_in: Option<String>,
}

/// Shares of time, 0 to 1, of the busiest and of all subtasks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// Of the subtask that works most.
    pub busiest: f64,
    /// Which one that is.
    pub busiest_index: i32,
    /// The mean.
    pub busy: f64,
    /// Of the subtask that is held up most.
    pub held_up: f64,
    /// The mean.
    pub idle: f64,
}

impl JobEvidence {
    /// What the job's details say, before anything else is asked.
    pub fn of(details: JobDetails) -> Self {
        Self {
            details,
            exceptions: JobExceptions::default(),
            failure: None,
            checkpoints: None,
            checkpoint_config: None,
            restarts: None,
            newest: None,
            slow_parts: Vec::new(),
            vertices: Vec::new(),
        }
    }

    /// Id and name.
    pub fn name(&self) -> JobName {
        JobName { id: self.details.jid, name: self.details.name.clone() }
    }

    /// It is to go on.
    pub fn goes_on(&self) -> bool {
        !self.details.state.is_terminal() && self.details.state != JobStatus::Cancelling
    }

    /// Since when all its tasks run; `None` where they do not.
    pub fn all_running_since(&self) -> Option<i64> {
        let vertices = &self.details.vertices;
        let running = |vertex: &JobVertex| {
            let tasks = &vertex.tasks;
            vertex.parallelism > 0 && tasks.running + tasks.finished == vertex.parallelism.unsigned_abs()
        };
        let runs =
            self.details.state == JobStatus::Running && !vertices.is_empty() && vertices.iter().all(running);
        runs.then(|| vertices.iter().map(|vertex| vertex.start_time).max().unwrap_or(0))
    }

    /// It runs, and did not restart again and again.
    pub fn runs_well(&self) -> bool {
        self.all_running_since().is_some() && self.restarts_lately() <= 2
    }

    /// Failures that made it restart within the last ten minutes.
    pub fn restarts_lately(&self) -> usize {
        let since = self.details.now - LATELY;
        self.exceptions.exception_history.entries.iter().filter(|entry| entry.timestamp >= since).count()
    }

    /// A vertex of the job.
    pub fn vertex(&self, id: VertexId) -> Option<&JobVertex> {
        self.details.vertices.iter().find(|vertex| vertex.id == id)
    }

    /// The name of a vertex.
    pub fn vertex_name(&self, id: VertexId) -> String {
        self.vertex(id).map_or_else(|| id.to_string(), |vertex| vertex.name.clone())
    }

    /// The vertices of the plan.
    pub fn nodes(&self) -> &[PlanNode] {
        self.details.plan.nodes.as_deref().unwrap_or_default()
    }

    /// The vertices that read from this one.
    pub fn readers_of(&self, id: VertexId) -> Vec<VertexId> {
        let reads = |node: &&PlanNode| node.inputs.iter().any(|input| input.id == id);
        self.nodes().iter().filter(reads).map(|node| node.id).collect()
    }

    /// Whether nothing flows into it.
    pub fn is_source(&self, id: VertexId) -> bool {
        self.nodes().iter().any(|node| node.id == id && node.inputs.is_empty())
    }

    /// Whether records come to it by key.
    pub fn is_keyed(&self, id: VertexId) -> bool {
        let by_key = |node: &PlanNode| node.inputs.iter().any(|input| input.ship_strategy == "HASH");
        self.nodes().iter().any(|node| node.id == id && by_key(node))
    }

    /// Completed checkpoints of the history, newest first; no savepoints.
    pub fn completed(&self) -> impl Iterator<Item = &Checkpoint> {
        let history = self.checkpoints.iter().flat_map(|statistics| &statistics.history);
        history.filter(|one| one.status == CheckpointStatus::Completed && !one.is_savepoint)
    }

    /// Since when no checkpoint has completed although at least one failed after; `None` where the latest is complete.
    pub fn checkpoints_fail_since(&self) -> Option<i64> {
        let statistics = self.checkpoints.as_ref()?;
        let history = || statistics.history.iter().filter(|one| !one.is_savepoint);
        let newest = |status| history().find(|one| one.status == status);
        let failed = newest(CheckpointStatus::Failed)?;
        let completed = statistics.latest.completed.as_ref().or_else(|| newest(CheckpointStatus::Completed));
        match completed {
            Some(completed) if completed.id > failed.id => None,
            Some(completed) => Some(completed.trigger_timestamp + 1),
            None => Some(0),
        }
    }

    /// Failed checkpoints of the history that no complete one has followed, but for those that failed because tasks were gone
    /// or going, where all tasks run again since.
    pub fn failed_in_a_row(&self) -> usize {
        let runs_since = self.all_running_since();
        let of_a_restart =
            |message: &str| ON_THE_WAY.iter().chain([&NOT_BEGUN]).any(|words| message.contains(words));
        let passed = |one: &Checkpoint| {
            runs_since.is_some_and(|since| one.trigger_timestamp < since)
                && one.failure_message.as_deref().is_some_and(of_a_restart)
        };
        let history = self.checkpoints.iter().flat_map(|statistics| &statistics.history);
        let history = history.filter(|one| !one.is_savepoint && one.status != CheckpointStatus::InProgress);
        history.take_while(|one| one.status == CheckpointStatus::Failed).filter(|one| !passed(one)).count()
    }
}

impl VertexEvidence {
    /// A vertex of which nothing is known yet.
    pub fn of(id: VertexId) -> Self {
        Self {
            id,
            details: None,
            back_pressure: None,
            output_watermarks: BTreeMap::new(),
            late: BTreeMap::new(),
            busy_in: None,
        }
    }

    /// How busy it is now; `None` where no subtask tells.
    pub fn load(&self) -> Option<Load> {
        let subtasks = self.back_pressure.as_ref()?.subtasks.as_deref().filter(|all| !all.is_empty())?;
        let count = subtasks.len() as f64;
        let known = |value: f64| if value.is_finite() { value } else { 0.0 };
        let mean = |share: fn(&SubtaskBackPressure) -> f64| {
            subtasks.iter().map(|one| known(share(one))).sum::<f64>() / count
        };
        // Sources of the old kind cannot tell how busy they are: what is left of their time is the nearest guess.
        let busy = |one: &SubtaskBackPressure| match one.busy_ratio.0 {
            share if share.is_finite() => share,
            _ => (1.0 - known(one.ratio.0) - known(one.idle_ratio.0)).max(0.0),
        };
        let busiest = subtasks.iter().max_by(|one, other| busy(one).total_cmp(&busy(other)))?;
        Some(Load {
            busiest: busy(busiest),
            busiest_index: busiest.subtask,
            busy: subtasks.iter().map(busy).sum::<f64>() / count,
            held_up: subtasks.iter().map(|one| known(one.ratio.0)).fold(0.0, f64::max),
            idle: mean(|one| one.idle_ratio.0),
        })
    }

    /// Records that each subtask has read (for sources: sent), by index; `None` unless every subtask has reported.
    pub fn records(&self, is_source: bool) -> Option<Vec<(i32, u64)>> {
        let subtasks = &self.details.as_ref()?.subtasks;
        let all: Option<Vec<_>> = subtasks
            .iter()
            .map(|one| {
                let metrics = &one.metrics;
                let (complete, count) = match is_source {
                    true => (metrics.write_records_complete, metrics.write_records),
                    false => (metrics.read_records_complete, metrics.read_records),
                };
                complete.then_some((one.subtask, count))
            })
            .collect();
        all.filter(|all| !all.is_empty())
    }

    /// The host of a subtask.
    pub fn host_of(&self, subtask: i32) -> Option<&str> {
        let found = self.details.as_ref()?.subtasks.iter().find(|one| one.subtask == subtask)?;
        found.endpoint.as_deref().or(found.host.as_deref()).filter(|host| !host.starts_with('('))
    }
}

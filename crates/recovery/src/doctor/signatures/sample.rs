//! Evidence of jobs, made up for tests.

use ops_core::ids::{JobId, VertexId};
use ops_core::rest::wire::checkpoint_config::CheckpointConfig;
use ops_core::rest::wire::checkpoint_subtasks::{SubtaskCheckpoint, VertexCheckpoint};
use ops_core::rest::wire::checkpoints::{
    Checkpoint, CheckpointStatistics, CheckpointStatus, RestoredCheckpoint, TaskCheckpoint,
};
use ops_core::rest::wire::cluster::ClusterOverview;
use ops_core::rest::wire::exceptions::ExceptionEntry;
use ops_core::rest::wire::job::JobDetails;
use ops_core::rest::wire::number::Real;
use ops_core::rest::wire::state::JobStatus;
use ops_core::rest::wire::task_managers::TaskManager;
use ops_core::rest::wire::vertices::{BackPressure, SubtaskBackPressure, VertexDetails};
use serde_json::json;

use crate::doctor::evidence::{Evidence, JobEvidence, SlowPart, VertexEvidence};
use crate::doctor::examine;

/// The clock of all samples.
const NOW: i64 = 1_790_000_000_000;

/// When their jobs started.
const START: i64 = NOW - 3_600_000;

/// A job that runs, and what is made of it.
#[derive(Clone, Debug)]
pub(crate) struct Sample(Evidence);

/// What the signature of this code says first.
pub(crate) fn found(evidence: Evidence, code: &str) -> Option<String> {
    examine(&evidence).into_iter().find(|finding| finding.code == code).map(|finding| finding.message)
}

/// A TaskManager.
pub(crate) fn task_manager(id: &str, slots: u32, free: u32) -> TaskManager {
    serde_json::from_value(json!({ "id": id, "slotsNumber": slots, "freeSlots": free })).unwrap()
}

fn vertex_id(number: usize) -> VertexId {
    VertexId::new(number as u128 + 1)
}

impl Sample {
    pub(crate) fn job() -> Self {
        let overview = ClusterOverview { taskmanagers: 1, slots_total: 4, ..ClusterOverview::default() };
        let version = Some("1.20.5".to_owned());
        Self(Evidence { at: NOW, overview: Some(overview), version, ..Evidence::default() })
    }

    /// Vertices `v0`, `v1`, … in a row, each with two subtasks.
    pub(crate) fn chain(mut self, count: usize) -> Self {
        let vertices: Vec<_> = (0..count)
            .map(|number| {
                json!({
                    "id": vertex_id(number), "name": format!("v{number}"), "parallelism": 2, "maxParallelism": 128,
                    "status": "RUNNING", "start-time": START, "tasks": { "RUNNING": 2 },
                })
            })
            .collect();
        let nodes: Vec<_> = (0..count)
            .map(|number| {
                let inputs: Vec<_> = number
                    .checked_sub(1)
                    .map(|input| json!({ "id": vertex_id(input), "ship_strategy": "REBALANCE" }))
                    .into_iter()
                    .collect();
                json!({ "id": vertex_id(number), "parallelism": 2, "inputs": inputs })
            })
            .collect();
        let details: JobDetails = serde_json::from_value(json!({
            "jid": JobId::new(7), "name": "orders", "state": "RUNNING", "start-time": START, "now": NOW,
            "timestamps": { "RUNNING": START }, "vertices": vertices, "plan": { "type": "STREAMING", "nodes": nodes },
        }))
        .unwrap();
        let vertices = (0..count).map(|number| VertexEvidence::of(vertex_id(number))).collect();
        self.0.jobs.push(JobEvidence { vertices, ..JobEvidence::of(details) });
        self
    }

    fn edit(mut self, change: impl FnOnce(&mut JobEvidence)) -> Self {
        change(&mut self.0.jobs[0]);
        self
    }

    /// Records of each subtask of a vertex: read, of the first one sent.
    pub(crate) fn records(self, vertex: usize, counts: &[u64]) -> Self {
        let (read, complete) = match vertex {
            0 => ("write-records", "write-records-complete"),
            _ => ("read-records", "read-records-complete"),
        };
        let subtasks: Vec<_> = (0..)
            .zip(counts)
            .map(|(index, count)| json!({ "subtask": index, "status": "RUNNING", "host": "h1:1", "metrics": { read: count, complete: true } }))
            .collect();
        let details: VertexDetails =
            serde_json::from_value(json!({ "id": vertex_id(vertex), "subtasks": subtasks })).unwrap();
        self.edit(|job| job.vertices[vertex].details = Some(details))
    }

    /// One subtask of the vertex has not reported.
    pub(crate) fn incomplete(self, vertex: usize) -> Self {
        self.edit(|job| {
            let metrics = &mut job.vertices[vertex].details.as_mut().unwrap().subtasks[0].metrics;
            (metrics.read_records_complete, metrics.write_records_complete) = (false, false);
        })
    }

    fn pressure(self, vertex: usize, subtasks: Vec<SubtaskBackPressure>) -> Self {
        let subtasks = Some(subtasks);
        self.edit(|job| {
            job.vertices[vertex].back_pressure = Some(BackPressure { subtasks, ..BackPressure::default() })
        })
    }

    /// The shares of time that the subtasks of a vertex work.
    pub(crate) fn busy(self, vertex: usize, shares: &[f64]) -> Self {
        let subtasks = (0..).zip(shares).map(|(subtask, share)| SubtaskBackPressure {
            subtask,
            busy_ratio: Real(*share),
            idle_ratio: Real(1.0 - share),
            ..SubtaskBackPressure::default()
        });
        let held_up = self.0.jobs[0].vertices[vertex].load().map_or(0.0, |load| load.held_up);
        let subtasks = subtasks.map(|one| SubtaskBackPressure { ratio: Real(held_up), ..one }).collect();
        self.pressure(vertex, subtasks)
    }

    /// The share of time that the only subtask of a vertex waits.
    pub(crate) fn held_up(self, vertex: usize, share: f64) -> Self {
        let one = SubtaskBackPressure {
            ratio: Real(share),
            busy_ratio: Real(1.0 - share),
            ..SubtaskBackPressure::default()
        };
        self.pressure(vertex, vec![one])
    }

    /// The lowest and the highest watermark that subtasks emit.
    pub(crate) fn watermarks(self, vertex: usize, least: f64, most: f64) -> Self {
        self.edit(|job| {
            let name = "Source__a.currentOutputWatermark".to_owned();
            job.vertices[vertex].output_watermarks.insert(name, (least, most));
        })
    }

    /// Records that a window dropped.
    pub(crate) fn late(self, vertex: usize, dropped: f64) -> Self {
        self.edit(|job| {
            job.vertices[vertex].late.insert("Window.numLateRecordsDropped".to_owned(), dropped);
        })
    }

    /// Complete checkpoints of these sizes, oldest first, ten seconds apart.
    pub(crate) fn checkpoints(self, sizes: &[i64]) -> Self {
        let count = sizes.len() as i64;
        let mut history: Vec<Checkpoint> = (1..=count)
            .zip(sizes)
            .map(|(id, size)| Checkpoint {
                id,
                status: CheckpointStatus::Completed,
                trigger_timestamp: NOW - 10_000 * (count - id + 1),
                latest_ack_timestamp: NOW - 10_000 * (count - id + 1) + 500,
                state_size: *size,
                ..Checkpoint::default()
            })
            .collect();
        history.reverse();
        self.edit(|job| {
            let mut statistics = CheckpointStatistics { history, ..CheckpointStatistics::default() };
            statistics.latest.completed = statistics.history.first().cloned();
            job.newest = statistics.history.first().cloned();
            job.checkpoints = Some(statistics);
            let mut config =
                CheckpointConfig { interval: 10_000, timeout: 600_000, ..CheckpointConfig::default() };
            config.externalization.enabled = true;
            job.checkpoint_config = Some(config);
        })
    }

    /// The newest checkpoints failed.
    pub(crate) fn failed_checkpoints(self, times: i64, why: &str) -> Self {
        self.edit(|job| {
            let statistics = job.checkpoints.as_mut().unwrap();
            for number in 0..times {
                let failed = Checkpoint {
                    id: 100 + number,
                    status: CheckpointStatus::Failed,
                    trigger_timestamp: NOW - 1000 + number,
                    failure_message: Some(why.to_owned()),
                    ..Checkpoint::default()
                };
                statistics.latest.failed = Some(failed.clone());
                statistics.history.insert(0, failed);
            }
        })
    }

    /// A checkpoint is under way for so many milliseconds.
    pub(crate) fn under_way(self, age: i64) -> Self {
        self.edit(|job| {
            let part =
                TaskCheckpoint { num_subtasks: 2, num_acknowledged_subtasks: 1, ..TaskCheckpoint::default() };
            job.newest = Some(Checkpoint {
                id: 9,
                trigger_timestamp: NOW - age,
                tasks: [(vertex_id(0), part)].into(),
                ..Checkpoint::default()
            });
        })
    }

    /// The part of a vertex in the newest checkpoint.
    pub(crate) fn part(
        self,
        vertex: usize,
        set: impl Fn(usize, &mut SubtaskCheckpoint),
        subtasks: usize,
    ) -> Self {
        let subtasks: Vec<SubtaskCheckpoint> = (0..subtasks)
            .map(|index| {
                let status = "completed".to_owned();
                let mut one =
                    SubtaskCheckpoint { index: index as i32, status, ..SubtaskCheckpoint::default() };
                set(index, &mut one);
                one
            })
            .collect();
        let part = VertexCheckpoint { subtasks, ..VertexCheckpoint::default() };
        self.edit(|job| job.slow_parts.push(SlowPart { vertex: vertex_id(vertex), part }))
    }

    pub(crate) fn average(self, millis: i64) -> Self {
        self.edit(|job| job.checkpoints.as_mut().unwrap().summary.end_to_end_duration.avg = millis)
    }

    pub(crate) fn config(self, change: impl FnOnce(&mut CheckpointConfig)) -> Self {
        self.edit(|job| change(job.checkpoint_config.as_mut().unwrap()))
    }

    /// It was restored from a checkpoint of its own.
    pub(crate) fn restored_from_itself(self) -> Self {
        self.edit(|job| {
            let path = format!("file:/c/{}/chk-1", job.details.jid);
            let restored = RestoredCheckpoint {
                id: 1,
                restore_timestamp: NOW - 5000,
                is_savepoint: false,
                external_path: Some(path),
            };
            job.checkpoints.as_mut().unwrap().latest.restored = Some(restored);
            job.restarts = Some(0);
        })
    }

    /// It failed with this, seconds apart, and restarts.
    pub(crate) fn threw_times(self, stack: &str, times: i64) -> Self {
        let chain = crate::doctor::Throwable::chain(stack);
        let name = chain.first().map(|one| one.class.clone()).unwrap_or_default();
        self.edit(|job| {
            job.details.state = JobStatus::Restarting;
            for number in 0..times {
                job.exceptions.exception_history.entries.push(ExceptionEntry {
                    exception_name: name.clone(),
                    stacktrace: stack.to_owned(),
                    timestamp: NOW - 1000 - 5000 * number,
                    ..ExceptionEntry::default()
                });
            }
        })
    }

    /// All its tasks run, from after its failures on.
    pub(crate) fn runs_again(self) -> Self {
        self.edit(|job| {
            job.details.state = JobStatus::Running;
            job.details.vertices.iter_mut().for_each(|vertex| vertex.start_time = NOW - 500);
        })
    }

    /// So many of its tasks have no slot.
    pub(crate) fn waiting(self, tasks: u32) -> Self {
        self.edit(|job| {
            let counts = &mut job.details.vertices[0].tasks;
            (counts.running, counts.scheduled) = (0, tasks);
        })
    }

    /// Parallelism of a vertex, whose records come by key.
    pub(crate) fn keyed(self, vertex: usize, parallelism: i32, groups: i32) -> Self {
        self.edit(|job| {
            let details = &mut job.details.vertices[vertex];
            (details.parallelism, details.max_parallelism) = (parallelism, groups);
            let node = &mut job.details.plan.nodes.as_mut().unwrap()[vertex];
            node.parallelism = parallelism.into();
            node.inputs.iter_mut().for_each(|input| input.ship_strategy = "HASH".to_owned());
        })
    }

    pub(crate) fn setting(mut self, key: &str, value: &str) -> Self {
        self.0.settings.insert(key.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn log(mut self, log: crate::doctor::evidence::Log) -> Self {
        self.0.logs.push(log);
        self
    }

    pub(crate) fn evidence(self) -> Evidence {
        self.0
    }
}

//! What changed between two looks. After the first one, it is the mean since the vertex started.

use std::collections::HashMap;

use ops_core::ids::VertexId;
use ops_core::rest::wire::job::JobVertex;

use super::sample::{JobSample, Sample};

/// How a vertex fares.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VertexRate {
    /// Records read a second; `None` while not every subtask has reported.
    pub records_in: Option<f64>,
    /// Records sent a second.
    pub records_out: Option<f64>,
    /// The share of its time that it works, 0 to 1, over its subtasks; `None` for sources that cannot say.
    pub busy: Option<f64>,
    /// The share of its time that it waits for room downstream.
    pub back_pressured: Option<f64>,
}

/// The rates of every vertex of the job that `now` looks at, between the two looks.
pub fn rates(before: Option<&Sample>, now: &Sample) -> HashMap<VertexId, VertexRate> {
    let Some(job) = &now.job else { return HashMap::new() };
    let earlier = before.and_then(|before| before.job.as_ref().map(|job| (before.at, job)));
    let earlier = earlier.filter(|(_, earlier)| earlier.details.jid == job.details.jid);
    let old: HashMap<VertexId, &JobVertex> =
        earlier.iter().flat_map(|(_, job)| &job.details.vertices).map(|vertex| (vertex.id, vertex)).collect();
    let elapsed = earlier.map(|(at, _)| now.at - at);
    job.details
        .vertices
        .iter()
        .map(|vertex| (vertex.id, rate(job, vertex, old.get(&vertex.id).copied().zip(elapsed))))
        .collect()
}

fn rate(job: &JobSample, vertex: &JobVertex, earlier: Option<(&JobVertex, i64)>) -> VertexRate {
    // A new attempt counts from 0 again.
    let earlier = earlier.filter(|(old, elapsed)| {
        let (old, new) = (&old.metrics, &vertex.metrics);
        *elapsed > 0 && old.read_records <= new.read_records && old.write_records <= new.write_records
    });
    let (old, millis) = match earlier {
        Some((old, elapsed)) => (Some(&old.metrics), elapsed),
        None if vertex.start_time > 0 => (None, job.details.now - vertex.start_time),
        None => return VertexRate::default(),
    };
    if millis <= 0 {
        return VertexRate::default();
    }
    let new = &vertex.metrics;
    let seconds = millis as f64 / 1000.0;
    let time = millis as f64 * f64::from(vertex.parallelism.max(1));
    let records = |complete: bool, count: u64, before: u64| {
        complete.then(|| count.saturating_sub(before) as f64 / seconds)
    };
    let share = |spent: f64| (spent.is_finite()).then(|| (spent / time).clamp(0.0, 1.0));
    VertexRate {
        records_in: records(
            new.read_records_complete,
            new.read_records,
            old.map_or(0, |old| old.read_records),
        ),
        records_out: records(
            new.write_records_complete,
            new.write_records,
            old.map_or(0, |old| old.write_records),
        ),
        busy: share(new.accumulated_busy_time.0 - old.map_or(0.0, |old| old.accumulated_busy_time.0)),
        back_pressured: share(
            (new.accumulated_backpressured_time - old.map_or(0, |old| old.accumulated_backpressured_time))
                as f64,
        ),
    }
}

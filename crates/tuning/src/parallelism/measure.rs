//! From two looks at a job to what each vertex does.

use std::collections::HashMap;

use ops_core::ids::VertexId;
use ops_core::rest::wire::job::{IoMetrics, JobDetails, JobVertex};

/// The shortest time between two looks that says something, in milliseconds of Flink's own counters.
const SHORTEST: f64 = 2000.0;

/// What a vertex does.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The vertex.
    pub id: VertexId,
    /// Its name.
    pub name: String,
    /// Its subtasks.
    pub parallelism: u32,
    /// The most that it may have.
    pub max_parallelism: u32,
    /// The slots that it shares are named so; `None` where Flink does not tell.
    pub group: Option<String>,
    /// Where its records come from, by position.
    pub inputs: Vec<usize>,
    /// Whether they come by key.
    pub keyed: bool,
    /// Records read a second, by all subtasks; 0 for sources.
    pub read: f64,
    /// Records written a second.
    pub written: f64,
    /// The share of its time that it works, 0 to 1; `None` for sources that cannot tell.
    pub busy: Option<f64>,
    /// The share that it is held up.
    pub held_up: f64,
    /// The share that it waits for input.
    pub idle: f64,
}

impl Measured {
    /// Whether nothing flows into it.
    pub fn is_source(&self) -> bool {
        self.inputs.is_empty()
    }
}

/// Why two looks say nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoMeasure {
    /// A figure is not complete: that is not zero.
    #[error(
        "not every subtask of `{vertex}` has reported yet; measure for longer, or look whether all of them run"
    )]
    Incomplete {
        /// The vertex.
        vertex: String,
    },
    /// The counters began anew.
    #[error("the job restarted while it was measured; measure again")]
    Restarted,
    /// Nothing was counted in between.
    #[error(
        "Flink's figures have not changed while it was measured: it collects them every 10 s \
         (metrics.fetcher.update-interval); measure for longer"
    )]
    TooShort,
    /// The job has no vertices, or others than before.
    #[error("the job has no graph yet, or another one than before")]
    NoGraph,
}

/// The first vertex of which not every subtask has reported; until then, nothing can be measured.
pub fn unreported(job: &JobDetails) -> Option<&str> {
    let nodes = job.plan.nodes.as_deref().unwrap_or_default();
    let is_source =
        |vertex: &JobVertex| nodes.iter().any(|node| node.id == vertex.id && node.inputs.is_empty());
    let missing = job.vertices.iter().find(|vertex| !is_complete(&vertex.metrics, is_source(vertex)));
    missing.map(|vertex| vertex.name.as_str())
}

fn is_complete(metrics: &IoMetrics, is_source: bool) -> bool {
    metrics.write_records_complete && (is_source || metrics.read_records_complete)
}

/// What each vertex did between two looks, in the order of the job's vertices.
///
/// # Errors
/// See [`NoMeasure`]: nothing is guessed.
pub fn measure(before: &JobDetails, after: &JobDetails) -> Result<Vec<Measured>, NoMeasure> {
    let old: HashMap<VertexId, &JobVertex> =
        before.vertices.iter().map(|vertex| (vertex.id, vertex)).collect();
    let place: HashMap<VertexId, usize> =
        after.vertices.iter().zip(0..).map(|(vertex, place)| (vertex.id, place)).collect();
    let nodes = after.plan.nodes.as_deref().unwrap_or_default();
    if after.vertices.is_empty() || nodes.is_empty() || old.len() != after.vertices.len() {
        return Err(NoMeasure::NoGraph);
    }
    let changes = after
        .vertices
        .iter()
        .map(|vertex| Ok((vertex, *old.get(&vertex.id).ok_or(NoMeasure::NoGraph)?)))
        .collect::<Result<Vec<_>, NoMeasure>>()?;
    // Sources that cannot tell how busy they are take the time of those that can.
    let times: Vec<Option<f64>> =
        changes.iter().map(|(new, old)| elapsed(&new.metrics, &old.metrics, new.parallelism)).collect();
    let mut known: Vec<f64> = times.iter().copied().flatten().collect();
    known.sort_by(f64::total_cmp);
    let usual = known.get(known.len() / 2).copied().unwrap_or(0.0);
    if usual < SHORTEST {
        return Err(NoMeasure::TooShort);
    }
    changes
        .iter()
        .zip(times)
        .map(|((new, old), time)| {
            let node = nodes.iter().find(|node| node.id == new.id).ok_or(NoMeasure::NoGraph)?;
            let inputs: Vec<usize> =
                node.inputs.iter().filter_map(|input| place.get(&input.id).copied()).collect();
            let keyed = node.inputs.iter().any(|input| input.ship_strategy == "HASH");
            one(new, old, time.unwrap_or(usual), inputs, keyed)
        })
        .collect()
}

/// The time that a vertex's own counters have counted, in milliseconds.
fn elapsed(new: &IoMetrics, old: &IoMetrics, parallelism: i32) -> Option<f64> {
    let total = |metrics: &IoMetrics| {
        metrics.accumulated_busy_time.0
            + metrics.accumulated_backpressured_time as f64
            + metrics.accumulated_idle_time as f64
    };
    let time = (total(new) - total(old)) / f64::from(parallelism.max(1));
    (time.is_finite() && time > 0.0).then_some(time)
}

fn one(
    new: &JobVertex,
    old: &JobVertex,
    time: f64,
    inputs: Vec<usize>,
    keyed: bool,
) -> Result<Measured, NoMeasure> {
    let (now, then) = (&new.metrics, &old.metrics);
    let complete = |metrics: &IoMetrics| is_complete(metrics, inputs.is_empty());
    if !complete(now) || !complete(then) {
        return Err(NoMeasure::Incomplete { vertex: new.name.clone() });
    }
    if new.start_time != old.start_time
        || new.parallelism != old.parallelism
        || now.read_records < then.read_records
        || now.write_records < then.write_records
    {
        return Err(NoMeasure::Restarted);
    }
    let seconds = time / 1000.0;
    let spent = time * f64::from(new.parallelism.max(1));
    let share = |millis: f64| (millis / spent).clamp(0.0, 1.0);
    let busy = now.accumulated_busy_time.0 - then.accumulated_busy_time.0;
    let between = |new: i64, old: i64| share((new - old) as f64);
    let positive = |value: i32| u32::try_from(value).unwrap_or(1).max(1);
    Ok(Measured {
        id: new.id,
        name: new.name.clone(),
        parallelism: positive(new.parallelism),
        max_parallelism: positive(new.max_parallelism),
        group: new.slot_sharing_group_id.clone(),
        inputs,
        keyed,
        read: (now.read_records - then.read_records) as f64 / seconds,
        written: (now.write_records - then.write_records) as f64 / seconds,
        busy: busy.is_finite().then(|| share(busy)),
        held_up: between(now.accumulated_backpressured_time, then.accumulated_backpressured_time),
        idle: between(now.accumulated_idle_time, then.accumulated_idle_time),
    })
}

//! What a job needs against what a TaskManager has.

use ops_core::units::MemorySize;
use serde::Serialize;

use super::buffers::{BufferSettings, Need};
use super::graph::{JobGraph, Placement};
use crate::advice::{Advice, Advisor, followed};
use crate::error::TuningError;
use crate::settings::Settings;
use crate::slots::task_manager;

const MIN: &str = "taskmanager.memory.network.min";
const MAX: &str = "taskmanager.memory.network.max";

/// A pool that is this many times the target is more than anybody uses.
const GENEROUS: u64 = 4;

/// Buffers of the TaskManager that needs most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NetworkReport {
    /// Bytes of a buffer.
    pub segment_size: u64,
    /// Buffers that there are.
    pub available: u64,
    /// Buffers that must be there.
    pub required: u64,
    /// Buffers that are used where there are enough.
    pub target: u64,
    /// What that means.
    pub verdict: Verdict,
    /// Each vertex's part.
    pub vertices: Vec<VertexNeed>,
    /// Keys to set.
    pub advice: Vec<Advice>,
}

/// Whether the buffers suffice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Tasks may fail with "Insufficient number of network buffers".
    Insufficient,
    /// The job runs, with fewer buffers in flight than it could use.
    Tight,
    /// All are served.
    Enough,
    /// Most are never used; heap could be made of them.
    Generous,
}

/// The buffers of one vertex on that TaskManager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VertexNeed {
    /// The vertex.
    pub name: String,
    /// Its parallelism.
    pub parallelism: u32,
    /// Its subtasks there.
    pub subtasks: u32,
    /// What they must have together.
    pub required: u64,
    /// What they can use together.
    pub target: u64,
}

/// Compares what jobs that run at the same time need with what a TaskManager of these settings has, and says what to set.
///
/// # Errors
/// Flink refuses the settings, or the buffers do not fit into the TaskManager's memory.
pub fn advise(
    settings: &Settings,
    graphs: &[JobGraph],
    task_managers: u32,
    slots: u32,
) -> Result<NetworkReport, TuningError> {
    let buffers = BufferSettings::of(settings)?;
    let memory = task_manager(settings)?;
    let available = memory.network.size.bytes() / buffers.segment;
    let mut vertices = Vec::new();
    for graph in graphs {
        for (index, vertex) in graph.vertices().iter().enumerate() {
            let (subtasks, need) = graph.vertex_need(&buffers, index, task_managers, slots);
            let Need { required, target } = need;
            let name = vertex.name.clone();
            vertices.push(VertexNeed { name, parallelism: vertex.parallelism, subtasks, required, target });
        }
    }
    let placement = Placement::Worst { task_managers, slots };
    let Need { required, target } =
        graphs.iter().map(|graph| graph.need(&buffers, &placement)).fold(Need::default(), Need::plus);
    let verdict = match available {
        _ if available < required => Verdict::Insufficient,
        _ if available < target => Verdict::Tight,
        _ if available > GENEROUS * target && target > 0 => Verdict::Generous,
        _ => Verdict::Enough,
    };
    let mut advisor = Advisor::new(settings);
    match verdict {
        Verdict::Insufficient | Verdict::Tight => {
            grow(&mut advisor, settings, required, target, buffers.segment)?;
        }
        Verdict::Generous => shrink(&mut advisor, settings, target, buffers.segment)?,
        Verdict::Enough => {}
    }
    let advice = advisor.finish();
    if let Err(TuningError::Memory(refusal)) = task_manager(&followed(settings, &advice)) {
        return Err(TuningError::DoesNotFit { what: format!("{target} network buffers"), refusal });
    }
    Ok(NetworkReport {
        segment_size: buffers.segment,
        available,
        required,
        target,
        verdict,
        vertices,
        advice,
    })
}

/// Network memory for the target. The lower bound is what makes it so whatever the fraction gives.
fn grow(
    advisor: &mut Advisor<'_>,
    settings: &Settings,
    required: u64,
    target: u64,
    segment: u64,
) -> Result<(), TuningError> {
    let size = whole_mebibytes(target, segment);
    let why = format!(
        "{target} buffers of {}: {required} must be there when the job starts, the others let it run ahead",
        MemorySize::from_bytes(segment)
    );
    advisor.memory(MIN, size, why)?;
    if settings.memory(MAX)?.value < size {
        advisor.memory(MAX, size, "the upper bound must not be below the lower one".to_owned())?;
    }
    Ok(())
}

/// Network memory of twice the target; what it leaves becomes task heap.
fn shrink(
    advisor: &mut Advisor<'_>,
    settings: &Settings,
    target: u64,
    segment: u64,
) -> Result<(), TuningError> {
    let lower = settings.memory(MIN)?.value;
    let size = whole_mebibytes(2 * target, segment).max(lower);
    // Where the lower bound holds the pool up, or a share was set that comes to the same, there is nothing to gain.
    if task_manager(settings)?.network.size <= size {
        return Ok(());
    }
    let why = format!("twice the {target} buffers that the job can use; the rest becomes task heap");
    advisor.memory(MAX, size, why)?;
    Ok(())
}

fn whole_mebibytes(buffers: u64, segment: u64) -> MemorySize {
    MemorySize::from_bytes((buffers * segment).div_ceil(1 << 20) << 20)
}

#[cfg(test)]
mod tests {
    use super::super::graph::{Edge, Exchange, Pattern, Vertex};
    use super::*;

    fn report(size: &str, parallelism: u32, slots: u32) -> Result<NetworkReport, TuningError> {
        let edge = |from| Edge { from, pattern: Pattern::AllToAll, exchange: Exchange::Pipelined };
        let vertex = |name: &str, inputs| Vertex { name: name.to_owned(), parallelism, inputs };
        let vertices =
            vec![vertex("source", vec![]), vertex("window", vec![edge(0)]), vertex("sink", vec![edge(1)])];
        let graph = JobGraph::new(vertices).unwrap();
        let settings = Settings::empty("1.20".parse().unwrap()).with("taskmanager.memory.process.size", size);
        advise(&settings, &[graph], parallelism.div_ceil(slots), slots)
    }

    #[test]
    fn too_few_buffers_are_mended_by_the_lower_bound() {
        let report = report("1728m", 200, 8).unwrap();
        assert_eq!((report.verdict, report.available, report.required), (Verdict::Insufficient, 4096, 9632));
        let advice: Vec<_> =
            report.advice.iter().map(|one| (one.key.as_str(), one.value.as_deref())).collect();
        assert_eq!(advice, [("taskmanager.memory.network.min", Some("408m"))]);
        assert_eq!(report.vertices.iter().map(|vertex| vertex.required).sum::<u64>(), 9632);
    }

    #[test]
    fn a_small_job_leaves_memory_for_the_heap() {
        let report = report("16g", 4, 4).unwrap();
        assert_eq!(report.verdict, Verdict::Generous);
        assert_eq!(report.advice[0].key, "taskmanager.memory.network.max");
        assert_eq!(report.advice[0].value.as_deref(), Some("64m"));
    }

    #[test]
    fn buffers_that_do_not_fit_are_an_error_with_the_reason() {
        let error = report("1g", 2000, 16).unwrap_err().to_string();
        assert!(error.contains("network buffers does not fit into this memory: "), "{error}");
    }
}

//! `org.apache.flink.runtime.jobgraph.JobGraph`: what clients of Flink 1.x submit.

use ops_core::ids::{JobId, VertexId};

use super::Submitted;
use super::stream::{Object, Stream, StreamError, Value};
use crate::sim::{EdgeSpec, JobGraph, JobKind, Ship, StateProfile, VertexSpec};

/// Records a second of each source subtask, and the state of a keyed vertex: what a graph does not say.
const SOURCE_RATE: f64 = 200.0;
pub(super) const KEYED_STATE: StateProfile = StateProfile { keys: 10_000.0, bytes_per_key: 48.0 };

pub(super) fn read(stream: &Stream, root: Value) -> Result<Submitted, StreamError> {
    let graph = stream.required(root, "job graph")?;
    let id = stream.id(graph.field("jobID")).ok_or_else(|| missing("jobID"))?;
    let name = stream.text(graph.field("jobName")).unwrap_or("Flink Streaming Job").to_owned();
    let kind = match stream.text(graph.field("jobType")) {
        Some("BATCH") => JobKind::Batch,
        _ => JobKind::Streaming,
    };
    let (ids, vertices) = vertices(stream, graph)?;
    let mut configuration = stream.configuration(graph.field("jobConfiguration"));
    configuration.extend(checkpointing(stream, graph.field("snapshotSettings")));
    let execution =
        stream.bytes(graph.field("serializedExecutionConfig")).and_then(|bytes| Stream::read(bytes).ok());
    if let Some((inner, root)) = &execution {
        configuration.extend(restart_strategy(inner, *root));
    }
    let parallelism = vertices.iter().filter_map(|vertex| vertex.parallelism).max();
    let mut parsed = JobGraph::new(name, kind, in_order(&ids, vertices)?);
    if kind == JobKind::Batch {
        parsed.finishes_after = Some(std::time::Duration::from_secs(2));
    }
    let timeout = stream.integer(graph.field("initialClientHeartbeatTimeout")).filter(|timeout| *timeout > 0);
    Ok(Submitted {
        id: JobId::new(id),
        graph: parsed,
        parallelism,
        configuration,
        savepoint: savepoint(stream, graph.field("savepointRestoreSettings")),
        client_timeout: timeout,
    })
}

pub(super) fn missing(what: &str) -> StreamError {
    StreamError::new("java.io.InvalidObjectException", format!("no {what}"))
}

/// The savepoint to start from.
pub(super) fn savepoint(stream: &Stream, settings: Value) -> Option<String> {
    let settings = stream.object(settings)?;
    stream.text(settings.field("restorePath")).filter(|path| !path.is_empty()).map(str::to_owned)
}

/// A vertex as the stream has it: its inputs name the vertices that they come from.
struct Raw {
    spec: VertexSpec,
    parallelism: Option<u32>,
    inputs: Vec<(VertexId, Ship)>,
}

fn vertices(stream: &Stream, graph: &Object) -> Result<(Vec<VertexId>, Vec<Raw>), StreamError> {
    let mut ids = Vec::new();
    let mut all = Vec::new();
    for (key, value) in stream.entries(graph.field("taskVertices")) {
        let id = stream.vertex_id(key).ok_or_else(|| missing("vertex id"))?;
        let vertex = stream.required(value, "vertex")?;
        let name = stream.text(vertex.field("name")).unwrap_or("(unnamed vertex)");
        let operators: Vec<&str> = name.split(" -> ").collect();
        let mut spec = VertexSpec::new(operators);
        spec.id = id;
        let count = |field: &str| stream.integer(vertex.field(field)).and_then(|n| u32::try_from(n).ok());
        let parallelism = count("parallelism").filter(|n| (1..=32_768).contains(n)).unwrap_or(1);
        spec.parallelism = Some(parallelism);
        spec.max_parallelism = count("maxParallelism").filter(|n| (1..=32_768).contains(n));
        let mut inputs = Vec::new();
        for edge in stream.elements(vertex.field("inputs")) {
            let edge = stream.required(*edge, "edge")?;
            let result = stream.required(edge.field("source"), "intermediate result")?;
            let producer = stream.required(result.field("producer"), "producer")?;
            let source = stream.vertex_id(producer.field("id")).ok_or_else(|| missing("producer's id"))?;
            inputs.push((
                source,
                Ship::of_name(stream.text(edge.field("shipStrategyName")).unwrap_or_default()),
            ));
        }
        if inputs.is_empty() {
            spec.source_rate = SOURCE_RATE;
        }
        if inputs.iter().any(|(_, ship)| *ship == Ship::Hash) {
            spec.state = KEYED_STATE;
        }
        ids.push(id);
        all.push(Raw { spec, parallelism: Some(parallelism), inputs });
    }
    Ok((ids, all))
}

/// The vertices with sources first, so that each input refers to an earlier one.
fn in_order(ids: &[VertexId], raw: Vec<Raw>) -> Result<Vec<VertexSpec>, StreamError> {
    let mut placed: Vec<VertexId> = Vec::new();
    let mut ordered: Vec<VertexSpec> = Vec::new();
    let mut waiting: Vec<Raw> = raw;
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut later = Vec::new();
        for mut vertex in waiting {
            let ready = vertex.inputs.iter().all(|(source, _)| placed.contains(source));
            if !ready && vertex.inputs.iter().all(|(source, _)| ids.contains(source)) {
                later.push(vertex);
                continue;
            }
            for (source, ship) in &vertex.inputs {
                if let Some(source) = placed.iter().position(|id| id == source) {
                    vertex.spec.inputs.push(EdgeSpec { source, ship: *ship });
                }
            }
            placed.push(vertex.spec.id);
            ordered.push(vertex.spec);
        }
        if later.len() == before {
            return Err(StreamError::new(
                "java.io.InvalidObjectException",
                "the graph has a circle".to_owned(),
            ));
        }
        waiting = later;
    }
    Ok(ordered)
}

/// The options that a job's checkpoint settings stand for.
fn checkpointing(stream: &Stream, settings: Value) -> Vec<(String, String)> {
    let Some(settings) = stream.object(settings) else { return Vec::new() };
    let Some(plan) = stream.object(settings.field("checkpointCoordinatorConfiguration")) else {
        return Vec::new();
    };
    let number = |field: &str| stream.integer(plan.field(field));
    let mut options = Vec::new();
    let mut set = |key: &str, value: Option<String>| {
        options.extend(value.map(|value| (format!("execution.checkpointing.{key}"), value)));
    };
    let interval = number("checkpointInterval").filter(|millis| (1..i64::MAX).contains(millis));
    set("interval", interval.map(|millis| format!("{millis} ms")));
    set("timeout", number("checkpointTimeout").map(|millis| format!("{millis} ms")));
    set("min-pause", number("minPauseBetweenCheckpoints").map(|millis| format!("{millis} ms")));
    set("max-concurrent-checkpoints", number("maxConcurrentCheckpoints").map(|count| count.to_string()));
    set(
        "tolerable-failed-checkpoints",
        number("tolerableCheckpointFailureNumber").map(|count| count.to_string()),
    );
    let exactly = stream.flag(plan.field("isExactlyOnce"));
    set("mode", exactly.map(|once| if once { "EXACTLY_ONCE" } else { "AT_LEAST_ONCE" }.to_owned()));
    set(
        "unaligned.enabled",
        stream.flag(plan.field("isUnalignedCheckpointsEnabled")).map(|on| on.to_string()),
    );
    let retention = match stream.text(plan.field("checkpointRetentionPolicy")) {
        Some("RETAIN_ON_CANCELLATION") => Some("RETAIN_ON_CANCELLATION"),
        Some("RETAIN_ON_FAILURE") => Some("DELETE_ON_CANCELLATION"),
        _ => None,
    };
    set("externalized-checkpoint-retention", retention.map(str::to_owned));
    options
}

/// The options that a job's own restart strategy stands for.
pub(super) fn restart_strategy(stream: &Stream, root: Value) -> Vec<(String, String)> {
    let Some(config) = stream.object(root) else { return Vec::new() };
    let Some(strategy) = stream.object(config.field("restartStrategyConfiguration")) else {
        return Vec::new();
    };
    let integer = |field: &str| stream.integer(strategy.field(field));
    let millis = |field: &str| {
        let time = stream.object(strategy.field(field))?;
        let size = stream.integer(time.field("size"))?;
        let factor = match stream.text(time.field("unit"))? {
            "SECONDS" => 1000,
            "MINUTES" => 60_000,
            "HOURS" => 3_600_000,
            "DAYS" => 86_400_000,
            _ => 1,
        };
        Some(format!("{} ms", size.saturating_mul(factor)))
    };
    let kind = strategy.class.rsplit('$').next().unwrap_or_default();
    let (name, own): (&str, Vec<(&str, Option<String>)>) = match kind {
        "NoRestartStrategyConfiguration" => ("none", Vec::new()),
        "FixedDelayRestartStrategyConfiguration" => (
            "fixed-delay",
            vec![
                ("attempts", integer("restartAttempts").map(|count| count.to_string())),
                ("delay", millis("delayBetweenAttemptsInterval")),
            ],
        ),
        "FailureRateRestartStrategyConfiguration" => (
            "failure-rate",
            vec![
                ("max-failures-per-interval", integer("maxFailureRate").map(|count| count.to_string())),
                ("failure-rate-interval", millis("failureInterval")),
                ("delay", millis("delayBetweenAttemptsInterval")),
            ],
        ),
        _ => return Vec::new(),
    };
    let mut options = vec![("restart-strategy.type".to_owned(), name.to_owned())];
    for (key, value) in own {
        options.extend(value.map(|value| (format!("restart-strategy.{name}.{key}"), value)));
    }
    options
}

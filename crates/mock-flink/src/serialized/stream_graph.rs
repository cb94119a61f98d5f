//! `org.apache.flink.streaming.api.graph.StreamGraph`: what clients of Flink 2.x submit. Its operators are chained here,
//! as the JobManager chains them: over forward edges between operators of the same parallelism and slot sharing group.

use std::collections::{BTreeMap, BTreeSet};

use ops_core::ids::JobId;

use super::Submitted;
use super::job_graph::{KEYED_STATE, missing, restart_strategy, savepoint};
use super::stream::{Object, Stream, StreamError, Value};
use crate::sim::{EdgeSpec, JobGraph, JobKind, Ship, VertexSpec};

const SOURCE_RATE: f64 = 200.0;

/// An operator before chaining.
struct Node {
    name: String,
    uid: Option<String>,
    parallelism: u32,
    max_parallelism: Option<u32>,
    group: String,
    /// Source and distribution.
    inputs: Vec<(i64, Ship)>,
    emits_watermarks: bool,
}

pub(super) fn read(stream: &Stream, root: Value) -> Result<Submitted, StreamError> {
    let graph = stream.required(root, "execution plan")?;
    let id = stream.id(graph.field("jobId")).ok_or_else(|| missing("jobId"))?;
    let name = stream.text(graph.field("jobName")).unwrap_or("Flink Streaming Job");
    let kind = match stream.text(graph.field("jobType")) {
        Some("BATCH") => JobKind::Batch,
        _ => JobKind::Streaming,
    };
    let mut configuration = stream.configuration(graph.field("jobConfiguration"));
    let holder = stream.required(graph.field("userDefinedObjectsHolder"), "user defined objects")?;
    let default = configuration.iter().find(|(key, _)| key == "parallelism.default");
    let default = default.and_then(|(_, value)| value.parse().ok()).filter(|n| (1..=32_768).contains(n));
    let nodes = nodes(stream, holder, default)?;
    let heads = heads(stream, holder);
    let vertices = chained(&nodes, &heads);
    let parallelism = vertices.iter().filter_map(|vertex| vertex.parallelism).max();
    let mut parsed = JobGraph::new(name, kind, vertices);
    if kind == JobKind::Batch {
        parsed.finishes_after = Some(std::time::Duration::from_secs(2));
    }
    let execution =
        stream.bytes(holder.field("serializedExecutionConfig")).and_then(|bytes| Stream::read(bytes).ok());
    if let Some((inner, root)) = &execution {
        configuration.extend(restart_strategy(inner, *root));
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

fn nodes(stream: &Stream, holder: &Object, default: Option<u32>) -> Result<BTreeMap<i64, Node>, StreamError> {
    let bytes = stream.bytes(holder.field("serializedStreamNodes")).ok_or_else(|| missing("stream nodes"))?;
    let (inner, root) = Stream::read(bytes)?;
    let mut nodes = BTreeMap::new();
    for (key, value) in inner.entries(root) {
        let id = inner.integer(key).ok_or_else(|| missing("node id"))?;
        let node = inner.required(value, "stream node")?;
        let count = |field: &str| inner.integer(node.field(field)).and_then(|n| u32::try_from(n).ok());
        let valid = |n: &u32| (1..=32_768).contains(n);
        let name = inner.text(node.field("operatorName")).unwrap_or("(unnamed operator)").to_owned();
        let mut inputs = Vec::new();
        for edge in inner.elements(node.field("inEdges")) {
            let edge = inner.required(*edge, "stream edge")?;
            let source = inner.integer(edge.field("sourceId")).ok_or_else(|| missing("source of an edge"))?;
            inputs.push((source, ship(inner.class_of(edge.field("outputPartitioner")).unwrap_or_default())));
        }
        nodes.insert(
            id,
            Node {
                emits_watermarks: name == "Timestamps/Watermarks",
                name,
                uid: inner.text(node.field("transformationUID")).map(str::to_owned),
                parallelism: count("parallelism").filter(valid).or(default).unwrap_or(1),
                max_parallelism: count("maxParallelism").filter(valid),
                group: inner.text(node.field("slotSharingGroup")).unwrap_or("default").to_owned(),
                inputs,
            },
        );
    }
    if nodes.is_empty() {
        return Err(StreamError::new("java.lang.IllegalStateException", "No operators defined".to_owned()));
    }
    Ok(nodes)
}

/// The distribution that a partitioner makes.
fn ship(class: &str) -> Ship {
    match class.rsplit('.').next().unwrap_or_default() {
        "KeyGroupStreamPartitioner" => Ship::Hash,
        "RebalancePartitioner" => Ship::Rebalance,
        "RescalePartitioner" => Ship::Rescale,
        "BroadcastPartitioner" => Ship::Broadcast,
        "GlobalPartitioner" => Ship::Global,
        "ShufflePartitioner" => Ship::Shuffle,
        "CustomPartitionerWrapper" => Ship::Custom,
        _ => Ship::Forward,
    }
}

/// The operators that do not want to be chained to the one before them.
fn heads(stream: &Stream, holder: &Object) -> BTreeSet<i64> {
    let mut heads = BTreeSet::new();
    for pair in stream.elements(holder.field("streamNodeToSerializedOperatorFactories")) {
        let Some(pair) = stream.object(*pair) else { continue };
        let (Some(id), Some(bytes)) = (stream.integer(pair.field("f0")), stream.bytes(pair.field("f1")))
        else {
            continue;
        };
        let Ok((inner, root)) = Stream::read(bytes) else { continue };
        let Some(factory) = inner.object(root) else { continue };
        let of = |object: &Object| inner.text(object.field("chainingStrategy")).map(str::to_owned);
        let own = inner.object(factory.field("operator")).and_then(of).or_else(|| of(factory));
        if matches!(own.as_deref(), Some("HEAD" | "NEVER")) {
            heads.insert(id);
        }
    }
    heads
}

fn chained(nodes: &BTreeMap<i64, Node>, heads: &BTreeSet<i64>) -> Vec<VertexSpec> {
    // Operators are numbered as they were built: one before those that read it.
    let mut vertex_of: BTreeMap<i64, usize> = BTreeMap::new();
    let mut vertices: Vec<VertexSpec> = Vec::new();
    for (id, node) in nodes {
        let chain = match node.inputs.as_slice() {
            [(source, Ship::Forward)] if !heads.contains(id) => nodes
                .get(source)
                .filter(|before| before.parallelism == node.parallelism && before.group == node.group)
                .and(vertex_of.get(source))
                .copied(),
            _ => None,
        };
        if let Some(index) = chain {
            let vertex = &mut vertices[index];
            vertex.operators.push(node.name.clone());
            vertex.watermarks |= node.emits_watermarks;
            vertex_of.insert(*id, index);
            continue;
        }
        let mut vertex = VertexSpec::new([node.name.clone()]);
        let identity = node.uid.clone().unwrap_or_else(|| format!("{}-{id}", node.name));
        vertex.id = VertexSpec::new([identity]).id;
        vertex.parallelism = Some(node.parallelism);
        vertex.max_parallelism = node.max_parallelism;
        vertex.watermarks = node.emits_watermarks;
        for (source, ship) in &node.inputs {
            if let Some(source) = vertex_of.get(source) {
                vertex.inputs.push(EdgeSpec { source: *source, ship: *ship });
            }
        }
        if vertex.inputs.is_empty() {
            vertex.source_rate = SOURCE_RATE;
        }
        if vertex.inputs.iter().any(|edge| edge.ship == Ship::Hash) {
            vertex.state = KEYED_STATE;
        }
        vertex_of.insert(*id, vertices.len());
        vertices.push(vertex);
    }
    vertices
}

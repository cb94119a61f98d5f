//! `/jobs/:jobid/vertices/:vertexid/flamegraph`: where the threads of a vertex were seen.

use serde_json::{Value, json};

use super::error::{Reply, RestError};
use super::request::Context;
use crate::sim::Vertex;

/// No samples yet, the feature is off, the job has ended.
const WAITING: i64 = -3;
const OFF: i64 = -2;
const OVER: i64 = -1;

/// The frames that every task has in common, from the outside in.
const FRAMES: [&str; 7] = [
    "java.lang.Thread.run:840",
    "org.apache.flink.runtime.taskmanager.Task.run:575",
    "org.apache.flink.runtime.taskmanager.Task.doRun:763",
    "org.apache.flink.runtime.taskmanager.Task.restoreAndInvoke:949",
    "org.apache.flink.streaming.runtime.tasks.StreamTask.invoke:917",
    "org.apache.flink.streaming.runtime.tasks.StreamTask.runMailboxLoop:973",
    "org.apache.flink.streaming.runtime.tasks.mailbox.MailboxProcessor.runMailboxLoop:231",
];

/// Which threads count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Full,
    OnCpu,
    OffCpu,
}

pub(super) fn of_vertex(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let kind = match context.query("type").map(str::to_ascii_lowercase).as_deref() {
        None | Some("full") => Kind::Full,
        Some("on_cpu") => Kind::OnCpu,
        Some("off_cpu") => Kind::OffCpu,
        Some(_) => {
            return Err(RestError::parameter("query", "type", context.query("type").unwrap_or_default()));
        }
    };
    let index: Option<u32> = match context.query("subtaskindex") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| RestError::parameter("query", "subtaskindex", text))?),
    };
    let (_, id) = (context.job_id()?, context.vertex_id()?);
    // Where it is off, nobody looks whether there is such a job.
    if context.cluster.settings().text(&["rest.flamegraph.enabled"]) != Some("true") {
        return Ok(Reply::ok(&json!({ "endTimestamp": OFF })));
    }
    let job = context.job()?;
    let (job_id, over, running) = (job.id, job.is_over(), job.all_running());
    let vertex = job
        .vertex(id)
        .filter(|_| job.has_graph())
        .ok_or_else(|| RestError::refused(404, format!("No vertex with ID '{id}' exists.")))?
        .clone();
    if index.is_some_and(|index| index >= vertex.parallelism) {
        return Err(RestError::refused(404, format!("Invalid subtask index for vertex {id}")));
    }
    if over {
        return Ok(Reply::ok(&json!({ "endTimestamp": OVER })));
    }
    let samples = context.cluster.settings().number(&["rest.flamegraph.num-samples"]).unwrap_or(100);
    let completed = if running { context.cluster.sampled(job_id, id) } else { None };
    let Some(completed) = completed else {
        return Ok(Reply::ok(&json!({ "endTimestamp": WAITING })));
    };
    let threads = if index.is_some() { 1 } else { i64::from(vertex.parallelism) };
    Ok(Reply::ok(&json!({ "endTimestamp": completed, "data": tree(&vertex, kind, samples * threads) })))
}

/// The share of samples in which a thread worked is its busy share; in the others it waited for its input.
fn tree(vertex: &Vertex, kind: Kind, samples: i64) -> Value {
    let busy = (samples as f64 * vertex.load.busy).round() as i64;
    let (working, waiting) = match kind {
        Kind::Full => (busy, samples - busy),
        Kind::OnCpu => (busy, 0),
        Kind::OffCpu => (0, samples - busy),
    };
    let node = |name: &str, value: i64, children: Vec<Value>| json!({"name": name, "value": value, "children": children});
    let mut children = Vec::new();
    if working > 0 {
        let mut inner = Vec::new();
        for operator in vertex.spec.operators.iter().rev() {
            inner = vec![node(&format!("{}.processElement:75", class_of(operator)), working, inner)];
        }
        let name = "org.apache.flink.streaming.runtime.tasks.StreamTask.processInput:638";
        children.push(node(name, working, inner));
    }
    if waiting > 0 {
        let park = node("jdk.internal.misc.Unsafe.park:-2", waiting, Vec::new());
        let name = "org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailboxImpl.take:149";
        children.push(node(name, waiting, vec![park]));
    }
    let all = working + waiting;
    if all == 0 {
        return node("root", 0, Vec::new());
    }
    for frame in FRAMES.iter().rev() {
        children = vec![node(frame, all, children)];
    }
    node("root", all, children)
}

/// A class name that the operator's name stands for.
fn class_of(operator: &str) -> String {
    let plain: String = operator.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    format!("org.apache.flink.streaming.api.operators.{plain}")
}

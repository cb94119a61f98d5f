//! One job: details, status, plan, configuration, result, and its end.

use std::collections::BTreeMap;

use ops_core::rest::wire::job::{IoMetrics, JobDetails, JobStatusBody, JobVertex};
use ops_core::rest::wire::job_config::{ExecutionConfig, JobConfig};
use ops_core::rest::wire::number::Real;
use ops_core::rest::wire::plan::{Plan, PlanBody, PlanInput, PlanNode};
use ops_core::rest::wire::state::{JobStatus, StateCounts};
use serde_json::json;

use super::error::{Reply, RestError};
use super::jobs::scheduler;
use super::request::Context;
use super::versions::Feature;
use crate::sim::{Attempt, Job, JobKind, Throwable, Vertex, job_not_found};

pub(super) fn details(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job()?;
    let now = context.cluster.now();
    let applications = context.supports(Feature::Applications);
    let vertices: &[Vertex] = if job.has_graph() { &job.vertices } else { &[] };
    let mut status_counts = StateCounts::default();
    vertices.iter().for_each(|vertex| status_counts.add(vertex.aggregate()));
    Ok(Reply::ok(&JobDetails {
        jid: job.id,
        name: job.name.clone(),
        is_stoppable: false,
        state: job.status,
        job_type: context.supports(Feature::JobType).then(|| job.kind.as_str().to_owned()),
        application_id: applications.then(|| super::applications::of_job(context, job)),
        start_time: job.started(),
        end_time: job.ended.unwrap_or(-1),
        duration: job.duration(now),
        max_parallelism: -1,
        now,
        timestamps: job.timestamps,
        vertices: vertices.iter().map(|vertex| vertex_of(context, job, vertex)).collect(),
        status_counts,
        plan: plan_of(context, job),
        stream_graph: None,
        pending_operators: context.supports(Feature::PendingOperators).then_some(0),
        scheduler_type: applications.then(|| scheduler(job).map(str::to_owned)),
    }))
}

fn vertex_of(context: &Context<'_>, job: &Job, vertex: &Vertex) -> JobVertex {
    let now = context.cluster.now();
    let (started, ended) = (vertex.started(), vertex.ended().filter(|_| vertex.started().is_some()));
    JobVertex {
        id: vertex.id(),
        slot_sharing_group_id: context
            .supports(Feature::SlotSharingGroup)
            .then(|| format!("{:032x}", job.sharing_group)),
        name: vertex.spec.name(),
        max_parallelism: vertex.max_parallelism as i32,
        parallelism: vertex.parallelism as i32,
        status: vertex.aggregate(),
        start_time: started.unwrap_or(-1),
        end_time: ended.unwrap_or(-1),
        duration: started.map_or(-1, |started| ended.unwrap_or(now) - started),
        tasks: vertex.counts(),
        metrics: vertex
            .subtasks
            .iter()
            .map(|subtask| io_metrics(vertex, &subtask.current, now))
            .fold(None, |sum, one| Some(sum.map_or(one, |sum| add(sum, one))))
            .unwrap_or_else(nothing_yet),
    }
}

/// The sum over no tasks at all.
fn nothing_yet() -> IoMetrics {
    IoMetrics {
        read_bytes_complete: true,
        write_bytes_complete: true,
        read_records_complete: true,
        write_records_complete: true,
        ..IoMetrics::default()
    }
}

/// What one attempt has read and written: its share of the vertex's flow, for as long as it has been running.
pub(super) fn io_metrics(vertex: &Vertex, attempt: &Attempt, now: i64) -> IoMetrics {
    let ran = attempt.ran(now);
    let share = ran as f64 / 1000.0 / f64::from(vertex.parallelism.max(1));
    let complete = ran > 0 || attempt.state.is_terminal();
    let busy = (ran as f64 * vertex.load.busy).round();
    let held_up = (ran as f64 * vertex.load.back_pressured).round();
    IoMetrics {
        read_bytes: (vertex.bytes_in * share) as u64,
        read_bytes_complete: complete,
        write_bytes: (vertex.rate_out * vertex.spec.record_bytes * share) as u64,
        write_bytes_complete: complete,
        read_records: (vertex.rate_in * share) as u64,
        read_records_complete: complete,
        write_records: (vertex.rate_out * share) as u64,
        write_records_complete: complete,
        accumulated_backpressured_time: held_up as i64,
        accumulated_idle_time: (ran - busy as i64 - held_up as i64).max(0),
        accumulated_busy_time: Real(busy),
    }
}

/// In a graph in which every vertex feeds two others, records double from one to the next: what they add up to has a limit.
pub(super) fn add(a: IoMetrics, b: IoMetrics) -> IoMetrics {
    IoMetrics {
        read_bytes: a.read_bytes.saturating_add(b.read_bytes),
        read_bytes_complete: a.read_bytes_complete && b.read_bytes_complete,
        write_bytes: a.write_bytes.saturating_add(b.write_bytes),
        write_bytes_complete: a.write_bytes_complete && b.write_bytes_complete,
        read_records: a.read_records.saturating_add(b.read_records),
        read_records_complete: a.read_records_complete && b.read_records_complete,
        write_records: a.write_records.saturating_add(b.write_records),
        write_records_complete: a.write_records_complete && b.write_records_complete,
        accumulated_backpressured_time: a.accumulated_backpressured_time + b.accumulated_backpressured_time,
        accumulated_idle_time: a.accumulated_idle_time + b.accumulated_idle_time,
        accumulated_busy_time: Real(a.accumulated_busy_time.0 + b.accumulated_busy_time.0),
    }
}

pub(super) fn status(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = context.job_id()?;
    match context.cluster.job(id) {
        Some(job) => Ok(Reply::ok(&JobStatusBody { status: job.status })),
        None => Err(RestError::Internal(job_not_found(id))),
    }
}

pub(super) fn plan(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job()?;
    Ok(Reply::ok(&PlanBody { plan: plan_of(context, job) }))
}

/// The plan of a job: no fields (untyped) or empty ones (typed) if it has no graph.
pub(super) fn plan_of(context: &Context<'_>, job: &Job) -> Plan {
    if job.has_graph() && !job.awaits_resources() {
        graph_plan(job)
    } else if context.supports(Feature::TypedPlan) {
        Plan {
            jid: Some(String::new()),
            name: Some(String::new()),
            kind: Some(String::new()),
            nodes: Some(Vec::new()),
        }
    } else {
        Plan::default()
    }
}

/// The plan of a graph, sinks first.
pub(super) fn graph_plan(job: &Job) -> Plan {
    let exchange = if job.kind == JobKind::Batch { "blocking" } else { "pipelined_bounded" };
    let node = |vertex: &Vertex| PlanNode {
        id: vertex.id(),
        parallelism: i64::from(vertex.parallelism),
        operator: String::new(),
        operator_strategy: String::new(),
        description: vertex.spec.description(),
        inputs: vertex
            .spec
            .inputs
            .iter()
            .zip(0..)
            .map(|(edge, num)| PlanInput {
                num,
                id: job.vertices[edge.source].id(),
                local_strategy: None,
                caching: None,
                ship_strategy: edge.ship.as_str().to_owned(),
                exchange: exchange.to_owned(),
            })
            .collect(),
        optimizer_properties: json!({}),
    };
    Plan {
        jid: Some(job.id.to_string()),
        name: Some(job.name.clone()),
        kind: Some(job.kind.as_str().to_owned()),
        nodes: Some(job.vertices.iter().rev().map(node).collect()),
    }
}

pub(super) fn config(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job()?;
    let parallelism = if job.has_graph() { job.parallelism as i32 } else { 1 };
    Ok(Reply::ok(&JobConfig {
        jid: job.id,
        name: job.name.clone(),
        execution_config: Some(ExecutionConfig {
            execution_mode: context.supports(Feature::ExecutionMode).then(|| "PIPELINED".to_owned()),
            restart_strategy: "Cluster level default restart strategy".to_owned(),
            job_parallelism: parallelism,
            object_reuse_mode: false,
            user_config: BTreeMap::new(),
        }),
    }))
}

/// `PATCH /jobs/:jobid` and `GET …/yarn-cancel`.
pub(super) fn terminate(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = context.job_id()?;
    match context.query("mode").map(str::to_ascii_lowercase).as_deref() {
        None | Some("cancel") => {}
        Some("stop") => return Err(stop_is_gone()),
        Some(_) => {
            return Err(RestError::parameter("query", "mode", context.query("mode").unwrap_or_default()));
        }
    }
    let status = context
        .cluster
        .job_status(id)
        .ok_or_else(|| RestError::refused_by(404, "Job could not be found.", job_not_found(id)))?;
    if status.is_terminal() && status != JobStatus::Canceled {
        let message = format!(
            "Job cancellation failed because the job has already reached another terminal state ({status})."
        );
        return Err(RestError::refused(409, message));
    }
    context.cluster.cancel(id);
    Ok(Reply::empty(202))
}

pub(super) fn yarn_stop(context: &mut Context<'_>) -> Result<Reply, RestError> {
    context.job_id()?;
    Err(stop_is_gone())
}

fn stop_is_gone() -> RestError {
    let message = "The termination mode \"stop\" has been removed. For an ungraceful shutdown, please use \
                   \"cancel\" instead. For a graceful shutdown, please use \"jobs/:jobId/stop\" instead.";
    RestError::refused(308, message)
}

/// `PATCH /jobs/:jobid/clientHeartbeat`: the client of an attached job is there until then.
pub(super) fn client_heartbeat(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = context.job_id()?;
    // The strict versions refuse what their own client sends.
    let known: &[&str] = if context.supports(Feature::StrictBodies) { &[] } else { &["expiredTimestamp"] };
    let body: HeartbeatBody = context.body("JobClientHeartbeatRequestBody", known)?;
    let Some(until) = body.expired_timestamp else {
        let class =
            "org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.exc.MismatchedInputException";
        let message = "Cannot map `null` into type `long`";
        let cause = Throwable::new(class, message);
        let whole = "Bad request received. Request did not conform to expected format.";
        return Err(RestError::refused_by(400, whole, cause));
    };
    context.cluster.client_is_there(id, until);
    Ok(Reply::empty(202))
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct HeartbeatBody {
    expired_timestamp: Option<i64>,
}

/// `POST /jobs/:jobid/coordinators/:operatorid`: no simulated operator has a coordinator that takes requests.
pub(super) fn coordination(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = context.job_id()?;
    let operator = context.path("operatorid");
    // Until 2.x an operator was named by its id, since then by its uid, which is any text.
    if context.supports(Feature::LegacyFields) && operator.parse::<ops_core::ids::VertexId>().is_err() {
        return Err(RestError::parameter("path", "operatorid", operator));
    }
    let body: CoordinationBody =
        context.body("ClientCoordinationRequestBody", &["serializedCoordinationRequest"])?;
    if body.serialized_coordination_request.as_deref() == Some("") {
        let class = "org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonMappingException";
        let cause = Throwable::new(class, "Serialized data must not be empty");
        let message = "Request did not match expected format ClientCoordinationRequestBody.";
        return Err(RestError::refused_by(400, message, cause));
    }
    let cause = match context.cluster.job(id) {
        None => job_not_found(id),
        Some(_) => Throwable::new(
            "org.apache.flink.util.FlinkException",
            format!(
                "Coordinator of operator {operator} does not exist or the job vertex this operator belongs to is \
                     not initialized."
            ),
        ),
    };
    Err(RestError::Internal(cause))
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CoordinationBody {
    serialized_coordination_request: Option<String>,
}

//! `/taskmanagers` and `/taskmanagers/:taskmanagerid`.

use std::collections::BTreeMap;

use ops_core::ids::JobId;
use ops_core::rest::wire::logs::LogUrl;
use ops_core::rest::wire::task_managers as wire;

use super::error::{Reply, RestError};
use super::request::Context;
use super::versions::Feature;
use crate::sim::{Cluster, MemoryLayout, TaskManager, Throwable};

const MIB: i64 = 1024 * 1024;

/// The machine that every TaskManager claims to run on.
const MACHINE_CORES: i32 = 4;
const MACHINE_MEMORY: i64 = 16 * 1024 * MIB;

/// Milliseconds between heartbeats unless `heartbeat.interval` says otherwise.
const HEARTBEAT: i64 = 10_000;

const SEGMENT: i64 = 32 * 1024;

pub(super) fn list(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let taskmanagers = context.cluster.task_managers().iter().map(|found| summary(context, found)).collect();
    Ok(Reply::ok(&wire::TaskManagerList { taskmanagers }))
}

pub(super) fn details(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let found = find(context).map_err(RestError::Internal)?;
    let applications = context.supports(Feature::Applications);
    let share = resource(context.cluster, 1, found.slots.len());
    let allocated = found.slots.iter().enumerate().filter_map(|(slot, job)| {
        job.map(|job_id| wire::AllocatedSlot {
            job_id,
            resource: share.clone(),
            assigned_tasks: applications.then(|| tasks_in(context.cluster, found, slot, job_id)),
        })
    });
    Ok(Reply::ok(&wire::TaskManagerDetails {
        task_manager: summary(context, found),
        allocated_slots: allocated.collect(),
        metrics: metrics(context, found),
    }))
}

/// The TaskManager of the path; 404 when there is none.
pub(super) fn found(context: &Context<'_>) -> Result<ops_core::ids::TaskManagerId, RestError> {
    let id = context.path("taskmanagerid");
    let unknown = |cause| RestError::refused_by(404, format!("Could not find TaskExecutor {id}"), cause);
    find(context).map(|found| found.id.clone()).map_err(unknown)
}

pub(super) fn log_url(context: &mut Context<'_>) -> Result<Reply, RestError> {
    context.job_id()?;
    let url = format!("{}/#/task-manager/{}/logs", context.app.url, context.path("taskmanagerid"));
    Ok(Reply::ok(&LogUrl { url: Some(url) }).without_cors())
}

pub(super) fn find<'a>(context: &'a Context<'_>) -> Result<&'a TaskManager, Throwable> {
    let id = context.path("taskmanagerid");
    context.cluster.task_managers().iter().find(|found| found.id.as_str() == id).ok_or_else(|| {
        let class = "org.apache.flink.runtime.resourcemanager.exceptions.UnknownTaskExecutorException";
        Throwable::new(class, format!("No TaskExecutor registered under {id}."))
    })
}

fn summary(context: &Context<'_>, found: &TaskManager) -> wire::TaskManager {
    let cluster = &*context.cluster;
    let memory = cluster.memory();
    let (all, free) = (found.slots.len(), found.free_slots());
    let interval = cluster.settings().millis(&["heartbeat.interval"]).unwrap_or(HEARTBEAT).max(1);
    let since = cluster.now() - found.registered;
    let heartbeat = if since < interval { 0 } else { cluster.now() - since % interval };
    let assigned = || {
        let owned = found.slots.iter().enumerate().filter_map(|(slot, job)| job.map(|job| (slot, job)));
        owned.map(|(slot, job)| tasks_in(cluster, found, slot, job)).sum()
    };
    wire::TaskManager {
        id: found.id.clone(),
        path: format!("pekko.tcp://flink@{}:{}/user/rpc/taskmanager_0", found.host, found.rpc_port),
        data_port: i32::from(found.data_port),
        jmx_port: -1,
        time_since_last_heartbeat: heartbeat,
        slots_number: all as u32,
        free_slots: free,
        total_resource: resource(cluster, all, all),
        free_resource: resource(cluster, free as usize, all),
        hardware: wire::Hardware {
            cpu_cores: MACHINE_CORES,
            physical_memory: MACHINE_MEMORY,
            free_memory: heap(memory),
            managed_memory: memory.managed,
        },
        memory_configuration: wire::MemoryConfiguration {
            framework_heap: Some(memory.framework_heap),
            task_heap: Some(memory.task_heap),
            framework_off_heap: Some(memory.framework_off_heap),
            task_off_heap: Some(memory.task_off_heap),
            network_memory: Some(memory.network),
            managed_memory: Some(memory.managed),
            jvm_metaspace: Some(memory.metaspace),
            jvm_overhead: Some(memory.overhead),
            total_flink_memory: Some(memory.flink()),
            total_process_memory: Some(memory.process()),
        },
        blocked: None,
        assigned_tasks: context.supports(Feature::Applications).then(assigned),
    }
}

fn heap(memory: &MemoryLayout) -> i64 {
    memory.framework_heap + memory.task_heap
}

/// What `slots` of `all` slots have.
fn resource(cluster: &Cluster, slots: usize, all: usize) -> wire::Resource {
    let memory = cluster.memory();
    let all = all.max(1);
    let share = |bytes: i64| bytes / all as i64 * slots as i64 / MIB;
    let whole = |bytes: i64| if slots == all { bytes / MIB } else { share(bytes) };
    let cores = cluster.settings().real(&["taskmanager.cpu.cores"]).unwrap_or(all as f64);
    wire::Resource {
        cpu_cores: cores * slots as f64 / all as f64,
        task_heap_memory: whole(memory.task_heap),
        task_off_heap_memory: whole(memory.task_off_heap),
        managed_memory: whole(memory.managed),
        network_memory: whole(memory.network),
        extended_resources: BTreeMap::new(),
    }
}

/// The tasks of a job in one slot.
fn tasks_in(cluster: &Cluster, found: &TaskManager, slot: usize, job: JobId) -> u32 {
    let Some(job) = cluster.job(job) else { return 0 };
    let here = job.vertices.iter().flat_map(|vertex| &vertex.subtasks).filter(|subtask| {
        let attempt = &subtask.current;
        let placed = attempt.placement.as_ref();
        placed.is_some_and(|at| at.task_manager == found.id && at.slot == slot)
            && !attempt.state.is_terminal()
    });
    here.count() as u32
}

/// Memory in use grows with the slots that are taken; everything is 0 until the first report.
pub(super) fn metrics(context: &Context<'_>, found: &TaskManager) -> wire::TaskManagerMetrics {
    let cluster = &*context.cluster;
    let memory = cluster.memory();
    let legacy = context.supports(Feature::MemorySegments);
    let up = cluster.now() - found.registered;
    let interval = cluster.settings().millis(&["heartbeat.interval"]).unwrap_or(HEARTBEAT);
    if up < interval {
        let segments = legacy.then_some(0);
        return wire::TaskManagerMetrics {
            memory_segments_available: segments,
            memory_segments_total: segments,
            ..wire::TaskManagerMetrics::default()
        };
    }
    let all = found.slots.len().max(1) as i64;
    let busy = all - i64::from(found.free_slots());
    let (heap, segments) = (heap(memory), memory.network / SEGMENT);
    let used_segments = segments / 4 * busy / all;
    let collections = up / 20_000 + 4;
    let collector =
        |name: &str, count: i64| wire::GarbageCollector { name: name.to_owned(), count, time: count * 14 };
    let direct = memory.network + memory.framework_off_heap / 16;
    wire::TaskManagerMetrics {
        heap_used: heap / 10 + heap / 3 * busy / all + up % 20_000 * (heap / 100_000),
        heap_committed: heap,
        heap_max: heap,
        non_heap_used: 50 * MIB + busy * 4 * MIB,
        non_heap_committed: 56 * MIB + busy * 4 * MIB,
        non_heap_max: memory.metaspace + 448 * MIB,
        direct_count: segments + 9,
        direct_used: direct,
        direct_max: direct,
        mapped_count: 0,
        mapped_used: 0,
        mapped_max: 0,
        memory_segments_available: legacy.then_some(segments - used_segments),
        memory_segments_total: legacy.then_some(segments),
        netty_shuffle_memory_segments_available: segments - used_segments,
        netty_shuffle_memory_segments_used: used_segments,
        netty_shuffle_memory_segments_total: segments,
        netty_shuffle_memory_available: (segments - used_segments) * SEGMENT,
        netty_shuffle_memory_used: used_segments * SEGMENT,
        netty_shuffle_memory_total: segments * SEGMENT,
        garbage_collectors: vec![
            collector("All", collections),
            collector("G1_Young_Generation", collections),
            collector("G1_Old_Generation", 0),
        ],
    }
}

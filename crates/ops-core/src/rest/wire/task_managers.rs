//! `/taskmanagers` and `/taskmanagers/:taskmanagerid`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{JobId, TaskManagerId};

/// `GET /taskmanagers`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskManagerList {
    /// One entry a TaskManager.
    pub taskmanagers: Vec<TaskManager>,
}

/// A TaskManager.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskManager {
    /// Its id.
    pub id: TaskManagerId,
    /// Its RPC address.
    #[serde(default)]
    pub path: String,
    /// The port that other TaskManagers get records from.
    #[serde(default)]
    pub data_port: i32,
    /// `-1` when JMX is off.
    #[serde(default)]
    pub jmx_port: i32,
    /// When it was heard of last, milliseconds since 1970 in spite of the name; 0 before the first heartbeat.
    #[serde(default)]
    pub time_since_last_heartbeat: i64,
    /// Its slots.
    #[serde(default)]
    pub slots_number: u32,
    /// Those that are free.
    #[serde(default)]
    pub free_slots: u32,
    /// All that it offers.
    #[serde(default)]
    pub total_resource: Resource,
    /// What is left.
    #[serde(default)]
    pub free_resource: Resource,
    /// The machine.
    #[serde(default)]
    pub hardware: Hardware,
    /// How its memory is divided.
    #[serde(default)]
    pub memory_configuration: MemoryConfiguration,
    /// Left out unless it is blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
    /// Tasks on it (late 2.x).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_tasks: Option<u32>,
}

/// `GET /taskmanagers/:taskmanagerid`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskManagerDetails {
    /// What the list says of it.
    #[serde(flatten)]
    pub task_manager: TaskManager,
    /// Its slots that are taken.
    #[serde(default)]
    pub allocated_slots: Vec<AllocatedSlot>,
    /// Memory and garbage collection; all 0 until it has reported.
    #[serde(default)]
    pub metrics: TaskManagerMetrics,
}

/// A slot that is taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllocatedSlot {
    /// By this job.
    pub job_id: JobId,
    /// With this much.
    #[serde(default)]
    pub resource: Resource,
    /// Tasks in it (late 2.x).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_tasks: Option<u32>,
}

/// Processor and memory, the memory in whole MiB.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Resource {
    /// Processor cores.
    pub cpu_cores: f64,
    /// Heap for tasks, MiB.
    pub task_heap_memory: i64,
    /// Off-heap memory for tasks, MiB.
    pub task_off_heap_memory: i64,
    /// Managed memory, MiB.
    pub managed_memory: i64,
    /// Network memory, MiB.
    pub network_memory: i64,
    /// GPUs and the like.
    pub extended_resources: BTreeMap<String, f64>,
}

/// The machine a TaskManager runs on, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct Hardware {
    pub cpu_cores: i32,
    pub physical_memory: i64,
    pub free_memory: i64,
    pub managed_memory: i64,
}

/// How a TaskManager's memory is divided, in bytes; `None` where it was started without such a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(missing_docs, reason = "the parts of Flink's memory model, under their names")]
pub struct MemoryConfiguration {
    pub framework_heap: Option<i64>,
    pub task_heap: Option<i64>,
    pub framework_off_heap: Option<i64>,
    pub task_off_heap: Option<i64>,
    pub network_memory: Option<i64>,
    pub managed_memory: Option<i64>,
    pub jvm_metaspace: Option<i64>,
    pub jvm_overhead: Option<i64>,
    pub total_flink_memory: Option<i64>,
    pub total_process_memory: Option<i64>,
}

/// Memory and garbage collection of a TaskManager, in bytes and counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names of Flink's metrics")]
pub struct TaskManagerMetrics {
    pub heap_used: i64,
    pub heap_committed: i64,
    pub heap_max: i64,
    pub non_heap_used: i64,
    pub non_heap_committed: i64,
    pub non_heap_max: i64,
    pub direct_count: i64,
    pub direct_used: i64,
    pub direct_max: i64,
    pub mapped_count: i64,
    pub mapped_used: i64,
    pub mapped_max: i64,
    /// Up to 1.20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_segments_available: Option<i64>,
    /// Up to 1.20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_segments_total: Option<i64>,
    pub netty_shuffle_memory_segments_available: i64,
    pub netty_shuffle_memory_segments_used: i64,
    pub netty_shuffle_memory_segments_total: i64,
    pub netty_shuffle_memory_available: i64,
    pub netty_shuffle_memory_used: i64,
    pub netty_shuffle_memory_total: i64,
    pub garbage_collectors: Vec<GarbageCollector>,
}

/// A garbage collector of the JVM.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GarbageCollector {
    /// Its name, or `All`.
    pub name: String,
    /// How often it ran.
    pub count: i64,
    /// Milliseconds it took.
    pub time: i64,
}

/// `GET /taskmanagers/:taskmanagerid/thread-dump`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ThreadDump {
    /// One entry a thread.
    pub thread_infos: Vec<ThreadInfo>,
}

/// A thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ThreadInfo {
    /// Its name; a task's thread has the task's.
    pub thread_name: String,
    /// Name, state and frames, as the JVM prints them.
    pub stringified_thread_info: String,
}

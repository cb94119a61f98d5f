//! Values that several rules and dashboards share: each is computed once.

use super::alert::Group;

/// A recorded value.
#[derive(Clone, Copy, Debug)]
pub struct Recording {
    /// Its name, `flink:…`.
    pub name: &'static str,
    /// The rule group it stands in, before the alerts.
    pub group: Group,
    /// How it is computed.
    pub expression: &'static str,
    /// What it is, with its unit.
    pub meaning: &'static str,
}

/// Every recorded value.
pub const RECORDINGS: &[Recording] = &[
    Recording {
        name: "flink:job_without_tasks:millis",
        group: Group::Jobs,
        // Only where TaskManagers are seen at all, or where there is none.
        expression: "max by (cluster, job_id, job_name) (flink_jobmanager_job_uptime) unless on (cluster, job_id) flink_taskmanager_job_task_numRecordsIn and on (cluster) (count by (cluster) (flink_taskmanager_Status_JVM_Threads_Count) or max by (cluster) (flink_jobmanager_numRegisteredTaskManagers) == 0)",
        meaning: "Jobs of which no TaskManager reports a task, with the time since when the JobManager calls them running.",
    },
    Recording {
        name: "flink:vertex_backpressured:ratio",
        group: Group::Flow,
        expression: "avg by (cluster, job_id, job_name, task_id, task_name) (flink_taskmanager_job_task_backPressuredTimeMsPerSecond) / 1000",
        meaning: "The share of its time, 0 to 1, that a vertex waits for room downstream, over its subtasks.",
    },
    Recording {
        name: "flink:vertex_busy:ratio",
        group: Group::Flow,
        expression: "max by (cluster, job_id, job_name, task_id, task_name) (flink_taskmanager_job_task_busyTimeMsPerSecond) / 1000",
        meaning: "The share of its time, 0 to 1, that the busiest subtask of a vertex works.",
    },
    Recording {
        name: "flink:vertex_watermark:min",
        group: Group::Flow,
        // Before the first watermark it is Long.MIN_VALUE, after the last Long.MAX_VALUE.
        expression: "min by (cluster, job_id, job_name, task_id, task_name) ((flink_taskmanager_job_task_currentInputWatermark > 0) < 9000000000000000) / 1000",
        meaning: "The lowest watermark that has reached a vertex, in seconds since 1970.",
    },
    Recording {
        name: "flink:source_pending_records:sum",
        group: Group::Flow,
        expression: "sum by (cluster, job_id, job_name, task_id, task_name, operator_name) (flink_taskmanager_job_task_operator_pendingRecords)",
        meaning: "Records that a source knows of and has not read.",
    },
    Recording {
        name: "flink:process_gc:ratio",
        group: Group::Memory,
        // Before 1.19 there is no sum over the collectors.
        expression: "(rate(flink_taskmanager_Status_JVM_GarbageCollector_All_Time[5m]) or (rate(flink_taskmanager_Status_JVM_GarbageCollector_G1_Young_Generation_Time[5m]) + rate(flink_taskmanager_Status_JVM_GarbageCollector_G1_Old_Generation_Time[5m]))) / 1000 or (rate(flink_jobmanager_Status_JVM_GarbageCollector_All_Time[5m]) or (rate(flink_jobmanager_Status_JVM_GarbageCollector_G1_Young_Generation_Time[5m]) + rate(flink_jobmanager_Status_JVM_GarbageCollector_G1_Old_Generation_Time[5m]))) / 1000",
        meaning: "The share of time, 0 to 1, that a process spends collecting garbage.",
    },
    Recording {
        name: "flink:jobmanager_leads:bool",
        group: Group::Cluster,
        expression: "(count by (cluster, instance) (flink_jobmanager_taskSlotsTotal) > bool 0) or (max by (cluster, instance) (up{job=\"flink-jobmanager\"}) * 0)",
        meaning: "1 for the JobManager that leads, 0 for one that stands by.",
    },
];

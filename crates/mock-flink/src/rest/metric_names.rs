//! The names of metrics, scope by scope, and the versions that have them, as live clusters listed them. Values are in
//! `metrics`: whatever the state does not know is at rest, so that its metric is 0.

use ops_core::version::FlinkVersion;

/// A name, the first release line that has it, and the first that has it no more.
pub(super) type Row = (&'static str, (u16, u16), Option<(u16, u16)>);

const ALWAYS: (u16, u16) = (1, 18);

const fn all(name: &'static str) -> Row {
    (name, ALWAYS, None)
}

const fn since(name: &'static str, major: u16, minor: u16) -> Row {
    (name, (major, minor), None)
}

const fn until(name: &'static str, major: u16, minor: u16) -> Row {
    (name, ALWAYS, Some((major, minor)))
}

/// The names that the version has.
pub(super) fn of(version: FlinkVersion, rows: &'static [Row]) -> impl Iterator<Item = &'static str> {
    rows.iter()
        .filter(move |(_, from, until)| {
            version.at_least(from.0, from.1) && until.is_none_or(|until| !version.at_least(until.0, until.1))
        })
        .map(|(name, ..)| *name)
}

/// Of every process.
pub(super) const PROCESS: &[Row] = &[
    all("Status.JVM.CPU.Load"),
    all("Status.JVM.CPU.Time"),
    all("Status.JVM.ClassLoader.ClassesLoaded"),
    all("Status.JVM.ClassLoader.ClassesUnloaded"),
    since("Status.JVM.FileDescriptor.Max", 2, 1),
    since("Status.JVM.FileDescriptor.Open", 2, 1),
    since("Status.JVM.GarbageCollector.All.Count", 1, 19),
    since("Status.JVM.GarbageCollector.All.Time", 1, 19),
    since("Status.JVM.GarbageCollector.All.TimeMsPerSecond", 1, 19),
    all("Status.JVM.GarbageCollector.G1_Old_Generation.Count"),
    all("Status.JVM.GarbageCollector.G1_Old_Generation.Time"),
    since("Status.JVM.GarbageCollector.G1_Old_Generation.TimeMsPerSecond", 1, 19),
    all("Status.JVM.GarbageCollector.G1_Young_Generation.Count"),
    all("Status.JVM.GarbageCollector.G1_Young_Generation.Time"),
    since("Status.JVM.GarbageCollector.G1_Young_Generation.TimeMsPerSecond", 1, 19),
    all("Status.JVM.Memory.Direct.Count"),
    all("Status.JVM.Memory.Direct.MemoryUsed"),
    all("Status.JVM.Memory.Direct.TotalCapacity"),
    all("Status.JVM.Memory.Heap.Committed"),
    all("Status.JVM.Memory.Heap.Max"),
    all("Status.JVM.Memory.Heap.Used"),
    all("Status.JVM.Memory.Mapped.Count"),
    all("Status.JVM.Memory.Mapped.MemoryUsed"),
    all("Status.JVM.Memory.Mapped.TotalCapacity"),
    all("Status.JVM.Memory.Metaspace.Committed"),
    all("Status.JVM.Memory.Metaspace.Max"),
    all("Status.JVM.Memory.Metaspace.Used"),
    all("Status.JVM.Memory.NonHeap.Committed"),
    all("Status.JVM.Memory.NonHeap.Max"),
    all("Status.JVM.Memory.NonHeap.Used"),
    all("Status.JVM.Threads.Count"),
];

/// Of the JobManager, beside those of every process.
pub(super) const JOB_MANAGER: &[Row] = &[
    all("numRegisteredTaskManagers"),
    all("numRunningJobs"),
    all("taskSlotsAvailable"),
    all("taskSlotsTotal"),
];

/// Of a TaskManager, beside those of every process.
pub(super) const TASK_MANAGER: &[Row] = &[
    all("Status.Flink.Memory.Managed.Total"),
    all("Status.Flink.Memory.Managed.Used"),
    until("Status.Network.AvailableMemorySegments", 2, 0),
    until("Status.Network.TotalMemorySegments", 2, 0),
    all("Status.Shuffle.Netty.AvailableMemory"),
    all("Status.Shuffle.Netty.AvailableMemorySegments"),
    all("Status.Shuffle.Netty.RequestedMemoryUsage"),
    all("Status.Shuffle.Netty.TotalMemory"),
    all("Status.Shuffle.Netty.TotalMemorySegments"),
    all("Status.Shuffle.Netty.UsedMemory"),
    all("Status.Shuffle.Netty.UsedMemorySegments"),
];

/// Of a job.
pub(super) const JOB: &[Row] = &[
    since("allSubTasksRunningOrFinishedTime", 2, 2),
    all("cancellingTime"),
    all("createdTime"),
    all("deployingTime"),
    all("downtime"),
    all("failingTime"),
    until("fullRestarts", 2, 0),
    all("initializingTime"),
    since("lastCheckpointCompletedTimestamp", 2, 0),
    all("lastCheckpointDuration"),
    all("lastCheckpointExternalPath"),
    all("lastCheckpointFullSize"),
    since("lastCheckpointMetadataSize", 2, 2),
    all("lastCheckpointPersistedData"),
    all("lastCheckpointProcessedData"),
    all("lastCheckpointRestoreTimestamp"),
    all("lastCheckpointSize"),
    all("lastCompletedCheckpointId"),
    since("numRescales", 2, 0),
    all("numRestarts"),
    all("numberOfCompletedCheckpoints"),
    all("numberOfFailedCheckpoints"),
    all("numberOfInProgressCheckpoints"),
    all("restartingTime"),
    all("runningTime"),
    all("totalNumberOfCheckpoints"),
    all("uptime"),
];

/// Of a task.
pub(super) const TASK: &[Row] = &[
    all("Shuffle.Netty.Input.Buffers.inPoolUsage"),
    all("Shuffle.Netty.Input.Buffers.inputExclusiveBuffersUsage"),
    all("Shuffle.Netty.Input.Buffers.inputFloatingBuffersUsage"),
    all("Shuffle.Netty.Input.Buffers.inputQueueLength"),
    all("Shuffle.Netty.Input.Buffers.inputQueueSize"),
    all("Shuffle.Netty.Input.numBuffersInLocal"),
    all("Shuffle.Netty.Input.numBuffersInLocalPerSecond"),
    all("Shuffle.Netty.Input.numBuffersInRemote"),
    all("Shuffle.Netty.Input.numBuffersInRemotePerSecond"),
    all("Shuffle.Netty.Input.numBytesInLocal"),
    all("Shuffle.Netty.Input.numBytesInLocalPerSecond"),
    all("Shuffle.Netty.Input.numBytesInRemote"),
    all("Shuffle.Netty.Input.numBytesInRemotePerSecond"),
    all("Shuffle.Netty.Output.Buffers.outPoolUsage"),
    all("Shuffle.Netty.Output.Buffers.outputQueueLength"),
    all("Shuffle.Netty.Output.Buffers.outputQueueSize"),
    all("accumulateBackPressuredTimeMs"),
    all("accumulateBusyTimeMs"),
    all("accumulateIdleTimeMs"),
    all("backPressuredTimeMsPerSecond"),
    until("buffers.inPoolUsage", 2, 0),
    until("buffers.inputExclusiveBuffersUsage", 2, 0),
    until("buffers.inputFloatingBuffersUsage", 2, 0),
    until("buffers.inputQueueLength", 2, 0),
    until("buffers.inputQueueSize", 2, 0),
    until("buffers.outPoolUsage", 2, 0),
    until("buffers.outputQueueLength", 2, 0),
    until("buffers.outputQueueSize", 2, 0),
    all("busyTimeMsPerSecond"),
    all("changelogBusyTimeMsPerSecond"),
    all("checkpointStartDelayNanos"),
    all("hardBackPressuredTimeMsPerSecond"),
    all("idleTimeMsPerSecond"),
    all("initializationTime"),
    all("isBackPressured"),
    all("mailboxLatencyMs_max"),
    all("mailboxLatencyMs_mean"),
    all("mailboxLatencyMs_median"),
    all("mailboxLatencyMs_min"),
    all("mailboxLatencyMs_p75"),
    all("mailboxLatencyMs_p90"),
    all("mailboxLatencyMs_p95"),
    all("mailboxLatencyMs_p98"),
    all("mailboxLatencyMs_p99"),
    all("mailboxLatencyMs_p999"),
    all("mailboxLatencyMs_stddev"),
    all("mailboxMailsPerSecond"),
    all("mailboxQueueSize"),
    all("maxHardBackPressureTimeMs"),
    all("maxSoftBackPressureTimeMs"),
    all("numBuffersInLocal"),
    all("numBuffersInLocalPerSecond"),
    all("numBuffersInRemote"),
    all("numBuffersInRemotePerSecond"),
    all("numBuffersOut"),
    all("numBuffersOutPerSecond"),
    all("numBytesIn"),
    all("numBytesInLocal"),
    all("numBytesInLocalPerSecond"),
    all("numBytesInPerSecond"),
    all("numBytesInRemote"),
    all("numBytesInRemotePerSecond"),
    all("numBytesOut"),
    all("numBytesOutPerSecond"),
    since("numFiredTimers", 1, 20),
    since("numFiredTimersPerSecond", 1, 20),
    all("numRecordsIn"),
    all("numRecordsInPerSecond"),
    all("numRecordsOut"),
    all("numRecordsOutPerSecond"),
    all("softBackPressuredTimeMsPerSecond"),
];

/// Of a task that has inputs, beside those of every task.
pub(super) const TASK_WITH_INPUT: &[Row] = &[all("checkpointAlignmentTime"), all("currentInputWatermark")];

/// Of an operator.
pub(super) const OPERATOR: &[Row] = &[
    all("currentOutputWatermark"),
    all("numBytesIn"),
    all("numBytesInPerSecond"),
    all("numBytesOut"),
    all("numBytesOutPerSecond"),
    all("numRecordsIn"),
    all("numRecordsInPerSecond"),
    all("numRecordsOut"),
    all("numRecordsOutPerSecond"),
];

/// Of an operator that is no source, beside those of every operator.
pub(super) const OPERATOR_WITH_INPUT: &[Row] = &[all("currentInputWatermark")];

/// Of a source, beside those of every operator.
pub(super) const SOURCE: &[Row] =
    &[all("currentEmitEventTimeLag"), all("numRecordsInErrors"), all("sourceIdleTime")];

/// Of each split of a source.
pub(super) const SPLIT: &[Row] = &[
    since("watermark.accumulatedActiveTimeMs", 2, 1),
    since("watermark.accumulatedIdleTimeMs", 2, 1),
    since("watermark.accumulatedPausedTimeMs", 2, 1),
    since("watermark.activeTimeMsPerSecond", 2, 1),
    since("watermark.currentWatermark", 2, 1),
    since("watermark.idleTimeMsPerSecond", 2, 1),
    since("watermark.pausedTimeMsPerSecond", 2, 1),
];

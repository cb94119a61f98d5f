//! TaskManagers: slots, memory, and which job has which slot.

use ops_core::ids::{JobId, TaskManagerId};
use serde::{Deserialize, Serialize};

use super::settings::Settings;

const MIB: i64 = 1024 * 1024;

/// A TaskManager.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TaskManager {
    pub(crate) id: TaskManagerId,
    pub(crate) host: String,
    pub(crate) rpc_port: u16,
    pub(crate) data_port: u16,
    pub(crate) registered: i64,
    /// One entry a slot: the job that has it.
    pub(crate) slots: Vec<Option<JobId>>,
}

impl TaskManager {
    pub(crate) fn free_slots(&self) -> u32 {
        self.slots.iter().filter(|slot| slot.is_none()).count() as u32
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("{}:{}", self.host, self.data_port)
    }
}

/// Where a subtask runs, or ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placement {
    pub(crate) task_manager: TaskManagerId,
    pub(crate) slot: usize,
    pub(crate) host: String,
    pub(crate) endpoint: String,
}

/// How a TaskManager's memory is divided, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MemoryLayout {
    pub(crate) framework_heap: i64,
    pub(crate) task_heap: i64,
    pub(crate) framework_off_heap: i64,
    pub(crate) task_off_heap: i64,
    pub(crate) network: i64,
    pub(crate) managed: i64,
    pub(crate) metaspace: i64,
    pub(crate) overhead: i64,
}

impl MemoryLayout {
    /// Divides the configured total as Flink does for its defaults and fractions; a part that does not fit becomes 0.
    pub(crate) fn of(settings: &Settings) -> Self {
        let size = |name: &str, default: i64| {
            settings.bytes(&[&format!("taskmanager.memory.{name}")]).unwrap_or(default)
        };
        // Flink holds fractions in floats and multiplies doubles: 0.4 is 0.4000000059604645 here.
        let share = |name: &str, default: f32, of: i64| {
            let fraction = settings
                .real(&[&format!("taskmanager.memory.{name}")])
                .map_or(default, |fraction| fraction as f32);
            (of as f64 * f64::from(fraction)) as i64
        };
        let metaspace = size("jvm-metaspace.size", 256 * MIB);
        let overhead_bounds = (size("jvm-overhead.min", 192 * MIB), size("jvm-overhead.max", 1024 * MIB));
        let overhead_of = |process: i64| {
            share("jvm-overhead.fraction", 0.1, process).max(overhead_bounds.0).min(overhead_bounds.1)
        };
        let (flink, overhead) = match settings.bytes(&["taskmanager.memory.flink.size"]) {
            Some(flink) => (flink, overhead_of((flink + metaspace) / 9 * 10)),
            None => {
                let process = size("process.size", 1728 * MIB);
                let overhead = overhead_of(process);
                ((process - metaspace - overhead).max(0), overhead)
            }
        };
        let network_max =
            size("network.max", if settings.version().at_least(1, 20) { i64::MAX } else { 1024 * MIB });
        let network =
            share("network.fraction", 0.1, flink).max(size("network.min", 64 * MIB)).min(network_max);
        let managed = settings
            .bytes(&["taskmanager.memory.managed.size"])
            .unwrap_or_else(|| share("managed.fraction", 0.4, flink));
        let framework_heap = size("framework.heap.size", 128 * MIB);
        let framework_off_heap = size("framework.off-heap.size", 128 * MIB);
        let task_off_heap = size("task.off-heap.size", 0);
        let rest = flink - network - managed - framework_heap - framework_off_heap - task_off_heap;
        Self {
            framework_heap,
            task_heap: rest.max(0),
            framework_off_heap,
            task_off_heap,
            network,
            managed,
            metaspace,
            overhead,
        }
    }

    pub(crate) fn flink(&self) -> i64 {
        self.framework_heap
            + self.task_heap
            + self.framework_off_heap
            + self.task_off_heap
            + self.network
            + self.managed
    }

    pub(crate) fn process(&self) -> i64 {
        self.flink() + self.metaspace + self.overhead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_divided_as_a_real_task_manager_reported_it() {
        let entries = [("taskmanager.memory.process.size".to_owned(), "1400m".to_owned())];
        let layout = MemoryLayout::of(&Settings::new("1.20".parse().unwrap(), entries));
        assert_eq!(
            (layout.task_heap, layout.network, layout.managed),
            (230_686_714, 99_824_436, 399_297_746)
        );
        assert_eq!((layout.flink(), layout.process()), (998_244_352, 1_468_006_400));
    }
}

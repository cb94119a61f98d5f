//! How many task slots there are, what jobs take of them, and what a slot has.
//!
//! A job takes as many slots as its widest vertex has subtasks: with slot sharing, which is the default, a slot runs one
//! subtask of each vertex. Jobs that run at the same time need the sum. Flink divides a TaskManager's memory evenly over
//! its slots (`TaskExecutorResourceUtils`).

use ops_core::units::MemorySize;
use serde::Serialize;

use crate::advice::{Advice, Advisor};
use crate::error::TuningError;
use crate::memory::{Process, ProcessMemory, TaskManagerMemory, derive};
use crate::settings::Settings;

const SLOTS: &str = "taskmanager.numberOfTaskSlots";
const PROCESS: &str = "taskmanager.memory.process.size";

/// What is left to the operating system: at least this, and an eighth of the machine. The page cache that RocksDB's files
/// go through comes out of it.
const LEAST_RESERVE: u64 = 1 << 30;
const RESERVED_PART: u64 = 8;

/// Total Flink memory that a slot should have at least.
const LEAST_PER_SLOT: u64 = 1 << 30;

/// TaskManagers that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// How many.
    pub task_managers: u32,
    /// Slots of each.
    pub slots: u32,
}

/// Machines that are alike, each for one TaskManager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machines {
    /// How many.
    pub count: u32,
    /// Processor cores of each.
    pub cores: u32,
    /// Memory of each.
    pub memory: MemorySize,
}

/// Slots, and who takes them. Sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlotReport {
    /// TaskManagers there are.
    pub task_managers: u32,
    /// Slots there are.
    pub slots: u32,
    /// Slots that the jobs take.
    pub needed: u32,
    /// Slots that nobody takes.
    pub idle: u32,
    /// Slots that are missing for all jobs to run at once.
    pub missing: u32,
    /// TaskManagers that would do, the largest first.
    pub task_managers_needed: u32,
    /// What a slot has; `None` where the memory is not known.
    pub per_slot: Option<PerSlot>,
    /// Keys to set; empty where only what is there was looked at.
    pub advice: Vec<Advice>,
}

/// A slot's part of a TaskManager's memory, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names of Flink's memory model")]
pub struct PerSlot {
    pub task_heap: u64,
    pub task_off_heap: u64,
    pub managed: u64,
    pub network: u64,
}

impl PerSlot {
    /// Of a TaskManager with this memory.
    pub fn of(memory: &TaskManagerMemory) -> Self {
        let slots = u64::try_from(memory.slots).unwrap_or(1).max(1);
        let part = |size: MemorySize| size.bytes() / slots;
        Self {
            task_heap: part(memory.task_heap.size),
            task_off_heap: part(memory.task_off_heap.size),
            managed: part(memory.managed.size),
            network: part(memory.network.size),
        }
    }
}

/// What jobs of these parallelisms, running at once, take of TaskManagers that are there.
pub fn look(groups: &[Group], jobs: &[u32], memory: Option<&TaskManagerMemory>) -> SlotReport {
    let task_managers = groups.iter().map(|group| group.task_managers).fold(0, u32::saturating_add);
    let slots = groups.iter().map(|group| group.task_managers.saturating_mul(group.slots));
    let slots = slots.fold(0, u32::saturating_add);
    let needed = jobs.iter().copied().fold(0, u32::saturating_add);
    SlotReport {
        task_managers,
        slots,
        needed,
        idle: slots.saturating_sub(needed),
        missing: needed.saturating_sub(slots),
        task_managers_needed: enough(groups, needed),
        per_slot: memory.map(PerSlot::of),
        advice: Vec::new(),
    }
}

/// One TaskManager a machine, one slot a core, all memory but the system's; fewer slots where a slot would have less
/// than 1 GiB.
///
/// # Errors
/// A machine has no core, or too little memory for a TaskManager with these settings.
pub fn propose(machines: Machines, jobs: &[u32], settings: &Settings) -> Result<SlotReport, TuningError> {
    if machines.cores == 0 || machines.count == 0 {
        let what = if machines.count == 0 { "the number of machines" } else { "the number of cores" };
        return Err(TuningError::OutOfRange { what, found: "0".to_owned(), needed: "at least 1 is needed" });
    }
    let reserve = LEAST_RESERVE.max(machines.memory.bytes() / RESERVED_PART);
    let process = MemorySize::from_bytes(machines.memory.bytes().saturating_sub(reserve) >> 20 << 20);
    let sized = settings.clone().with(PROCESS, format!("{}b", process.bytes()));
    let does_not_fit = |error| match error {
        TuningError::Memory(refusal) => {
            let what = format!("a TaskManager on a machine of {}", machines.memory);
            TuningError::DoesNotFit { what, refusal }
        }
        other => other,
    };
    let total_flink = task_manager(&sized).map_err(does_not_fit)?.total_flink.size;
    let fed = u32::try_from((total_flink.bytes() / LEAST_PER_SLOT).max(1)).unwrap_or(u32::MAX);
    let slots = machines.cores.min(fed);
    let mut advisor = Advisor::new(settings);
    let why = match slots < machines.cores {
        false => format!("one slot a core: {slots} cores"),
        true => {
            format!("{} cores, but {total_flink} of Flink memory feed {slots} slots of 1 gb", machines.cores)
        }
    };
    advisor.int(SLOTS, i32::try_from(slots).unwrap_or(i32::MAX), why)?;
    let why = format!(
        "{} of the machine without {} for the operating system and the page cache",
        machines.memory,
        MemorySize::from_bytes(reserve)
    );
    advisor.memory(PROCESS, process, why)?;
    let memory = task_manager(&sized.with(SLOTS, slots.to_string()))?;
    let group = Group { task_managers: machines.count, slots };
    Ok(SlotReport { advice: advisor.finish(), ..look(&[group], jobs, Some(&memory)) })
}

/// The memory of a TaskManager.
pub(crate) fn task_manager(settings: &Settings) -> Result<TaskManagerMemory, TuningError> {
    match derive(Process::TaskManager, settings)? {
        ProcessMemory::TaskManager(memory) => Ok(*memory),
        ProcessMemory::JobManager(_) => Err(TuningError::Missing("the memory of a TaskManager is needed")),
    }
}

/// How many TaskManagers hold this many slots, the largest first; all of them where they do not.
fn enough(groups: &[Group], needed: u32) -> u32 {
    let mut groups: Vec<Group> = groups.iter().copied().filter(|group| group.slots > 0).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.slots));
    let (mut left, mut count) = (needed, 0_u32);
    for group in groups {
        let taken = left.div_ceil(group.slots).min(group.task_managers);
        left = left.saturating_sub(taken.saturating_mul(group.slots));
        count = count.saturating_add(taken);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::empty("1.20".parse().unwrap())
    }

    #[test]
    fn the_guides_twelve_slots_leave_four_idle() {
        let report = look(&[Group { task_managers: 3, slots: 4 }], &[8], None);
        assert_eq!((report.slots, report.needed, report.idle, report.missing), (12, 8, 4, 0));
        assert_eq!(report.task_managers_needed, 2);
        let more = look(&[Group { task_managers: 3, slots: 4 }], &[8, 6], None);
        assert_eq!((more.idle, more.missing, more.task_managers_needed), (0, 2, 3));
        let mixed = [Group { task_managers: 2, slots: 2 }, Group { task_managers: 1, slots: 8 }];
        assert_eq!(look(&mixed, &[9], None).task_managers_needed, 2);
    }

    #[test]
    fn a_slot_a_core_unless_memory_is_short() {
        let machines = Machines { count: 3, cores: 8, memory: MemorySize::from_mebibytes(32 << 10) };
        let report = propose(machines, &[16], &settings()).unwrap();
        assert_eq!((report.slots, report.idle), (24, 8));
        let values: Vec<_> = report.advice.iter().map(|one| one.value.as_deref().unwrap()).collect();
        assert_eq!(values, ["8", "28672m"]);
        // The same memory for 64 cores feeds as many slots as there are gigabytes.
        let report = propose(Machines { cores: 64, ..machines }, &[16], &settings()).unwrap();
        assert_eq!(report.slots, 3 * 26);
        let tiny = Machines { memory: MemorySize::from_mebibytes(1200), ..machines };
        let error = propose(tiny, &[1], &settings()).unwrap_err().to_string();
        assert!(error.starts_with("a TaskManager on a machine of 1200 mb does not fit"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn slots_are_taken_idle_or_missing(groups in proptest::collection::vec((0..50_u32, 0..50_u32), 0..4),
                                           jobs in proptest::collection::vec(0..200_u32, 0..4)) {
            let groups: Vec<_> =
                groups.into_iter().map(|(task_managers, slots)| Group { task_managers, slots }).collect();
            let report = look(&groups, &jobs, None);
            proptest::prop_assert_eq!(report.slots + report.missing, report.needed + report.idle);
            proptest::prop_assert!(report.task_managers_needed <= report.task_managers);
        }
    }
}

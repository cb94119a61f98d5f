//! The memory of RocksDB: where it comes from, and what is made of it.
//!
//! Flink gives all RocksDB instances of a slot one block cache, which their write buffers are counted against. With `m`
//! bytes for the slot and `r = write-buffer-ratio`, the cache has `(3 - r) × m / 3` bytes and the write buffers
//! `2 × r × m / 3`: since a full write buffer lives on for half its size while it is flushed, both together come to `m`
//! (`RocksDBMemoryControllerUtils`). `m` is, the first that holds: `fixed-per-slot`, outside of managed memory; the
//! state backend's part of the slot's managed memory, which is all of it where no Python function runs; `fixed-per-tm`,
//! outside of it too and for all slots together (`RocksDBSharedResourcesFactory`).

use ops_core::units::MemorySize;
use serde::Serialize;

use crate::advice::{Advice, Advisor};
use crate::error::TuningError;
use crate::memory::TaskManagerMemory;
use crate::settings::Settings;
use crate::slots::task_manager;

const FIXED_PER_SLOT: &str = "state.backend.rocksdb.memory.fixed-per-slot";
const FIXED_PER_TM: &str = "state.backend.rocksdb.memory.fixed-per-tm";
const MANAGED: &str = "state.backend.rocksdb.memory.managed";
const RATIO: &str = "state.backend.rocksdb.memory.write-buffer-ratio";
const HIGH_PRIORITY: &str = "state.backend.rocksdb.memory.high-prio-pool-ratio";
const WRITE_BUFFER: &str = "state.backend.rocksdb.writebuffer.size";
const BACKEND: &str = "state.backend.type";
const WEIGHTS: &str = "taskmanager.memory.managed.consumer-weights";
const MANAGED_FRACTION: &str = "taskmanager.memory.managed.fraction";
const MANAGED_SIZE: &str = "taskmanager.memory.managed.size";

/// More managed memory than this part of total Flink memory leaves too little for the heap.
const MOST_MANAGED: f64 = 0.7;

/// What runs besides RocksDB in a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// States of all operators in a slot together: each has write buffers of its own. 0: not known.
    pub states: u64,
    /// Whether Python functions share the slot's managed memory.
    pub python: bool,
}

/// Where the memory comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Managed memory.
    Managed,
    /// A fixed size for each slot, outside of managed memory.
    FixedPerSlot,
    /// A fixed size for all slots, outside of managed memory.
    FixedPerTaskManager,
    /// Nowhere: every state takes what it wants.
    Unbounded,
}

/// RocksDB's memory in a slot, in bytes (with [`Source::FixedPerTaskManager`], in the TaskManager).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RocksDbReport {
    /// The state backend that the configuration names.
    pub backend: String,
    /// Where the memory comes from.
    pub source: Source,
    /// The managed memory of a slot.
    pub managed_per_slot: u64,
    /// The managed memory of the TaskManager that neither RocksDB nor Python uses.
    pub managed_unused: u64,
    /// Native memory that no part of the memory model holds, for the whole TaskManager.
    pub outside_of_model: u64,
    /// What RocksDB has; the following are its parts. `None`: without bound.
    pub budget: Option<u64>,
    /// The block cache, everything counted against it.
    pub block_cache: Option<u64>,
    /// What write buffers may take of it.
    pub write_buffers: Option<u64>,
    /// What is kept for index and filter blocks.
    pub high_priority: Option<u64>,
    /// The piece in which a write buffer grows.
    pub arena_block: u64,
    /// Write buffers in use beyond this are flushed, full or not.
    pub mutable_limit: Option<u64>,
    /// Whether not even one piece fits, so that RocksDB flushes all the time.
    pub flushes_constantly: bool,
    /// Keys to change.
    pub advice: Vec<Advice>,
    /// What no key mends, or what should be known before one is set.
    pub notes: Vec<String>,
}

/// What RocksDB makes of these settings.
///
/// # Errors
/// Flink refuses the settings, or a ratio is out of its range.
pub fn advise(settings: &Settings, workload: Workload) -> Result<RocksDbReport, TuningError> {
    let memory = task_manager(settings)?;
    let slots = u64::try_from(memory.slots).unwrap_or(1).max(1);
    let managed_per_slot = memory.managed.size.bytes() / slots;
    let ratio = ratio(settings, RATIO)?;
    let (source, budget) = source(settings, managed_per_slot, workload)?;
    let arena_block = arena_block(settings.memory(WRITE_BUFFER)?.value.bytes());
    let mutable_limit = budget.map(|budget| mutable_limit(write_buffers(budget, ratio)));
    let backend = settings.string(BACKEND).value;
    let uses_rocksdb = backend.eq_ignore_ascii_case("rocksdb") || backend.contains("RocksDB");
    let mut report = RocksDbReport {
        backend,
        source,
        managed_per_slot,
        managed_unused: match (uses_rocksdb, source) {
            (true, Source::Managed) => 0,
            _ => memory.managed.size.bytes(),
        },
        outside_of_model: match source {
            Source::FixedPerSlot => budget.unwrap_or(0).saturating_mul(slots),
            Source::FixedPerTaskManager => budget.unwrap_or(0),
            Source::Managed | Source::Unbounded => 0,
        },
        budget,
        block_cache: budget.map(|budget| block_cache(budget, ratio)),
        write_buffers: budget.map(|budget| write_buffers(budget, ratio)),
        high_priority: None,
        arena_block,
        mutable_limit,
        flushes_constantly: mutable_limit.is_some_and(|limit| arena_block > limit),
        advice: Vec::new(),
        notes: Vec::new(),
    };
    let high_priority = self::ratio(settings, HIGH_PRIORITY)?;
    report.high_priority = report.block_cache.map(|cache| (cache as f64 * high_priority) as u64);
    let mut advisor = Advisor::new(settings);
    if uses_rocksdb {
        place(settings, &mut advisor, &mut report)?;
        feed(settings, &mut advisor, &mut report, &memory, workload, ratio)?;
    } else {
        let found = if report.backend.is_empty() { "not set" } else { report.backend.as_str() };
        report
            .notes
            .push(format!("{BACKEND} is {found}: RocksDB takes no memory unless a job chooses it itself"));
    }
    report.advice = advisor.finish();
    Ok(report)
}

/// Memory from the wrong place.
fn place(
    settings: &Settings,
    advisor: &mut Advisor<'_>,
    report: &mut RocksDbReport,
) -> Result<(), TuningError> {
    if report.source == Source::FixedPerSlot && report.managed_per_slot > 0 {
        let why = format!(
            "it takes the place of managed memory: {} a TaskManager lie idle, and RocksDB's memory is in no part of the memory model",
            MemorySize::from_bytes(report.managed_unused).human()
        );
        advisor.remove(FIXED_PER_SLOT, why);
        advisor.boolean(MANAGED, true, "RocksDB takes its memory from managed memory".to_owned())?;
    }
    if settings.contains(FIXED_PER_TM) && matches!(report.source, Source::Managed | Source::FixedPerSlot) {
        advisor.remove(
            FIXED_PER_TM,
            "it has no effect here: fixed-per-slot and managed memory come first".to_owned(),
        );
    }
    if report.source == Source::Unbounded {
        let why =
            "nothing bounds RocksDB: each state takes 2 write buffers of 64 mb and a block cache of its own"
                .to_owned();
        advisor.boolean(MANAGED, true, why)?;
    }
    Ok(())
}

/// Write buffers for every state.
fn feed(
    settings: &Settings,
    advisor: &mut Advisor<'_>,
    report: &mut RocksDbReport,
    memory: &TaskManagerMemory,
    workload: Workload,
    ratio: f64,
) -> Result<(), TuningError> {
    let Some(limit) = report.mutable_limit.filter(|_| report.source == Source::Managed) else {
        return Ok(());
    };
    let write_buffer = settings.memory(WRITE_BUFFER)?.value.bytes();
    // A state should fill one write buffer before it is flushed, and always has one piece of memory.
    let wanted = workload.states.max(1).saturating_mul(write_buffer);
    if limit >= wanted || (workload.states == 0 && !report.flushes_constantly) {
        return Ok(());
    }
    let budget = wanted as f64 * 8.0 / 7.0 * 3.0 / (2.0 * ratio.max(0.01));
    let share = if workload.python { state_share(settings, workload)? } else { 1.0 };
    let fraction = budget / share * f64::from(memory.slots.max(1)) / memory.total_flink.size.bytes() as f64;
    let fraction = (fraction * 100.0).ceil() / 100.0;
    let why = format!(
        "{} states with write buffers of {} need {} in each slot, and {} are left before a flush",
        workload.states.max(1),
        MemorySize::from_bytes(write_buffer),
        MemorySize::from_bytes(budget as u64).human(),
        MemorySize::from_bytes(limit).human()
    );
    if fraction > MOST_MANAGED {
        report.notes.push(format!(
            "{why}: that is more than {MOST_MANAGED} of total Flink memory; fewer slots a TaskManager, a larger \
             process, or a smaller {WRITE_BUFFER} would do"
        ));
        return Ok(());
    }
    if settings.contains(MANAGED_SIZE) {
        let bytes = (memory.total_flink.size.bytes() as f64 * fraction) as u64 >> 20 << 20;
        advisor.memory(MANAGED_SIZE, MemorySize::from_bytes(bytes), why)?;
    } else {
        advisor.text(MANAGED_FRACTION, &format!("{fraction:.2}"), why);
    }
    Ok(())
}

/// What a slot (or the TaskManager) has for RocksDB.
fn source(
    settings: &Settings,
    managed_per_slot: u64,
    workload: Workload,
) -> Result<(Source, Option<u64>), TuningError> {
    let per_slot = settings.memory(FIXED_PER_SLOT)?;
    if per_slot.is_set {
        return Ok((Source::FixedPerSlot, Some(per_slot.value.bytes())));
    }
    if settings.boolean(MANAGED)?.value {
        let share = state_share(settings, workload)?;
        return Ok((Source::Managed, Some((managed_per_slot as f64 * share) as u64)));
    }
    let per_tm = settings.memory(FIXED_PER_TM)?.value.bytes();
    Ok(match per_tm {
        0 => (Source::Unbounded, None),
        bytes => (Source::FixedPerTaskManager, Some(bytes)),
    })
}

/// The state backend's part of managed memory: by weight, among those that use it at all.
fn state_share(settings: &Settings, workload: Workload) -> Result<f64, TuningError> {
    if !workload.python {
        return Ok(1.0);
    }
    let text = settings.string(WEIGHTS).value;
    let weight = |consumer: &str| {
        let mut pairs = text.split(',').filter_map(|pair| pair.split_once(':'));
        pairs
            .rfind(|(name, _)| name.trim() == consumer)
            .map_or(0.0, |(_, weight)| weight.trim().parse::<f64>().unwrap_or(0.0))
    };
    let (states, python) = (weight("STATE_BACKEND"), weight("PYTHON"));
    if states <= 0.0 {
        let needed = "STATE_BACKEND needs a weight above 0, such as STATE_BACKEND:70,PYTHON:30";
        return Err(TuningError::OutOfRange { what: WEIGHTS, found: text, needed });
    }
    Ok(states / (states + python))
}

fn ratio(settings: &Settings, key: &'static str) -> Result<f64, TuningError> {
    let given = settings.double(key)?;
    if (0.0..=1.0).contains(&given.value) {
        return Ok(given.value);
    }
    Err(TuningError::OutOfRange { what: key, found: given.value.to_string(), needed: "0 to 1 is needed" })
}

/// The size of the cache that RocksDB is given.
pub fn block_cache(budget: u64, ratio: f64) -> u64 {
    ((3.0 - ratio) * budget as f64 / 3.0) as u64
}

/// What write buffers may take of it.
pub fn write_buffers(budget: u64, ratio: f64) -> u64 {
    ((2 * budget) as f64 * ratio / 3.0) as u64
}

/// The piece in which a write buffer of this size grows: an eighth, in whole pages of 4096 bytes.
pub fn arena_block(write_buffer: u64) -> u64 {
    (write_buffer / 8).div_ceil(4096) * 4096
}

/// How much of the write buffers may be in use before they are flushed: seven eighths.
pub fn mutable_limit(write_buffers: u64) -> u64 {
    write_buffers * 7 / 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guide() -> Settings {
        Settings::empty("1.18".parse().unwrap())
            .with("taskmanager.memory.process.size", "16384m")
            .with("taskmanager.numberOfTaskSlots", "4")
            .with("state.backend", "rocksdb")
    }

    #[test]
    fn rocksdb_has_all_managed_memory_not_half() {
        let report = advise(&guide(), Workload::default()).unwrap();
        assert_eq!((report.source, report.budget), (Source::Managed, Some(report.managed_per_slot)));
        assert_eq!(report.managed_per_slot, 6_335_076_856 / 4);
        assert_eq!((report.managed_unused, report.advice.len()), (0, 0));
        assert_eq!(report.write_buffers, Some(527_923_071));
        let python = advise(&guide(), Workload { python: true, ..Workload::default() }).unwrap();
        assert_eq!(python.budget, Some(1_108_638_449));
    }

    #[test]
    fn the_guides_fixed_size_leaves_managed_memory_idle() {
        let settings = guide().with(FIXED_PER_SLOT, "256mb").with(FIXED_PER_TM, "1g");
        let report = advise(&settings, Workload::default()).unwrap();
        assert_eq!((report.source, report.budget), (Source::FixedPerSlot, Some(256 << 20)));
        assert_eq!((report.managed_unused, report.outside_of_model), (6_335_076_856, 1 << 30));
        let keys: Vec<_> = report.advice.iter().map(|one| (one.key.as_str(), one.value.as_deref())).collect();
        assert_eq!(keys, [(FIXED_PER_SLOT, None), (FIXED_PER_TM, None)]);
    }

    #[test]
    fn unmanaged_rocksdb_is_unbounded_or_shared_by_the_taskmanager() {
        let off = guide().with(MANAGED, "false");
        let report = advise(&off, Workload::default()).unwrap();
        assert_eq!((report.source, report.budget), (Source::Unbounded, None));
        assert_eq!(report.advice[0].value.as_deref(), Some("true"));
        let report = advise(&off.with(FIXED_PER_TM, "1g"), Workload::default()).unwrap();
        assert_eq!((report.source, report.budget), (Source::FixedPerTaskManager, Some(1 << 30)));
    }

    #[test]
    fn many_states_need_more_write_buffers() {
        let workload = |states| Workload { states, python: false };
        assert!(advise(&guide(), workload(6)).unwrap().advice.is_empty());
        let report = advise(&guide(), workload(10)).unwrap();
        assert_eq!(report.advice[0].key, MANAGED_FRACTION);
        let more = report.advice[0].value.clone().unwrap();
        let after = advise(&guide().with(MANAGED_FRACTION, more), workload(10)).unwrap();
        assert!(after.advice.is_empty() && after.notes.is_empty(), "{after:?}");
        let report = advise(&guide(), workload(1000)).unwrap();
        assert!(report.advice.is_empty() && report.notes[0].contains("fewer slots"), "{report:?}");
    }

    #[test]
    fn a_starved_slot_flushes_all_the_time_and_another_backend_takes_nothing() {
        let starved = guide().with("taskmanager.numberOfTaskSlots", "400");
        let report = advise(&starved, Workload::default()).unwrap();
        assert!(report.flushes_constantly && !report.notes.is_empty(), "{report:?}");
        let heap = guide().with("state.backend", "hashmap");
        let report = advise(&heap, Workload::default()).unwrap();
        assert_eq!(report.managed_unused, 6_335_076_856);
        assert!(report.notes[0].starts_with("state.backend.type is hashmap"), "{report:?}");
    }
}

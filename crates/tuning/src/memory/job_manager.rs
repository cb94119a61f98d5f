//! The memory of a JobManager (`JobManagerProcessUtils`, `JobManagerFlinkMemoryUtils`).

use ops_core::units::MemorySize;

use super::arithmetic::sum;
use super::figure::{Figure, Origin, Part};
use super::jvm::{FlinkParts, Frame, Keys, divide};
use super::range::RangeKeys;
use super::refusal::Refusal;
use crate::settings::Settings;

const HEAP: &str = "jobmanager.memory.heap.size";
const OFF_HEAP: &str = "jobmanager.memory.off-heap.size";
const TOTAL_FLINK: &str = "jobmanager.memory.flink.size";

const KEYS: Keys = Keys {
    total_process: "jobmanager.memory.process.size",
    total_flink: TOTAL_FLINK,
    metaspace: "jobmanager.memory.jvm-metaspace.size",
    overhead: RangeKeys {
        min: "jobmanager.memory.jvm-overhead.min",
        max: "jobmanager.memory.jvm-overhead.max",
        fraction: "jobmanager.memory.jvm-overhead.fraction",
    },
    parts: &[HEAP],
    parts_text: "jobmanager.memory.heap.size",
};

/// What a JobManager's memory is divided into.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "`Part` describes each")]
pub struct JobManagerMemory {
    pub total_process: Figure,
    pub total_flink: Figure,
    pub heap: Figure,
    pub off_heap: Figure,
    pub jvm_metaspace: Figure,
    pub jvm_overhead: Figure,
    /// Whether the JVM is held to [`JobManagerMemory::off_heap`]; off unless asked for.
    pub limits_direct_memory: bool,
}

impl JobManagerMemory {
    pub(super) fn derive(settings: &Settings) -> Result<Self, Refusal> {
        let (Parts { heap, off_heap }, frame) = divide::<Parts>(settings, &KEYS)?;
        let limits_direct_memory =
            settings.boolean("jobmanager.memory.enable-jvm-direct-memory-limit")?.value;
        let Frame { total_process, total_flink, metaspace, overhead } = frame;
        let (jvm_metaspace, jvm_overhead) = (metaspace, overhead);
        Ok(Self {
            total_process,
            total_flink,
            heap,
            off_heap,
            jvm_metaspace,
            jvm_overhead,
            limits_direct_memory,
        })
    }

    /// The arguments that the start script gives the JVM.
    pub fn jvm_args(&self) -> String {
        let (heap, metaspace) = (self.heap.bytes(), self.jvm_metaspace.bytes());
        let direct = match self.limits_direct_memory {
            true => format!(" -XX:MaxDirectMemorySize={}", self.off_heap.bytes()),
            false => String::new(),
        };
        format!("-Xmx{heap} -Xms{heap}{direct} -XX:MaxMetaspaceSize={metaspace}")
    }

    /// Every figure, the totals first.
    pub fn figures(&self) -> [(Part, &Figure); 6] {
        [
            (Part::TotalProcess, &self.total_process),
            (Part::TotalFlink, &self.total_flink),
            (Part::Heap, &self.heap),
            (Part::OffHeap, &self.off_heap),
            (Part::JvmMetaspace, &self.jvm_metaspace),
            (Part::JvmOverhead, &self.jvm_overhead),
        ]
    }
}

struct Parts {
    heap: Figure,
    off_heap: Figure,
}

impl FlinkParts for Parts {
    fn from_parts(settings: &Settings) -> Result<Self, Refusal> {
        let heap = Figure::given(settings.memory(HEAP)?);
        let off_heap = Figure::given(settings.memory(OFF_HEAP)?);
        if !settings.contains(TOTAL_FLINK) {
            return Ok(Self { heap, off_heap });
        }
        let total = settings.memory(TOTAL_FLINK)?;
        if settings.contains(OFF_HEAP) {
            let taken = sum(&[heap.bytes(), off_heap.bytes()])?;
            if taken != total.value.bytes() {
                return Err(Refusal::Mismatch {
                    total_key: total.key,
                    total: total.value,
                    sum: MemorySize::from_bytes(taken),
                    parts: vec![(Part::Heap, heap.size), (Part::OffHeap, off_heap.size)],
                });
            }
            return Ok(Self { heap, off_heap });
        }
        // The default of the off-heap size does not count here.
        let Some(left) = total.value.bytes().checked_sub(heap.bytes()) else {
            return Err(Refusal::TooSmall {
                whole: Part::TotalFlink,
                keys: TOTAL_FLINK,
                size: total.value,
                sum: heap.size,
                parts: vec![(Part::Heap, heap.size)],
            });
        };
        Ok(Self { heap, off_heap: Figure::new(left, Origin::Rest { of: Part::TotalFlink }) })
    }

    fn from_total(settings: &Settings, total: u64) -> Result<Self, Refusal> {
        let off_heap = Figure::given(settings.memory(OFF_HEAP)?);
        // Nothing left for the heap is not enough.
        match total.checked_sub(off_heap.bytes()) {
            Some(left) if left > 0 => {
                Ok(Self { heap: Figure::new(left, Origin::Rest { of: Part::TotalFlink }), off_heap })
            }
            _ => Err(Refusal::NoHeap { total: MemorySize::from_bytes(total), off_heap: off_heap.size }),
        }
    }

    fn total(&self) -> Result<u64, Refusal> {
        sum(&[self.heap.bytes(), self.off_heap.bytes()])
    }
}

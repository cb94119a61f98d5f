//! The memory of a TaskManager (`TaskExecutorProcessUtils`, `TaskExecutorFlinkMemoryUtils`).

use ops_core::units::MemorySize;

use super::arithmetic::sum;
use super::figure::{Figure, Origin, Part};
use super::jvm::{FlinkParts, Frame, Keys, divide};
use super::range::{Range, RangeKeys};
use super::refusal::Refusal;
use crate::settings::Settings;

const TASK_HEAP: &str = "taskmanager.memory.task.heap.size";
const MANAGED: &str = "taskmanager.memory.managed.size";
const TOTAL_FLINK: &str = "taskmanager.memory.flink.size";
const NETWORK: RangeKeys = RangeKeys {
    min: "taskmanager.memory.network.min",
    max: "taskmanager.memory.network.max",
    fraction: "taskmanager.memory.network.fraction",
};
const SLOTS: &str = "taskmanager.numberOfTaskSlots";
const CORES: &str = "taskmanager.cpu.cores";
/// Gone with 2.0; before, it counted where none of the three network options was set.
const BUFFER_COUNT: &str = "taskmanager.network.numberOfBuffers";
const SEGMENT: &str = "taskmanager.memory.segment-size";

const KEYS: Keys = Keys {
    total_process: "taskmanager.memory.process.size",
    total_flink: TOTAL_FLINK,
    metaspace: "taskmanager.memory.jvm-metaspace.size",
    overhead: RangeKeys {
        min: "taskmanager.memory.jvm-overhead.min",
        max: "taskmanager.memory.jvm-overhead.max",
        fraction: "taskmanager.memory.jvm-overhead.fraction",
    },
    parts: &[TASK_HEAP, MANAGED],
    parts_text: "both taskmanager.memory.task.heap.size and taskmanager.memory.managed.size",
};

/// What a TaskManager's memory is divided into.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "`Part` describes each")]
pub struct TaskManagerMemory {
    pub total_process: Figure,
    pub total_flink: Figure,
    pub framework_heap: Figure,
    pub task_heap: Figure,
    pub managed: Figure,
    pub framework_off_heap: Figure,
    pub task_off_heap: Figure,
    pub network: Figure,
    pub jvm_metaspace: Figure,
    pub jvm_overhead: Figure,
    /// Processors, as Flink counts them: `taskmanager.cpu.cores`, or one a slot.
    pub cpu_cores: f64,
    /// Task slots.
    pub slots: i32,
}

impl TaskManagerMemory {
    pub(super) fn derive(settings: &Settings) -> Result<Self, Refusal> {
        let (parts, frame) = divide::<Parts>(settings, &KEYS)?;
        let slots = settings.int(SLOTS, 1)?;
        let (cpu_cores, cores_key) = match settings.contains(CORES) {
            true => (settings.double(CORES)?.value, CORES),
            false => (slots.value.into(), slots.key),
        };
        if cpu_cores <= 0.0 || !cpu_cores.is_finite() {
            return Err(Refusal::NoProcessor { key: cores_key, found: cpu_cores });
        }
        let Frame { total_process, total_flink, metaspace, overhead } = frame;
        Ok(Self {
            total_process,
            total_flink,
            framework_heap: parts.framework_heap,
            task_heap: parts.task_heap,
            managed: parts.managed,
            framework_off_heap: parts.framework_off_heap,
            task_off_heap: parts.task_off_heap,
            network: parts.network,
            jvm_metaspace: metaspace,
            jvm_overhead: overhead,
            cpu_cores,
            slots: slots.value,
        })
    }

    /// The arguments that the start script gives the JVM.
    pub fn jvm_args(&self) -> String {
        let heap = self.framework_heap.bytes() + self.task_heap.bytes();
        let direct = self.framework_off_heap.bytes() + self.task_off_heap.bytes() + self.network.bytes();
        let metaspace = self.jvm_metaspace.bytes();
        format!("-Xmx{heap} -Xms{heap} -XX:MaxDirectMemorySize={direct} -XX:MaxMetaspaceSize={metaspace}")
    }

    /// Every figure, the totals first, then the parts in the order in which Flink lists them.
    pub fn figures(&self) -> [(Part, &Figure); 10] {
        [
            (Part::TotalProcess, &self.total_process),
            (Part::TotalFlink, &self.total_flink),
            (Part::FrameworkHeap, &self.framework_heap),
            (Part::TaskHeap, &self.task_heap),
            (Part::Managed, &self.managed),
            (Part::FrameworkOffHeap, &self.framework_off_heap),
            (Part::TaskOffHeap, &self.task_off_heap),
            (Part::Network, &self.network),
            (Part::JvmMetaspace, &self.jvm_metaspace),
            (Part::JvmOverhead, &self.jvm_overhead),
        ]
    }
}

/// The parts of total Flink memory.
struct Parts {
    framework_heap: Figure,
    task_heap: Figure,
    managed: Figure,
    framework_off_heap: Figure,
    task_off_heap: Figure,
    network: Figure,
}

/// The parts that are never derived.
struct Fixed {
    framework_heap: Figure,
    framework_off_heap: Figure,
    task_off_heap: Figure,
}

impl Fixed {
    fn read(settings: &Settings) -> Result<Self, Refusal> {
        let figure = |key: &'static str| settings.memory(key).map(Figure::given);
        Ok(Self {
            framework_heap: figure("taskmanager.memory.framework.heap.size")?,
            framework_off_heap: figure("taskmanager.memory.framework.off-heap.size")?,
            task_off_heap: figure("taskmanager.memory.task.off-heap.size")?,
        })
    }

    fn sizes(&self) -> [(Part, MemorySize); 3] {
        [
            (Part::FrameworkHeap, self.framework_heap.size),
            (Part::FrameworkOffHeap, self.framework_off_heap.size),
            (Part::TaskOffHeap, self.task_off_heap.size),
        ]
    }

    fn with(self, task_heap: Figure, managed: Figure, network: Figure) -> Parts {
        let Self { framework_heap, framework_off_heap, task_off_heap } = self;
        Parts { framework_heap, task_heap, managed, framework_off_heap, task_off_heap, network }
    }
}

impl FlinkParts for Parts {
    fn from_parts(settings: &Settings) -> Result<Self, Refusal> {
        let task_heap = Figure::given(settings.memory(TASK_HEAP)?);
        let managed = Figure::given(settings.memory(MANAGED)?);
        let fixed = Fixed::read(settings)?;
        let others = [(Part::TaskHeap, task_heap.size), (Part::Managed, managed.size)];
        let network = if settings.contains(TOTAL_FLINK) {
            let left = leave(settings.memory(TOTAL_FLINK)?.value.bytes(), &fixed, &others)?;
            rest_for_network(settings, left)?
        } else if let Some(network) = counted_buffers(settings)? {
            network
        } else {
            let taken = sum_of(&fixed, &others)?;
            Range::read(settings, Part::Network, &NETWORK)?.inverse_share(Part::TotalFlink, taken)?
        };
        Ok(fixed.with(task_heap, managed, network))
    }

    fn from_total(settings: &Settings, total: u64) -> Result<Self, Refusal> {
        let fixed = Fixed::read(settings)?;
        if settings.contains(TASK_HEAP) {
            let task_heap = Figure::given(settings.memory(TASK_HEAP)?);
            let managed = managed_of(settings, total)?;
            let others = [(Part::TaskHeap, task_heap.size), (Part::Managed, managed.size)];
            let network = rest_for_network(settings, leave(total, &fixed, &others)?)?;
            return Ok(fixed.with(task_heap, managed, network));
        }
        let managed = managed_of(settings, total)?;
        let network = match counted_buffers(settings)? {
            Some(network) => network,
            None => Range::read(settings, Part::Network, &NETWORK)?.share(Part::TotalFlink, total)?,
        };
        let others = [(Part::Managed, managed.size), (Part::Network, network.size)];
        let left = leave(total, &fixed, &others)?;
        let task_heap = Figure::new(left, Origin::Rest { of: Part::TotalFlink });
        Ok(fixed.with(task_heap, managed, network))
    }

    fn total(&self) -> Result<u64, Refusal> {
        sum(&[
            self.framework_heap.bytes(),
            self.task_heap.bytes(),
            self.managed.bytes(),
            self.framework_off_heap.bytes(),
            self.task_off_heap.bytes(),
            self.network.bytes(),
        ])
    }
}

fn managed_of(settings: &Settings, total: u64) -> Result<Figure, Refusal> {
    if settings.contains(MANAGED) {
        return Ok(Figure::given(settings.memory(MANAGED)?));
    }
    let range = Range::unbounded(settings, Part::Managed, "taskmanager.memory.managed.fraction")?;
    range.share(Part::TotalFlink, total)
}

/// Network memory that is what everything else leaves.
fn rest_for_network(settings: &Settings, left: u64) -> Result<Figure, Refusal> {
    match counted_buffers(settings)? {
        Some(counted) if counted.bytes() == left => Ok(counted),
        Some(counted) => {
            Err(Refusal::BufferCount { left: MemorySize::from_bytes(left), wanted: counted.size })
        }
        None => Range::read(settings, Part::Network, &NETWORK)?.rest(Part::TotalFlink, left),
    }
}

/// Network memory by a number of buffers, where the version still counts them.
fn counted_buffers(settings: &Settings) -> Result<Option<Figure>, Refusal> {
    let sized = || [NETWORK.min, NETWORK.max, NETWORK.fraction].iter().any(|key| settings.contains(key));
    if !settings.contains(BUFFER_COUNT) || sized() {
        return Ok(None);
    }
    let count = settings.int(BUFFER_COUNT, 0)?;
    let segment = segment_size(settings)?;
    let Ok(number) = u64::try_from(count.value) else {
        return Err(Refusal::Negative { key: count.key, found: count.value.into() });
    };
    Ok(Some(Figure::new(number * segment, Origin::Buffers { count: number, segment })))
}

/// The size of a network buffer.
pub(crate) fn segment_size(settings: &Settings) -> Result<u64, Refusal> {
    let given = settings.memory(SEGMENT)?;
    let bytes = given.value.bytes();
    if bytes < 4096 || !bytes.is_power_of_two() || i32::try_from(bytes).is_err() {
        return Err(Refusal::SegmentSize { key: given.key, found: given.value });
    }
    Ok(bytes)
}

fn sum_of(fixed: &Fixed, others: &[(Part, MemorySize)]) -> Result<u64, Refusal> {
    let parts = fixed.sizes();
    let sizes: Vec<u64> = parts.iter().chain(others).map(|(_, size)| size.bytes()).collect();
    sum(&sizes)
}

/// What the parts leave of total Flink memory.
fn leave(total: u64, fixed: &Fixed, others: &[(Part, MemorySize)]) -> Result<u64, Refusal> {
    let taken = sum_of(fixed, others)?;
    total.checked_sub(taken).ok_or_else(|| Refusal::TooSmall {
        whole: Part::TotalFlink,
        keys: "taskmanager.memory.process.size or taskmanager.memory.flink.size",
        size: MemorySize::from_bytes(total),
        sum: MemorySize::from_bytes(taken),
        parts: fixed.sizes().into_iter().chain(others.iter().copied()).collect(),
    })
}

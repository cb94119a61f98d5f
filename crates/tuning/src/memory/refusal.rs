//! Why a process does not start with a configuration.

use ops_core::units::MemorySize;

use super::figure::Part;
use crate::settings::BadValue;

/// Flink refuses the configuration. Each variant says what was found, what is needed, and which keys mend it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A value is not of its option's type.
    #[error(transparent)]
    Value(#[from] BadValue),
    /// Nothing says how large the process is.
    #[error(
        "nothing says how large the process is; set {total_process} (the whole process), {total_flink}, or {parts}"
    )]
    NoSize {
        /// The key of total process memory.
        total_process: &'static str,
        /// The key of total Flink memory.
        total_flink: &'static str,
        /// The keys of the parts that would do.
        parts: &'static str,
    },
    /// A lower bound above its upper bound.
    #[error(
        "the lower bound of {part}, {min} by {min_key}, is above its upper bound, {max} by {max_key}; \
         lower the one or raise the other"
    )]
    CrossedBounds {
        /// What is bounded.
        part: Part,
        /// The lower bound.
        min: MemorySize,
        /// Its key.
        min_key: &'static str,
        /// The upper bound.
        max: MemorySize,
        /// Its key.
        max_key: &'static str,
    },
    /// A fraction below 0, or 1 and more, or none at all.
    #[error("{key} is {found}; a fraction from 0 to less than 1 is needed")]
    Fraction {
        /// The key.
        key: &'static str,
        /// The value.
        found: f32,
    },
    /// The parts take more than there is.
    #[error(
        "{}: together {}, more than the {} of {whole}; raise it ({keys}) or lower one of them",
        list(parts), sum.human(), size.human()
    )]
    TooSmall {
        /// What is to be divided.
        whole: Part,
        /// The keys that give its size.
        keys: &'static str,
        /// Its size.
        size: MemorySize,
        /// What the parts take.
        sum: MemorySize,
        /// The parts.
        parts: Vec<(Part, MemorySize)>,
    },
    /// A JobManager without a heap.
    #[error(
        "total Flink memory of {} leaves no heap beside {} off-heap; raise it (jobmanager.memory.process.size or \
         jobmanager.memory.flink.size), or lower jobmanager.memory.off-heap.size",
        total.human(), off_heap.human()
    )]
    NoHeap {
        /// Total Flink memory.
        total: MemorySize,
        /// The off-heap part.
        off_heap: MemorySize,
    },
    /// What was set makes up another total than the one that was set.
    #[error(
        "{}: together {}, and {total_key} says {}; set the total or the parts, not both",
        list(parts), sum.human(), total.human()
    )]
    Mismatch {
        /// The key of the total.
        total_key: &'static str,
        /// The total.
        total: MemorySize,
        /// What the parts make up.
        sum: MemorySize,
        /// The parts.
        parts: Vec<(Part, MemorySize)>,
    },
    /// What is left for a part is outside of its bounds.
    #[error(
        "{of} leaves {} for {part}, and {min} ({min_key}) to {max} ({max_key}) are allowed; \
         change what is set beside it, or move the bound",
        left.human()
    )]
    OutOfBounds {
        /// The part.
        part: Part,
        /// What it is left of.
        of: Part,
        /// What is left.
        left: MemorySize,
        /// The least.
        min: MemorySize,
        /// The key of the least.
        min_key: &'static str,
        /// The most.
        max: MemorySize,
        /// The key of the most.
        max_key: &'static str,
    },
    /// The number of network buffers does not make up the network memory.
    #[error(
        "{} are left for network memory, and taskmanager.network.numberOfBuffers makes it {}; \
         remove that key, which Flink 2.0 dropped",
        left.human(), wanted.human()
    )]
    BufferCount {
        /// What is left.
        left: MemorySize,
        /// What the key makes.
        wanted: MemorySize,
    },
    /// The size of a buffer is no power of two, or too small or large.
    #[error("{key} is {} bytes; a power of two from 4096 bytes to 1 gb is needed", found.bytes())]
    SegmentSize {
        /// The key.
        key: &'static str,
        /// The value.
        found: MemorySize,
    },
    /// A number that cannot be negative is.
    #[error("{key} is {found}; it cannot be negative")]
    Negative {
        /// The key.
        key: &'static str,
        /// The value.
        found: i64,
    },
    /// No processor to run on.
    #[error(
        "{key} gives the TaskManager {found} processors; more than 0 are needed: set taskmanager.cpu.cores or correct {key}"
    )]
    NoProcessor {
        /// The key.
        key: &'static str,
        /// The value.
        found: f64,
    },
    /// A sum or product beyond 2⁶³ - 1 bytes.
    #[error(
        "the sizes add up to more than 9223372036854775807 bytes, which is more than Flink can hold; lower them"
    )]
    TooLarge,
}

/// `task heap 1 gb, managed memory 2 gb`.
fn list(parts: &[(Part, MemorySize)]) -> String {
    let parts: Vec<_> = parts.iter().map(|(part, size)| format!("{part} {size}")).collect();
    parts.join(", ")
}

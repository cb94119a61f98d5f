//! A figure of the model, and the rule that made it.

use std::fmt;

use ops_core::units::MemorySize;

use crate::settings::Given;

/// A part of a process's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The whole process.
    TotalProcess,
    /// What Flink and its users have; the process without the JVM's own.
    TotalFlink,
    /// A TaskManager's own objects.
    FrameworkHeap,
    /// The objects of operators and functions.
    TaskHeap,
    /// State backends, sorting, Python; handed out per slot.
    Managed,
    /// A TaskManager's own direct and native memory.
    FrameworkOffHeap,
    /// Direct and native memory of functions.
    TaskOffHeap,
    /// Buffers between tasks.
    Network,
    /// A JobManager's heap.
    Heap,
    /// A JobManager's direct and native memory.
    OffHeap,
    /// Classes.
    JvmMetaspace,
    /// Thread stacks, compiled code, the garbage collector.
    JvmOverhead,
}

/// A size, and why it is that.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The size.
    pub size: MemorySize,
    /// The rule that made it.
    pub origin: Origin,
}

/// The rule that made a figure.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Origin {
    /// The value of a key, set or by default.
    Key(Given<()>),
    /// A share of another figure.
    Share {
        /// The fraction, as a float.
        fraction: Given<f32>,
        /// Of what.
        of: Part,
        /// The bound that it ran into.
        clamp: Option<Clamp>,
    },
    /// A share of a figure that is not known yet, since this one is a part of it.
    InverseShare {
        /// The fraction, as a float.
        fraction: Given<f32>,
        /// Of what.
        of: Part,
        /// The bound that it ran into.
        clamp: Option<Clamp>,
    },
    /// What another figure leaves.
    Rest {
        /// The figure that was given.
        of: Part,
    },
    /// All parts together.
    Sum,
    /// A number of buffers, given by a key that 2.0 dropped.
    Buffers {
        /// How many.
        count: u64,
        /// Bytes of each.
        segment: u64,
    },
}

/// A bound that took effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Clamp {
    /// Which.
    pub bound: Bound,
    /// Its key and value.
    pub limit: Given<MemorySize>,
}

/// Which bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The share was less.
    Lower,
    /// The share was more.
    Upper,
}

impl Figure {
    pub(super) fn new(bytes: u64, origin: Origin) -> Self {
        Self { size: MemorySize::from_bytes(bytes), origin }
    }

    /// A figure that a key gives.
    pub(super) fn given(given: Given<MemorySize>) -> Self {
        Self {
            size: given.value,
            origin: Origin::Key(Given { value: (), key: given.key, is_set: given.is_set }),
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.size.bytes()
    }
}

impl Part {
    /// The name of the part's field in JSON.
    pub fn field(self) -> &'static str {
        match self {
            Self::TotalProcess => "total_process",
            Self::TotalFlink => "total_flink",
            Self::FrameworkHeap => "framework_heap",
            Self::TaskHeap => "task_heap",
            Self::Managed => "managed",
            Self::FrameworkOffHeap => "framework_off_heap",
            Self::TaskOffHeap => "task_off_heap",
            Self::Network => "network",
            Self::Heap => "heap",
            Self::OffHeap => "off_heap",
            Self::JvmMetaspace => "jvm_metaspace",
            Self::JvmOverhead => "jvm_overhead",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TotalProcess => "total process memory",
            Self::TotalFlink => "total Flink memory",
            Self::FrameworkHeap => "framework heap",
            Self::TaskHeap => "task heap",
            Self::Managed => "managed memory",
            Self::FrameworkOffHeap => "framework off-heap",
            Self::TaskOffHeap => "task off-heap",
            Self::Network => "network memory",
            Self::Heap => "JVM heap",
            Self::OffHeap => "off-heap",
            Self::JvmMetaspace => "JVM metaspace",
            Self::JvmOverhead => "JVM overhead",
        })
    }
}

/// The rule in a few words.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "{}", from(key)),
            Self::Share { fraction, of, clamp } => {
                write!(f, "{} of {of} ({})", fraction.value, from(fraction))?;
                write_clamp(f, clamp.as_ref())
            }
            Self::InverseShare { fraction, of, clamp } => {
                write!(f, "{} of {of}, itself included ({})", fraction.value, from(fraction))?;
                write_clamp(f, clamp.as_ref())
            }
            Self::Rest { of } => write!(f, "what the other parts leave of {of}"),
            Self::Sum => f.write_str("the sum of its parts"),
            Self::Buffers { count, segment } => {
                write!(f, "{count} buffers of {segment} bytes (taskmanager.network.numberOfBuffers)")
            }
        }
    }
}

fn write_clamp(f: &mut fmt::Formatter<'_>, clamp: Option<&Clamp>) -> fmt::Result {
    let Some(Clamp { bound, limit }) = clamp else { return Ok(()) };
    let moved = match bound {
        Bound::Lower => "raised",
        Bound::Upper => "cut",
    };
    write!(f, ", {moved} to {} ({})", limit.value, from(limit))
}

/// `set by KEY` or `default of KEY`.
fn from<T>(given: &Given<T>) -> String {
    let how = if given.is_set { "set by" } else { "default of" };
    format!("{how} {}", given.key)
}

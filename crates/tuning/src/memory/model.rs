//! The model of either process.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ops_core::units::MemorySize;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::figure::{Figure, Part};
use super::job_manager::JobManagerMemory;
use super::refusal::Refusal;
use super::task_manager::TaskManagerMemory;
use crate::settings::Settings;

/// A kind of Flink process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Process {
    /// Runs tasks.
    TaskManager,
    /// Coordinates.
    JobManager,
}

/// What a process's memory is divided into. As JSON: an integer of bytes for each [`Part::field`], `jvm_args`, and the
/// `rules` that made the figures.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ProcessMemory {
    /// Of a TaskManager.
    TaskManager(Box<TaskManagerMemory>),
    /// Of a JobManager.
    JobManager(Box<JobManagerMemory>),
}

impl ProcessMemory {
    /// All memory of the process.
    pub fn total_process(&self) -> &Figure {
        match self {
            Self::TaskManager(memory) => &memory.total_process,
            Self::JobManager(memory) => &memory.total_process,
        }
    }
}

/// Divides the memory of a process as Flink's start scripts do.
///
/// # Errors
/// Flink refuses the configuration.
pub fn derive(process: Process, settings: &Settings) -> Result<ProcessMemory, Refusal> {
    let settings = with_legacy_heap(process, settings)?;
    Ok(match process {
        Process::TaskManager => ProcessMemory::TaskManager(Box::new(TaskManagerMemory::derive(&settings)?)),
        Process::JobManager => ProcessMemory::JobManager(Box::new(JobManagerMemory::derive(&settings)?)),
    })
}

/// Before 2.0, the scripts of a standalone cluster read `taskmanager.heap.size` (or `.mb`) as total Flink memory, and
/// `jobmanager.heap.size` (or `.mb`) as the heap, where these are not set.
fn with_legacy_heap(process: Process, settings: &Settings) -> Result<Cow<'_, Settings>, Refusal> {
    let (target, size, megabytes) = match process {
        Process::TaskManager => {
            ("taskmanager.memory.flink.size", "taskmanager.heap.size", "taskmanager.heap.mb")
        }
        Process::JobManager => ("jobmanager.memory.heap.size", "jobmanager.heap.size", "jobmanager.heap.mb"),
    };
    if settings.contains(target) {
        return Ok(Cow::Borrowed(settings));
    }
    let found = if settings.contains(size) {
        settings.memory(size)?.value
    } else if settings.contains(megabytes) {
        let given = settings.int(megabytes, 0)?;
        let Ok(megabytes) = u64::try_from(given.value) else {
            return Err(Refusal::Negative { key: given.key, found: given.value.into() });
        };
        MemorySize::from_bytes(megabytes << 20)
    } else {
        return Ok(Cow::Borrowed(settings));
    };
    Ok(Cow::Owned(settings.clone().with(target, format!("{} bytes", found.bytes()))))
}

impl ProcessMemory {
    /// The arguments that Flink's start script gives the JVM.
    pub fn jvm_args(&self) -> String {
        match self {
            Self::TaskManager(memory) => memory.jvm_args(),
            Self::JobManager(memory) => memory.jvm_args(),
        }
    }

    /// Every figure, the totals first.
    pub fn figures(&self) -> Vec<(Part, &Figure)> {
        match self {
            Self::TaskManager(memory) => memory.figures().to_vec(),
            Self::JobManager(memory) => memory.figures().to_vec(),
        }
    }

    /// The size of a part; `None` where the process has no such part.
    pub fn size(&self, part: Part) -> Option<MemorySize> {
        self.figures().into_iter().find(|(known, _)| *known == part).map(|(_, figure)| figure.size)
    }
}

impl Serialize for ProcessMemory {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let figures = self.figures();
        let mut map = serializer.serialize_map(None)?;
        for (part, figure) in &figures {
            map.serialize_entry(part.field(), &figure.size.bytes())?;
        }
        map.serialize_entry("jvm_args", &self.jvm_args())?;
        let rules: BTreeMap<_, _> =
            figures.iter().map(|(part, figure)| (part.field(), figure.origin.to_string())).collect();
        map.serialize_entry("rules", &rules)?;
        map.end()
    }
}

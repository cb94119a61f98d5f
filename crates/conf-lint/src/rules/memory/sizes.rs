//! What the sizes of a process add up to: enough of Flink's memory model to see where they contradict each other. The
//! model to the byte is the tuning chapter's.

use ops_core::conf::Entry;

use crate::policy::Reader;
use crate::subject::Subject;

/// A JVM of a standalone cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Process {
    JobManager,
    TaskManager,
}

/// A size with where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) bytes: f64,
}

/// The sizes of one process, in bytes.
pub(crate) struct Sizes<'a> {
    /// The entry that sets the total which the parts must fit in.
    pub(crate) total: &'a Entry,
    pub(crate) flink: f64,
    /// Parts of Flink's memory; each is at least this large.
    pub(crate) parts: Vec<Part>,
    /// What is left for JVM overhead, where that is not chosen but left over.
    pub(crate) leftover: Option<f64>,
}

impl Process {
    pub(crate) const ALL: [Self; 2] = [Self::JobManager, Self::TaskManager];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::JobManager => "JobManager",
            Self::TaskManager => "TaskManager",
        }
    }

    pub(crate) fn reader(self) -> Reader {
        match self {
            Self::JobManager => Reader::JobManager,
            Self::TaskManager => Reader::TaskManager,
        }
    }

    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::JobManager => "jobmanager.memory.",
            Self::TaskManager => "taskmanager.memory.",
        }
    }

    /// The keys of which one (or, in a group, all) must be set.
    pub(crate) fn required(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::JobManager => &[
                &["jobmanager.memory.process.size"],
                &["jobmanager.memory.flink.size"],
                &["jobmanager.memory.heap.size"],
                &["jobmanager.heap.size"],
                &["jobmanager.heap.mb"],
            ],
            Self::TaskManager => &[
                &["taskmanager.memory.process.size"],
                &["taskmanager.memory.flink.size"],
                &["taskmanager.memory.task.heap.size", "taskmanager.memory.managed.size"],
                &["taskmanager.heap.size"],
                &["taskmanager.heap.mb"],
            ],
        }
    }

    /// Whether one of the sizes that Flink starts from is set.
    pub(crate) fn is_sized(self, subject: &Subject<'_>) -> bool {
        self.required().iter().any(|keys| keys.iter().all(|key| subject.set(key).is_some()))
    }
}

impl<'a> Sizes<'a> {
    /// `None`: no total is set, or a value makes no sense.
    pub(crate) fn of(subject: &Subject<'a>, process: Process) -> Option<Self> {
        match process {
            Process::JobManager => Self::of_job_manager(subject),
            Process::TaskManager => Self::of_task_manager(subject),
        }
    }

    fn of_job_manager(subject: &Subject<'a>) -> Option<Self> {
        let size = |name: &str| bytes(subject, &format!("jobmanager.memory.{name}"));
        let off_heap = Part { name: "off-heap", bytes: size("off-heap.size")?.0 };
        let heap = size("heap.size");
        let mut parts = vec![off_heap];
        parts.extend(heap.map(|(bytes, _)| Part { name: "heap", bytes }));
        if let Some((flink, Some(total))) = size("flink.size") {
            let leftover = leftover(subject, Process::JobManager, flink);
            return Some(Self { total, flink, parts, leftover });
        }
        let (_, process) = size("process.size")?;
        let total = process?;
        if heap.is_some() {
            let flink = sum(&parts);
            let leftover = leftover(subject, Process::JobManager, flink);
            return Some(Self { total, flink, parts: Vec::new(), leftover });
        }
        let flink = flink_of_process(subject, Process::JobManager)?;
        Some(Self { total, flink, parts, leftover: None })
    }

    fn of_task_manager(subject: &Subject<'a>) -> Option<Self> {
        let size = |name: &str| bytes(subject, &format!("taskmanager.memory.{name}"));
        let mut parts = vec![
            Part { name: "framework heap", bytes: size("framework.heap.size")?.0 },
            Part { name: "framework off-heap", bytes: size("framework.off-heap.size")?.0 },
            Part { name: "task off-heap", bytes: size("task.off-heap.size")?.0 },
        ];
        let (task_heap, managed) = (size("task.heap.size"), size("managed.size"));
        let task_heap = task_heap.map(|(bytes, _)| Part { name: "task heap", bytes });
        let managed = managed.map(|(bytes, _)| Part { name: "managed", bytes });
        let fine = task_heap.is_some() && managed.is_some();
        let total = size("flink.size").and_then(|(_, entry)| entry);
        let process = size("process.size").and_then(|(_, entry)| entry);
        parts.extend(task_heap.clone());
        if fine {
            parts.extend(managed);
            return match total {
                Some(total) => {
                    let flink = size("flink.size")?.0;
                    let leftover = leftover(subject, Process::TaskManager, flink);
                    Some(Self { total, flink, parts, leftover })
                }
                None => {
                    let others = sum(&parts);
                    let share = fraction(subject, "taskmanager.memory.network.fraction")?;
                    let flink = others
                        + bounded(subject, "taskmanager.memory.network", others * share / (1.0 - share))?;
                    let leftover = leftover(subject, Process::TaskManager, flink);
                    Some(Self { total: process?, flink, parts: Vec::new(), leftover })
                }
            };
        }
        let (total, flink, leftover) = match total {
            Some(total) => {
                let flink = size("flink.size")?.0;
                (total, flink, leftover(subject, Process::TaskManager, flink))
            }
            None => (process?, flink_of_process(subject, Process::TaskManager)?, None),
        };
        let share = fraction(subject, "taskmanager.memory.managed.fraction")?;
        parts.push(managed.unwrap_or(Part { name: "managed", bytes: flink * share }));
        let share = fraction(subject, "taskmanager.memory.network.fraction")?;
        let network = bounded(subject, "taskmanager.memory.network", flink * share)?;
        parts.push(Part { name: "network", bytes: network });
        Some(Self { total, flink, parts, leftover })
    }

    /// By how much the parts exceed Flink's memory. Rounding to whole bytes is not looked at.
    pub(crate) fn excess(&self) -> Option<f64> {
        let excess = sum(&self.parts) - self.flink;
        (excess > 16.0).then_some(excess)
    }
}

fn sum(parts: &[Part]) -> f64 {
    parts.iter().map(|part| part.bytes).sum()
}

#[expect(clippy::cast_precision_loss, reason = "sizes that matter are far below 2^53")]
fn bytes<'a>(subject: &Subject<'a>, key: &str) -> Option<(f64, Option<&'a Entry>)> {
    let size = subject.memory(key)?;
    Some((size.value.bytes() as f64, size.entry))
}

fn fraction(subject: &Subject<'_>, key: &str) -> Option<f64> {
    subject.number(key).map(|number| number.value).filter(|number| (0.0..1.0).contains(number))
}

fn bounded(subject: &Subject<'_>, range: &str, value: f64) -> Option<f64> {
    let min = bytes(subject, &format!("{range}.min"))?.0;
    let max = bytes(subject, &format!("{range}.max"))?.0;
    (min <= max).then(|| value.clamp(min, max))
}

fn flink_of_process(subject: &Subject<'_>, process: Process) -> Option<f64> {
    let prefix = process.prefix();
    let total = bytes(subject, &format!("{prefix}process.size"))?.0;
    let share = fraction(subject, &format!("{prefix}jvm-overhead.fraction"))?;
    let overhead = bounded(subject, &format!("{prefix}jvm-overhead"), total * share)?;
    let metaspace = bytes(subject, &format!("{prefix}jvm-metaspace.size"))?.0;
    Some(total - metaspace - overhead)
}

fn leftover(subject: &Subject<'_>, process: Process, flink: f64) -> Option<f64> {
    let prefix = process.prefix();
    let total = bytes(subject, &format!("{prefix}process.size"))?.0;
    let metaspace = bytes(subject, &format!("{prefix}jvm-metaspace.size"))?.0;
    Some(total - flink - metaspace)
}

/// Bytes for people: whole mebibytes.
pub(crate) fn mebibytes(bytes: f64) -> String {
    format!("{:.0} MB", bytes / f64::from(1 << 20))
}

//! What there is to know before something is restored from a savepoint or checkpoint.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ops_core::version::FlinkVersion;
use serde::Serialize;

use super::error::StateError;
use super::handle::Place;
use super::location::Location;
use super::metadata::{Kind, Metadata, OperatorState};
use super::parse::parse;

/// What was found; its fields are stable.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// The directory.
    pub path: PathBuf,
    /// What it was taken as; null where the format does not say.
    pub kind: Option<Kind>,
    /// The number of the checkpoint.
    pub checkpoint_id: i64,
    /// The version of the format.
    pub format: i32,
    /// The release lines, of those that are known, that read the format.
    pub readable_by: Vec<String>,
    /// Bytes of state, as Flink counts them.
    pub state_size: u64,
    /// Files that it refers to, each once.
    pub files: usize,
    /// Files of which this machine cannot say whether they are there.
    pub elsewhere: usize,
    /// Files that are not there, or too short.
    pub missing: Vec<MissingFile>,
    /// The operators, the largest first.
    pub operators: Vec<OperatorReport>,
}

/// A file without which nothing is restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissingFile {
    /// Where it should be.
    pub path: PathBuf,
    /// Bytes that it must have.
    pub needed: u64,
    /// Bytes that it has; null when it is not there.
    pub found: Option<u64>,
    /// The operators that need it.
    pub operators: Vec<String>,
}

/// An operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperatorReport {
    /// Its id.
    pub id: String,
    /// Its name; null before format 5.
    pub name: Option<String>,
    /// Its `uid`; null where it has none, and before format 5.
    pub uid: Option<String>,
    /// Its parallelism.
    pub parallelism: i32,
    /// The most subtasks that its keyed state can be spread over.
    pub max_parallelism: i32,
    /// Bytes of state.
    pub state_size: u64,
    /// The smallest and the largest subtask, in bytes; null without any.
    pub subtask_sizes: Option<(u64, u64)>,
    /// The forms of its keyed state: `savepoint`, `key-groups`, `incremental`, `changelog`.
    pub keyed: Vec<&'static str>,
    /// Whether there is list or broadcast state.
    pub has_operator_state: bool,
    /// Whether its coordinator has state, as that of a source has.
    pub has_coordinator_state: bool,
    /// Bytes of records in flight.
    pub in_flight: u64,
    /// Whether all of its subtasks had come to their end.
    pub finished: bool,
}

impl Inspection {
    /// Whether everything that could be looked at is there.
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }
}

/// Looks into a savepoint or checkpoint, and at every file that it refers to.
///
/// # Errors
/// Its metadata cannot be read, or is not whole.
pub fn inspect(location: &Location) -> Result<Inspection, StateError> {
    let metadata = parse(&location.read()?)?;
    let files = files(location, &metadata);
    let mut operators: Vec<OperatorReport> = metadata.operators.iter().map(report).collect();
    operators.sort_by(|a, b| (b.state_size, &a.id).cmp(&(a.state_size, &b.id)));
    Ok(Inspection {
        path: location.directory().to_owned(),
        kind: metadata.kind,
        checkpoint_id: metadata.checkpoint_id,
        format: metadata.version,
        readable_by: readable_by(metadata.version),
        state_size: metadata.operators.iter().map(OperatorState::size).fold(0, u64::saturating_add),
        files: files.all,
        elsewhere: files.elsewhere,
        missing: files.missing,
        operators,
    })
}

/// Measured: 1.18 to 1.20 read formats up to 4, 2.0 up to 5, 2.1 and later up to 6.
fn readable_by(format: i32) -> Vec<String> {
    let newest = |version: FlinkVersion| match (version.major, version.minor) {
        (1, _) => 4,
        (2, 0) => 5,
        _ => 6,
    };
    FlinkVersion::KNOWN
        .into_iter()
        .filter(|version| newest(*version) >= format)
        .map(FlinkVersion::line)
        .collect()
}

struct Files {
    all: usize,
    elsewhere: usize,
    missing: Vec<MissingFile>,
}

fn files(location: &Location, metadata: &Metadata) -> Files {
    // Segments of one file are pieces of it: it has to hold the largest at least.
    let mut wanted: BTreeMap<&Place, (u64, Vec<&str>)> = BTreeMap::new();
    for operator in &metadata.operators {
        for handle in operator.handles() {
            let Some(place) = handle.place() else { continue };
            let (size, operators) = wanted.entry(place).or_default();
            *size = (*size).max(handle.size());
            if operators.last() != Some(&operator.id.as_str()) {
                operators.push(&operator.id);
            }
        }
    }
    let (mut elsewhere, mut missing) = (0, Vec::new());
    for (place, (needed, operators)) in &wanted {
        let Some(path) = location.file(place) else {
            elsewhere += 1;
            continue;
        };
        let found = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file).map(|found| found.len());
        if found.is_none_or(|found| found < *needed) {
            let operators = operators.iter().map(|id| (*id).to_owned()).collect();
            missing.push(MissingFile { path, needed: *needed, found, operators });
        }
    }
    Files { all: wanted.len(), elsewhere, missing }
}

fn report(operator: &OperatorState) -> OperatorReport {
    let sizes = || operator.subtasks.iter().map(super::metadata::SubtaskState::size);
    let mut keyed: Vec<&'static str> = operator
        .subtasks
        .iter()
        .flat_map(|subtask| subtask.keyed.iter().map(super::handle::KeyedState::name))
        .collect();
    keyed.sort_unstable();
    keyed.dedup();
    OperatorReport {
        id: operator.id.clone(),
        name: operator.name.clone(),
        uid: operator.uid.clone(),
        parallelism: operator.parallelism,
        max_parallelism: operator.max_parallelism,
        state_size: operator.size(),
        subtask_sizes: sizes().min().zip(sizes().max()),
        keyed,
        has_operator_state: operator.subtasks.iter().any(|subtask| !subtask.operator.is_empty()),
        has_coordinator_state: operator.coordinator.is_some(),
        in_flight: operator
            .subtasks
            .iter()
            .flat_map(|subtask| &subtask.in_flight)
            .map(|(_, size)| *size)
            .fold(0, u64::saturating_add),
        finished: operator.finished,
    }
}

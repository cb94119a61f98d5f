//! What `_metadata` says, as values.

use serde::Serialize;

use super::handle::{Handle, KeyedState, Place};

/// A savepoint or checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The version of the format, 3 to 6.
    pub version: i32,
    /// The number of the checkpoint.
    pub checkpoint_id: i64,
    /// What it was taken as; `None` where the format does not say (version 3).
    pub kind: Option<Kind>,
    /// Pieces of state of the JobManager's own hooks.
    pub master_states: usize,
    /// The operators, in the order of the file.
    pub operators: Vec<OperatorState>,
}

impl Metadata {
    /// Where all its files lie, as often as they are referred to.
    pub fn places(&self) -> Vec<Place> {
        let handles = self.operators.iter().flat_map(OperatorState::handles);
        handles.filter_map(Handle::place).cloned().collect()
    }
}

/// What it was taken as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// By Flink, at its interval.
    Checkpoint,
    /// On demand, in the form that every backend restores.
    CanonicalSavepoint,
    /// On demand, in the backend's own form.
    NativeSavepoint,
}

/// The state of an operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorState {
    /// Its id, 32 hexadecimal digits: made of its `uid`, or of the graph where it has none.
    pub id: String,
    /// Its name; format 5 and later.
    pub name: Option<String>,
    /// Its `uid`; format 5 and later, where it has one.
    pub uid: Option<String>,
    /// Its parallelism.
    pub parallelism: i32,
    /// The most subtasks that its keyed state can be spread over.
    pub max_parallelism: i32,
    /// State of its coordinator in the JobManager: a source's splits.
    pub coordinator: Option<Handle>,
    /// Whether all of its subtasks had come to their end.
    pub finished: bool,
    /// Its subtasks that have state.
    pub subtasks: Vec<SubtaskState>,
}

/// The state of a subtask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubtaskState {
    /// Which one.
    pub index: i32,
    /// Whether it had come to its end.
    pub finished: bool,
    /// Operator state, managed and raw.
    pub operator: Vec<Handle>,
    /// Keyed state, managed and raw.
    pub keyed: Vec<KeyedState>,
    /// Records in flight, of unaligned checkpoints, with the bytes that Flink counts.
    pub in_flight: Vec<(Handle, u64)>,
}

impl OperatorState {
    /// Its bytes, as Flink counts them.
    pub fn size(&self) -> u64 {
        let coordinator = self.coordinator.as_ref().map_or(0, Handle::size);
        self.subtasks.iter().map(SubtaskState::size).fold(coordinator, u64::saturating_add)
    }

    /// Every piece of state.
    pub(super) fn handles(&self) -> Vec<&Handle> {
        let mut all: Vec<&Handle> = self.coordinator.iter().collect();
        for subtask in &self.subtasks {
            all.extend(&subtask.operator);
            subtask.keyed.iter().for_each(|keyed| keyed.handles(&mut all));
            all.extend(subtask.in_flight.iter().map(|(handle, _)| handle));
        }
        all
    }
}

impl SubtaskState {
    /// Its bytes, as Flink counts them.
    pub fn size(&self) -> u64 {
        let operator = self.operator.iter().map(Handle::size);
        let keyed = self.keyed.iter().map(KeyedState::size);
        let in_flight = self.in_flight.iter().map(|(_, size)| *size);
        operator.chain(keyed).chain(in_flight).fold(0, u64::saturating_add)
    }
}

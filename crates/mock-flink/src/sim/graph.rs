//! What a program submits: a job's graph, and how each vertex behaves.

use std::time::Duration;

use ops_core::ids::VertexId;
use serde::{Deserialize, Serialize};

use super::saved;

/// Whether the input ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobKind {
    /// It does not.
    Streaming,
    /// It does.
    Batch,
}

impl JobKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Streaming => "STREAMING",
            Self::Batch => "BATCH",
        }
    }
}

/// A job as its program built it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobGraph {
    /// Its name.
    pub name: String,
    /// Whether its input ends.
    pub kind: JobKind,
    /// Its vertices, sources first; an input refers to an earlier vertex.
    pub vertices: Vec<VertexSpec>,
    /// How long it runs once all tasks run; `None` for ever.
    pub finishes_after: Option<Duration>,
    /// How it fails; `None` for never.
    pub failure: Option<Failure>,
    /// Intermediate results that stay on the cluster once the job has finished.
    #[serde(with = "saved::hex")]
    pub data_sets: Vec<u128>,
}

impl JobGraph {
    /// A job of these vertices that runs for ever.
    pub fn new(name: impl Into<String>, kind: JobKind, vertices: Vec<VertexSpec>) -> Self {
        Self { name: name.into(), kind, vertices, finishes_after: None, failure: None, data_sets: Vec::new() }
    }
}

/// An exception that a task of the first vertex throws, each time the tasks have been running for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// How long they run before.
    pub after: Duration,
    /// The exception's class.
    pub class: String,
    /// Its message.
    pub message: String,
}

/// An accumulator that counts the records that a vertex has processed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccumulatorSpec {
    /// Its name.
    pub name: String,
    /// The simple name of its class, `IntCounter` or `LongCounter`.
    pub kind: String,
}

/// A vertex: a chain of operators.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VertexSpec {
    /// Its id; the same operators give the same id in every submission.
    pub id: VertexId,
    /// Its operators, in order.
    pub operators: Vec<String>,
    /// Its parallelism; `None` for the job's.
    pub parallelism: Option<u32>,
    /// Where its records come from; empty for a source.
    pub inputs: Vec<EdgeSpec>,
    /// Records a second that each subtask of a source emits.
    pub source_rate: f64,
    /// Records out for each record in.
    pub selectivity: f64,
    /// Bytes of a record that it emits.
    pub record_bytes: f64,
    /// The share of time that it works; beyond 1 it cannot keep up, and holds up those before it.
    pub busy: f64,
    /// Its keyed state.
    pub state: StateProfile,
    /// Its maximum parallelism; Flink's rule when `None`.
    pub max_parallelism: Option<u32>,
    /// Whether it emits watermarks; those downstream then have one.
    pub watermarks: bool,
    /// Its accumulators.
    pub accumulators: Vec<AccumulatorSpec>,
}

impl VertexSpec {
    /// A vertex of these operators, without inputs, rate or state; its id is derived from the operators' names.
    pub fn new<S: Into<String>>(operators: impl IntoIterator<Item = S>) -> Self {
        let operators: Vec<String> = operators.into_iter().map(Into::into).collect();
        Self {
            id: VertexId::new(fingerprint(&operators)),
            operators,
            parallelism: None,
            inputs: Vec::new(),
            source_rate: 0.0,
            selectivity: 1.0,
            record_bytes: 64.0,
            busy: 0.1,
            state: StateProfile::default(),
            max_parallelism: None,
            watermarks: false,
            accumulators: Vec::new(),
        }
    }

    /// The id of the operator at this position: that of the first one is the vertex's.
    pub fn operator_id(&self, position: usize) -> VertexId {
        match self.operators.get(..=position) {
            Some([_]) | None => self.id,
            Some(chain) => VertexId::new(fingerprint(chain)),
        }
    }

    /// `Source: orders -> parse`.
    pub fn name(&self) -> String {
        self.operators.join(" -> ")
    }

    /// The operators as the dashboard shows them.
    pub fn description(&self) -> String {
        let mut text = String::new();
        for (index, operator) in self.operators.iter().enumerate() {
            if index > 0 {
                text.push_str(&":  ".repeat(index - 1));
                text.push_str("+- ");
            }
            text.push_str(operator);
            text.push_str("<br/>");
        }
        text
    }
}

/// An edge, stored at its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeSpec {
    /// The index of the vertex that the records come from.
    pub source: usize,
    /// How they are distributed.
    pub ship: Ship,
}

/// How records are distributed over the subtasks of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ship {
    /// By key.
    Hash,
    /// In turn.
    Rebalance,
    /// One to one.
    Forward,
    /// In turn, to a part of the subtasks.
    Rescale,
    /// Each to all.
    Broadcast,
    /// All to the first.
    Global,
    /// At random.
    Shuffle,
    /// By a function of the program.
    Custom,
}

impl Ship {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hash => "HASH",
            Self::Rebalance => "REBALANCE",
            Self::Forward => "FORWARD",
            Self::Rescale => "RESCALE",
            Self::Broadcast => "BROADCAST",
            Self::Global => "GLOBAL",
            Self::Shuffle => "SHUFFLE",
            Self::Custom => "CUSTOM",
        }
    }

    /// The one of that name.
    pub fn of_name(name: &str) -> Self {
        let all = [
            Self::Hash,
            Self::Rebalance,
            Self::Forward,
            Self::Rescale,
            Self::Broadcast,
            Self::Global,
            Self::Shuffle,
        ];
        all.into_iter().find(|ship| ship.as_str() == name).unwrap_or(Self::Custom)
    }
}

/// How keyed state grows: towards `keys × bytes_per_key`, as keys are seen for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct StateProfile {
    /// Distinct keys.
    pub keys: f64,
    /// Bytes of state for each.
    pub bytes_per_key: f64,
}

impl StateProfile {
    /// Bytes after this many records.
    pub fn bytes_after(self, records: f64) -> f64 {
        if self.keys <= 0.0 {
            return 0.0;
        }
        self.keys * (1.0 - (-records / self.keys).exp()) * self.bytes_per_key
    }
}

/// 128-bit FNV-1a over the operators' names.
fn fingerprint(operators: &[String]) -> u128 {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in operators.iter().flat_map(|operator| operator.bytes().chain([0])) {
        hash ^= u128::from(byte);
        hash = hash.wrapping_mul(0x0100_0000_0000_0000_0000_013b);
    }
    hash
}

//! What is wrong with a rule or a query.

use serde::Serialize;

/// The answer; its fields are stable.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// How many rules and queries were judged.
    pub judged: usize,
    /// Selections that they make, each once.
    pub selections: usize,
    /// Those of them that have series in Prometheus; `null` when none was asked.
    pub present: Option<usize>,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule or panel.
    pub rule: String,
    /// What kind of thing.
    pub kind: FindingKind,
    /// How bad it is.
    pub severity: Weight,
    /// The metric, where it is about one.
    pub metric: Option<String>,
    /// What was found.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// It is no PromQL: Prometheus refuses the whole file.
    Refused,
    /// It can never have a value.
    NeverFires,
    /// No Flink exports this.
    UnknownMetric,
    /// This version does not export it.
    OtherVersion,
    /// The series have no such label.
    NoLabel,
    /// A gauge is read as a counter.
    GaugeAsCounter,
    /// Prometheus has no series of it.
    Absent,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// It cannot work.
    Error,
    /// It does not do what it seems to.
    Warning,
    /// It is not there now, and may come.
    Info,
}

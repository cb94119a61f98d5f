//! Metrics by name, and aggregates over several jobs, tasks or TaskManagers.

use serde::{Deserialize, Serialize};

use super::number::Real;

/// A metric. Without `?get=…` an answer lists the names alone; with it, names and values. The answer is an array of these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metric {
    /// The metric's name.
    pub id: String,
    /// Its value, as text; left out when only names were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// An aggregate of one metric over several reporters (`/jobs/metrics`, `/taskmanagers/metrics`, `…/subtasks/metrics`). The answer is an array of these.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AggregatedMetric {
    /// The metric's name.
    pub id: String,
    /// The smallest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Real>,
    /// The largest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Real>,
    /// The mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avg: Option<Real>,
    /// The sum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum: Option<Real>,
    /// How unevenly the values are spread, in percent (1.20 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skew: Option<Real>,
}

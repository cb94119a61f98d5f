//! What each Flink version exports: every metric with its scope, kind, unit, meaning, and its name and labels in Prometheus.
//!
//! `metrics.tsv` is generated from real clusters (`cargo xtask metrics`), `meanings.tsv` and `connectors.tsv` are written by
//! hand.

mod metric;
mod prometheus;
mod table;
mod variables;

pub use metric::{Kind, Metric, Origin, Process};
pub use prometheus::{Match, filtered, find_series, prometheus_name};
pub use table::{all, of};
pub use variables::Variables;

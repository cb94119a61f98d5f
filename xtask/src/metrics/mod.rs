//! `cargo xtask metrics`: the catalogue of metrics, generated from real clusters.
//!
//! `java/MetricInventory.java` is a reporter that writes down what is registered, and `java/MetricJobs.java` a job that has
//! metrics of every family. Both run on each version twice: as Flink comes, and with every option on that adds metrics. The
//! lists are merged into one file of sorted lines, which the crate `monitor` embeds and explains.

mod cluster;
mod merge;
mod run;

pub(crate) use cluster::jar;
pub(crate) use run::{Mode, run};

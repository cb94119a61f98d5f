//! `flinkops monitor …`: what Flink exports, and what is made of it.

mod alerts;
mod check;
mod command;
mod dashboard;
mod metrics;
mod prometheus;
mod report;
mod reporter;
mod scrape;
mod top;
mod written;

pub(crate) use command::{Command, run};
pub(super) use prometheus::{PrometheusOptions, prometheus_failure};

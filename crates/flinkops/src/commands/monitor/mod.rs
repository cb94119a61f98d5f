//! `flinkops monitor …`: what Flink exports, and what is made of it.

mod alerts;
mod check;
mod command;
mod dashboard;
mod metrics;
mod report;
mod reporter;
mod scrape;
mod top;
mod written;

pub(crate) use command::{Command, run};

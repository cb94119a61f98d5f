//! `flinkops deploy …`: hosts and platforms for Flink.

mod command;
mod preflight;

pub(crate) use command::{Command, run};

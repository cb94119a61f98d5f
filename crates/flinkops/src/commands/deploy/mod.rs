//! `flinkops deploy …`: hosts and platforms for Flink.

mod command;
mod platform;
mod preflight;
mod yarn;

pub(crate) use command::{Command, run};

//! `flinkops recover …`: getting a cluster back.

mod backup;
mod command;
mod plan;
mod run_once;
mod savepoint;
mod watch;

pub(crate) use command::{Command, run};

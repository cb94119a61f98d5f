//! `flinkops recover …`: getting a cluster back.

mod command;
mod savepoint;
mod watch;

pub(crate) use command::{Command, run};

//! `flinkops recover …`: getting a cluster back.

mod command;
mod savepoint;

pub(crate) use command::{Command, run};

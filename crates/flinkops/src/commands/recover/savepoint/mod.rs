//! `flinkops recover savepoint …`: state, read without Flink.

mod command;
mod inspect;

pub(crate) use command::{Command, run};

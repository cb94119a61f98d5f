//! `flinkops recover savepoint …`: state, read without Flink, and held against programs.

mod command;
mod fit;
mod inspect;

pub(crate) use command::{Command, run};

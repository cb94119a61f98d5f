//! `flinkops tune …`: memory and sizing.

mod advised;
mod checkpoint;
mod command;
mod memory;
mod network;
mod parallelism;
mod picture;
mod rocksdb;
mod slots;
mod subject;

pub(crate) use command::{Command, run};
pub(crate) use subject::Subject;

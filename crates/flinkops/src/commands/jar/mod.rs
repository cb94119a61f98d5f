//! `flinkops jar …`: the jars on a cluster.

mod command;
mod delete;
mod inspect;
mod list;
mod upload;

pub(crate) use command::{Command, run};

//! `flinkops conf …`: configuration files.

mod command;
mod lint;

pub(crate) use command::{Command, run};

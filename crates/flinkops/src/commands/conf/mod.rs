//! `flinkops conf …`: configuration files.

mod change;
mod command;
mod diff;
mod edited;
mod explain;
mod fail_on;
mod fix;
mod fmt;
mod get;
mod keys;
mod keystores;
mod lint;
mod migrate;
mod render;
mod rule;
mod schema;
mod set;
mod target;
mod unset;

pub(super) use change::{Change, Mode, Text};
pub(crate) use command::{Command, run};
pub(super) use edited::Edited;
pub(super) use keystores::read as read_files;
pub(super) use target::{file, version};

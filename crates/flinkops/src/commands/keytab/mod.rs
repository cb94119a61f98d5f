//! `flinkops keytab …`: keytabs, as ktutil and kadmin make them, without either.
//!
//! Beside the commands, one file each: `entries` is how entries are printed.

mod check;
mod command;
mod create;
mod diff;
mod entries;
mod list;
mod merge;
mod remove;

pub(crate) use check::write_finding;
pub(crate) use command::{Command, run};

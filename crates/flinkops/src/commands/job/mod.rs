//! `flinkops job …`: the jobs of a cluster.

mod apply;
mod cancel;
mod checkpoint;
mod command;
mod exceptions;
mod history;
mod list;
mod logs;
mod operation;
mod program;
mod restore;
mod savepoint;
mod scale;
mod show;
mod stop;
mod submit;

pub(crate) use apply::{Documents, JournalOption};
pub(crate) use command::{Command, run};
use command::{Format, Saved, Wait};
pub(crate) use program::Call;

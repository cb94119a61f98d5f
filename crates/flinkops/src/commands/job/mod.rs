//! `flinkops job …`: the jobs of a cluster.

mod cancel;
mod command;
mod list;
mod savepoint;
mod show;
mod stop;
mod submit;

pub(crate) use command::{Command, run};
use command::{Saved, Wait};

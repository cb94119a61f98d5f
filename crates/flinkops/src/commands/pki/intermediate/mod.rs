//! `flinkops pki intermediate …`: an authority whose certificate comes from another one, which may be offline.

mod command;
mod install;
mod request;

pub(crate) use command::{Command, run};

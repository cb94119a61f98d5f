//! `flinkops deploy preflight`.

mod command;
mod gather;
mod remote;

pub(super) use command::{Options, run};

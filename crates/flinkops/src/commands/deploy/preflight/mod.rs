//! `flinkops deploy preflight`.

mod command;
mod gather;

pub(super) use command::{Options, run};

//! `flinkops recover watch`.

mod command;
mod unit;

pub(super) use command::{Options, run};

//! `flinkops render`: everything that a cluster needs, from its description.

mod certificates;
mod command;
mod manifest;
mod progress;
mod write;

pub(crate) use command::{Common, Options, render, run};

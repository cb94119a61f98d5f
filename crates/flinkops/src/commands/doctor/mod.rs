//! `flinkops doctor`.

mod command;
mod explain;
mod gather;
mod render;

pub(crate) use command::{Options, run};
pub(crate) use gather::asked;

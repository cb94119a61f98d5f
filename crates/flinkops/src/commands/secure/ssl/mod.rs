//! `flinkops secure ssl`: `stores` reads what is to be wired, `write` puts it into the file, `render` says what changed.

mod command;
mod render;
mod stores;
mod write;

pub(crate) use command::{Options, run};

//! `flinkops secure check`: `connect` asks a running endpoint, `hello` speaks protocols that rustls does not,
//! `explain` and `render` put it into words.

mod command;
mod connect;
mod explain;
mod hello;
mod render;

pub(crate) use command::{Options, run};

//! `flinkops pki inspect`: `connect` asks a host for what it shows, `render` puts reports into words.

mod command;
pub(crate) mod connect;
mod render;

pub(crate) use command::{Options, run};

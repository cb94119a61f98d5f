//! `flinkops deploy yarn …`: what is rendered for YARN, and the clusters that run there.

mod command;
mod kill;
mod manager;
mod status;

pub(crate) use command::{Command, run};

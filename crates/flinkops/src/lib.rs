//! The command line of flinkops: the only crate that prints, and the only one that knows all others.
//!
//! `cli` says what can be typed; `commands` has a file for each command; `quickstart` is the main job.
//! [`exit`] documents the exit codes.

mod adapters;
mod app;
mod cli;
mod commands;
mod connection;
mod context;
pub mod exit;
mod failure;
mod output;
mod quickstart;

pub use app::main;
pub use cli::command;

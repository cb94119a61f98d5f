//! The screen.

mod checkpoints;
mod header;
mod help;
mod jobs;
mod pane;
mod screen;
mod task_managers;
mod text;
mod vertices;

pub use screen::{draw, plain};
pub(crate) use text::{bytes, count, span};

//! From one version of Flink to another: the same behaviour, written as the new version reads it.

mod change;
mod defaults;
pub(crate) mod removed;
mod rewrite;
mod run;

pub use change::{ChangedDefault, Migration, Step};
pub use run::{Defaults, migrate};

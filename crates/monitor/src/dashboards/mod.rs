//! Dashboards for Grafana, as JSON for provisioning from files: one dashboard a file.

mod board;
mod checkpoints;
mod cluster;
mod fleet;
mod grafana;
mod job;
mod jvm;
mod security;

pub use board::{Dashboard, Panel, Row, Shape, Target, Unit, Variable};
pub use grafana::{grafana, provider};

/// Every dashboard.
pub const ALL: [&Dashboard; 6] =
    [&fleet::BOARD, &cluster::BOARD, &job::BOARD, &checkpoints::BOARD, &jvm::BOARD, &security::BOARD];

/// The dashboard of this name: `fleet`, `cluster`, `job`, `checkpoints`, `jvm`, `security`.
pub fn find(name: &str) -> Option<&'static Dashboard> {
    ALL.into_iter().find(|board| board.name == name)
}

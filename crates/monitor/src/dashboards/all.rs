//! Every dashboard, by name.

use super::board::Dashboard;
use super::{checkpoints, cluster, fleet, job, jvm, security};

/// Every dashboard.
pub const ALL: [&Dashboard; 6] =
    [&fleet::BOARD, &cluster::BOARD, &job::BOARD, &checkpoints::BOARD, &jvm::BOARD, &security::BOARD];

/// The dashboard of this name: `fleet`, `cluster`, `job`, `checkpoints`, `jvm`, `security`.
pub fn find(name: &str) -> Option<&'static Dashboard> {
    ALL.into_iter().find(|board| board.name == name)
}

//! Getting a cluster back: what there is to restore from, and whether it is whole.
//!
//! | module | what it holds |
//! |---|---|
//! | [`state`] | savepoints and checkpoints, read from their `_metadata` without Flink |

pub mod state;

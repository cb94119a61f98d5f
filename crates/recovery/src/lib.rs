//! Getting a cluster back: what is wrong with it, what there is to restore from, and whether that is whole.
//!
//! | module | what it holds |
//! |---|---|
//! | [`doctor`] | evidence, signatures, findings |
//! | [`watch`] | the loop that keeps jobs running |
//! | [`state`] | savepoints and checkpoints, read from their `_metadata` without Flink |

pub mod doctor;
pub mod state;
pub mod watch;

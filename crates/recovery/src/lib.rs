//! Getting a cluster back: what is wrong with it, what there is to restore from, and whether that is whole.
//!
//! | module | what it holds |
//! |---|---|
//! | [`backup`](mod@backup) | states copied, with everything that they refer to |
//! | [`doctor`] | evidence, signatures, findings |
//! | [`plan`](mod@plan) | runbooks: what to do, in which order, at what cost |
//! | [`watch`] | the loop that keeps jobs running |
//! | [`state`] | savepoints and checkpoints, read from their `_metadata` without Flink |

pub mod backup;
pub mod doctor;
pub mod plan;
pub mod state;
pub mod watch;

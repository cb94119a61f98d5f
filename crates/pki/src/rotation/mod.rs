//! Changing the authority of a running cluster without an outage.
//!
//! Flink reads its stores when a process starts, and never again. So a change of the authority takes three phases, and
//! in each of them every process is restarted, one after another, while the others run on:
//!
//! | phase | what changes in each node's stores | why nothing breaks meanwhile |
//! |---|---|---|
//! | `trust-both` | the new root joins the old one in the truststore | everyone still shows a leaf of the old authority, which both kinds of processes trust |
//! | `new-leaves` | the keystore gets a leaf of the new authority | by now everyone trusts both roots |
//! | `drop-old` | the old root leaves the truststore | by now everyone shows a leaf of the new authority |
//!
//! A node may enter a phase only when every node has been restarted in the one before. The [`RotationPlan`] is a file
//! that knows how far each node is, says which may go on, and survives being interrupted at any point.

mod error;
mod plan;
mod step;

pub use error::RotationError;
pub use plan::{
    AuthorityRef, Leaf, NextStep, NodeStatus, Phase, Process, Progress, RotationNode, RotationPlan,
};
pub use step::RotationFile;

//! What stands in the way of a rotation.

use std::path::PathBuf;

use super::plan::Phase;

/// A step of a rotation that may not be taken now.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RotationError {
    /// There is a plan already.
    #[error("{} is there already; go on with it, or remove it when that rotation is over", path.display())]
    Exists {
        /// The plan.
        path: PathBuf,
    },
    /// The file is no plan, or one of a later flinkops.
    #[error("{} is no rotation plan that this flinkops knows: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// A cluster without nodes.
    #[error("a rotation needs at least one node with stores")]
    NoNodes,
    /// Old and new are the same.
    #[error("the old and the new authority are the same one ({fingerprint}); nothing is to be changed")]
    SameAuthority {
        /// The SHA-256 fingerprint of both.
        fingerprint: String,
    },
    /// A node that is not in the plan.
    #[error("{name} is not in the plan, which has {known}")]
    UnknownNode {
        /// What was asked for.
        name: String,
        /// The nodes of the plan.
        known: String,
    },
    /// Others are not ready yet.
    #[error(
        "{node} may not enter the phase {phase} yet: {} of the phase before; a process with the new stores could not talk to them",
        waiting(waiting_for)
    )]
    NotYet {
        /// The node.
        node: String,
        /// The phase that it would enter.
        phase: Phase,
        /// The nodes that are not restarted yet.
        waiting_for: Vec<String>,
    },
    /// A restart that nothing calls for.
    #[error("{node} has no new stores to be restarted with; it is {state}")]
    NothingWritten {
        /// The node.
        node: String,
        /// How it stands.
        state: &'static str,
    },
    /// A restart before the stores were written.
    #[error(
        "{node} was started on {started}, before its stores were written on {written}; it still has the old ones in memory, so restart it"
    )]
    StartedBefore {
        /// The node.
        node: String,
        /// When it says that it was started.
        started: jiff::Timestamp,
        /// When its stores were written.
        written: jiff::Timestamp,
    },
    /// A keystore that the rotation does not know what to do with.
    #[error("{} does not hold one key with a certificate of {authority}; the rotation replaces no other", path.display())]
    ForeignKeystore {
        /// The keystore.
        path: PathBuf,
        /// The old authority.
        authority: String,
    },
    /// A truststore that lacks what it must hold.
    #[error("{} does not trust {authority}; {mend}", path.display())]
    Truststore {
        /// The truststore.
        path: PathBuf,
        /// The authority.
        authority: String,
        /// What to do.
        mend: &'static str,
    },
    /// The authority given is not the one of the plan.
    #[error(
        "the authority of {subject} is not the new one of this plan, which has the fingerprint {expected}"
    )]
    OtherAuthority {
        /// Which authority was given.
        subject: String,
        /// The SHA-256 fingerprint of the one in the plan.
        expected: String,
    },
    /// Another process works on the plan.
    #[error("{} is in use by another process; wait for it to finish", path.display())]
    Busy {
        /// The plan.
        path: PathBuf,
    },
}

fn waiting(nodes: &[String]) -> String {
    let shown = nodes.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    match nodes.len() {
        1 => format!("{shown} has not been restarted with its stores"),
        count if count <= 5 => format!("{shown} have not been restarted with their stores"),
        count => format!("{shown} and {} more have not been restarted with their stores", count - 5),
    }
}

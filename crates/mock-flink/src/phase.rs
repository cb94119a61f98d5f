//! Whether a cluster goes on.

use tokio::sync::watch;

/// Whether a cluster goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Serving,
    Stopping,
}

/// Resolves when the cluster is told to stop, or its owner is gone.
pub(crate) async fn stopping(phase: &mut watch::Receiver<Phase>) {
    let _ = phase.wait_for(|phase| *phase == Phase::Stopping).await;
}

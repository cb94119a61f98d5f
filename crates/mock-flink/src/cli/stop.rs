//! What ends a server in the foreground.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::error::CliError;

/// Why a server stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// SIGINT: the exit code is 130, as everywhere in flinkops.
    Interrupted,
    /// SIGTERM: its normal end, exit code 0.
    Terminated,
    /// `DELETE /cluster`: exit code 0.
    ByRequest,
}

impl Stopped {
    /// The exit code of the process.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Interrupted => 130,
            Self::Terminated | Self::ByRequest => 0,
        }
    }
}

/// The signals that end the process.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Takes them over from now on.
    pub(super) fn take() -> Result<Self, CliError> {
        let take = |kind| signal(kind).map_err(CliError::Signal);
        Ok(Self { interrupt: take(SignalKind::interrupt())?, terminate: take(SignalKind::terminate())? })
    }

    /// Waits for one.
    pub(super) async fn come(&mut self) -> Stopped {
        tokio::select! {
            _ = self.interrupt.recv() => Stopped::Interrupted,
            _ = self.terminate.recv() => Stopped::Terminated,
        }
    }
}

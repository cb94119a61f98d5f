//! Why a command of the mock ends without its purpose.

use ops_core::secret::SecretError;

use crate::error::MockError;
use crate::recording::RecordingError;
use crate::scenario::ScenarioError;
use crate::target::TargetError;
use crate::tls::PemError;

/// Why a command of the mock ends without its purpose.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CliError {
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A PEM file holds something else.
    #[error("{path} holds {problem}")]
    Pem {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: PemError,
    },
    /// A login cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The scenario makes no sense.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The cluster does not start.
    #[error(transparent)]
    Start(#[from] MockError),
    /// There are not so many ports.
    #[error(
        "{count} clusters do not fit on the ports from {port} on; choose a lower --port, or 0 for free ones"
    )]
    Ports {
        /// The first port.
        port: u16,
        /// How many clusters.
        count: u16,
    },
    /// A cluster elsewhere does not answer.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// There is no recording.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// The process cannot wait for signals.
    #[error("cannot wait for SIGINT and SIGTERM")]
    Signal(#[source] std::io::Error),
}

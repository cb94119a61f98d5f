//! What can keep a cluster from being rendered.

use std::path::PathBuf;

use ops_core::conf::ConfError;
use ops_core::version::FlinkVersion;

/// Why a cluster cannot be rendered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeployError {
    /// A platform that needs something which the description does not say.
    #[error("the platform {platform} needs `{field}` in cluster.yaml: {reason}")]
    Missing {
        /// The platform.
        platform: &'static str,
        /// The field of `cluster.yaml`.
        field: &'static str,
        /// Why it is needed, or what it looks like.
        reason: &'static str,
    },
    /// A field whose value cannot be used.
    #[error("`{field}` in cluster.yaml: {problem}")]
    Field {
        /// The field of `cluster.yaml`.
        field: &'static str,
        /// What was found and what is needed.
        problem: String,
    },
    /// What a version of Flink has no way to do.
    #[error("Flink {version} has no {what}; {mend}")]
    Version {
        /// The version.
        version: FlinkVersion,
        /// What it lacks.
        what: &'static str,
        /// What to do instead.
        mend: &'static str,
    },
    /// Stores of a certificate that was not issued.
    #[error("there are no stores for `{leaf}` in {}", dir.display())]
    NoStores {
        /// The name of the certificate.
        leaf: String,
        /// Where they were looked for.
        dir: PathBuf,
    },
    /// Memory sizes that Flink refuses.
    #[error("Flink would refuse the memory of the {process}: {reason}")]
    Memory {
        /// Which process.
        process: &'static str,
        /// What it would say.
        reason: String,
    },
    /// A configuration that cannot be written.
    #[error(transparent)]
    Conf(#[from] ConfError),
    /// TLS or Kerberos that cannot be wired.
    #[error(transparent)]
    Wiring(#[from] secure_conf::SecureConfError),
    /// A certificate or store that cannot be asked for or read.
    #[error(transparent)]
    Pki(#[from] pki::PkiError),
    /// A name that no certificate can have.
    #[error(transparent)]
    Name(#[from] pki::names::NameError),
    /// A file that cannot be read.
    #[error(transparent)]
    File(#[from] ops_core::files::FileError),
}

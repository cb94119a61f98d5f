//! What keeps files from being linted.

use std::path::PathBuf;

use ops_core::conf::ConfError;
use ops_core::files::FileError;
use ops_core::version::FlinkVersion;
use ops_core::yaml::YamlError;

/// A configuration that cannot be linted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LintError {
    /// Flink refuses the whole file, or it cannot be read.
    #[error(transparent)]
    Conf(#[from] ConfError),
    /// A file beside it cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// `flinkops.yaml` is not what it should be.
    #[error(transparent)]
    Policy(#[from] YamlError),
    /// A directory without configuration.
    #[error(
        "{} holds neither flink-conf.yaml nor config.yaml; Flink {version} reads {}",
        path.display(),
        version.dialect().file_name()
    )]
    NoConfiguration {
        /// The directory.
        path: PathBuf,
        /// The Flink that will read it.
        version: FlinkVersion,
    },
}

//! What is tuned: a configuration under a version of Flink.

use std::path::{Path, PathBuf};

use clap::Args;
use jobs::JobRef;
use ops_core::conf::ConfDocument;
use ops_core::rest::RestClient;
use ops_core::spec::ClusterSpec;
use ops_core::version::{Dialect, FlinkVersion};
use tuning::settings::Settings;

use crate::failure::Failure;

/// The configuration and the version.
#[derive(Debug, Clone, Args)]
pub(crate) struct Subject {
    /// The configuration: flink-conf.yaml, config.yaml, or their directory.
    #[arg(long, value_name = "PATH")]
    pub(crate) conf: Option<PathBuf>,
    /// The Flink that reads it, such as 1.20 [default: the one in the directory's cluster.yaml].
    #[arg(long, value_name = "VERSION")]
    pub(crate) flink_version: Option<FlinkVersion>,
}

impl Subject {
    /// The settings of a file; without one, of `fallback`; without that, none.
    pub(crate) fn settings(&self, fallback: Option<&Path>) -> Result<Settings, Failure> {
        let path = self.conf.as_deref().or(fallback);
        let version = self.version(path)?;
        match path {
            Some(path) => Ok(Settings::of(&ConfDocument::read(&file(path, version)?)?, version)),
            None => Ok(Settings::empty(version)),
        }
    }

    /// The settings of a file; without one, those that a running cluster says it has.
    pub(super) async fn settings_or_live(
        &self,
        fallback: Option<&Path>,
        client: &RestClient,
    ) -> Result<Settings, Failure> {
        let version = match self.flink_version {
            Some(version) => version,
            None => client.version().await?,
        };
        if let Some(path) = self.conf.as_deref().or(fallback) {
            return Ok(Settings::of(&ConfDocument::read(&file(path, version)?)?, version));
        }
        let entries = client.jobmanager_config().await?;
        let empty = Settings::empty(version);
        Ok(entries.into_iter().fold(empty, |settings, entry| settings.with(entry.key, entry.value)))
    }

    fn version(&self, path: Option<&Path>) -> Result<FlinkVersion, Failure> {
        if let Some(version) = self.flink_version {
            return Ok(version);
        }
        let description = path.map(|path| path.join("cluster.yaml")).filter(|file| file.is_file());
        match description {
            Some(file) => Ok(ClusterSpec::read(&file)?.flink_version),
            None => Err(Failure::usage("the figures depend on the version of Flink, and none was given")
                .help("add --flink-version, for example --flink-version 1.20")),
        }
    }
}

/// The file itself, or the one in a directory that this version reads.
pub(super) fn file(path: &Path, version: FlinkVersion) -> Result<PathBuf, Failure> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    // Where both are there, the versions that read both take the old one.
    let names = [Dialect::Legacy, Dialect::Yaml].into_iter().filter(|dialect| version.reads(*dialect));
    let mut files = names.map(|dialect| path.join(dialect.file_name()));
    files.find(|file| file.is_file()).ok_or_else(|| {
        let name = version.dialect().file_name();
        Failure::usage(format!("{} holds no {name}", path.display())).help(format!(
            "Flink {} reads {name}; name the file itself if it has another name",
            version.line()
        ))
    })
}

/// What is missing where neither a job nor figures were given.
pub(super) fn job_or_figures<'a>(job: Option<&'a JobRef>, help: &str) -> Result<&'a JobRef, Failure> {
    job.ok_or_else(|| Failure::usage("neither a running job nor figures were given").help(help))
}

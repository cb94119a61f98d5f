//! Which files are meant, and which Flink reads them.

use std::path::{Path, PathBuf};

use clap::Args;
use ops_core::conf::ConfDocument;
use ops_core::spec::ClusterSpec;
use ops_core::version::{Dialect, FlinkVersion};

use crate::failure::Failure;

/// One configuration file.
#[derive(Debug, Args)]
pub(in crate::commands) struct Target {
    /// The configuration file, or the conf directory that holds it.
    #[arg(long, value_name = "PATH", env = "FLINK_CONF_DIR", hide_env_values = true, default_value = ".")]
    conf: PathBuf,
    /// The Flink that will read it, such as 1.20 [default: the one in the directory's cluster.yaml].
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
}

/// A configuration file that was read.
#[derive(Debug)]
pub(in crate::commands) struct Opened {
    pub(in crate::commands) path: PathBuf,
    pub(in crate::commands) document: ConfDocument,
    pub(in crate::commands) version: FlinkVersion,
}

impl Target {
    pub(in crate::commands) fn open(&self) -> Result<Opened, Failure> {
        let version = version(self.flink_version, &self.conf)?;
        let path = file(&self.conf, version)?;
        Ok(Opened { document: ConfDocument::read(&path)?, path, version })
    }
}

/// The version that was given, or the one that the directory's `cluster.yaml` names.
pub(in crate::commands) fn version(
    given: Option<FlinkVersion>,
    path: &Path,
) -> Result<FlinkVersion, Failure> {
    if let Some(version) = given {
        return Ok(version);
    }
    let description = path.join("cluster.yaml");
    if description.is_file() {
        return Ok(ClusterSpec::read(&description)?.flink_version);
    }
    Err(Failure::usage("what is right depends on the version of Flink, and none was given")
        .help("add --flink-version, for example --flink-version 1.20"))
}

/// The file itself, or the one in the directory that this version reads.
pub(in crate::commands) fn file(path: &Path, version: FlinkVersion) -> Result<PathBuf, Failure> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    // Where a version reads both, it reads the first.
    let order = [Dialect::Legacy, Dialect::Yaml].into_iter().filter(|dialect| version.reads(*dialect));
    let found = order.map(|dialect| below(path, dialect.file_name())).find(|file| file.is_file());
    found.ok_or_else(|| {
        let needed = version.dialect().file_name();
        let failure = Failure::usage(format!(
            "{} holds no configuration that Flink {} reads",
            path.display(),
            version.line()
        ));
        match path.join(Dialect::Legacy.file_name()).is_file() {
            true => failure.help(format!(
                "Flink {line} reads {needed}; write it with `flinkops conf migrate {} --from 1.18 --to {line} --out DIR`",
                path.display(),
                line = version.line(),
            )),
            false => failure.help(format!("name the file, or a directory with {needed}")),
        }
    })
}

/// A file in a directory; in the current one, by its name alone.
fn below(directory: &Path, name: &str) -> PathBuf {
    if directory == Path::new(".") { PathBuf::from(name) } else { directory.join(name) }
}

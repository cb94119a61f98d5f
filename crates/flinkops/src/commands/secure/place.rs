//! Which file a path means: the configuration that a version reads.

use std::path::{Path, PathBuf};

use ops_core::version::{Dialect, FlinkVersion};

use crate::failure::Failure;

/// The configuration file that this version reads at a path, or will read there.
pub(super) fn file(path: &Path, version: FlinkVersion) -> Result<PathBuf, Failure> {
    let file = if path.is_dir() {
        let both = [Dialect::Legacy, Dialect::Yaml].map(|dialect| path.join(dialect.file_name()));
        let here: Vec<_> = both.into_iter().filter(|file| file.is_file()).collect();
        let reads = |file: &&PathBuf| {
            let named = |dialect: Dialect| file.ends_with(dialect.file_name());
            (named(Dialect::Legacy) && version.reads(Dialect::Legacy))
                || (named(Dialect::Yaml) && version.reads(Dialect::Yaml))
        };
        match (here.iter().find(reads), here.first()) {
            (Some(file), _) => file.clone(),
            (None, Some(other)) => {
                let name = other.file_name().unwrap_or_default().display();
                return Err(Failure::usage(format!(
                    "{} holds {name}, which Flink {} does not read",
                    path.display(),
                    version.line()
                ))
                .help(format!(
                    "write it as {}, or name the version that reads {name}",
                    version.dialect().file_name()
                )));
            }
            (None, None) => path.join(version.dialect().file_name()),
        }
    } else {
        let named = |dialect: Dialect| path.ends_with(dialect.file_name());
        if !path.exists() && !named(Dialect::Legacy) && !named(Dialect::Yaml) {
            return Err(Failure::usage(format!("there is no {}", path.display()))
                .help("name a conf directory that is there, or the configuration file to be made"));
        }
        path.to_owned()
    };
    // A link is followed, and stays one.
    if file.exists() { Ok(file.canonicalize().unwrap_or(file)) } else { Ok(file) }
}

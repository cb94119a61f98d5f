//! Downloads with pip, the index's own client: it knows the machine's proxy, its certificates and its mirror, and it
//! verifies each file against the hash that the index states.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::context;
use crate::version::FlinkVersion;

use crate::error::XtaskError;
use crate::process;

/// One of the two archives of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Archive {
    /// The sdist with the jars.
    Libraries,
    /// The wheel with the scripts and the configuration. Which Python it is for does not matter here; which one it
    /// is must not vary, or its hash would.
    Scripts,
}

impl Archive {
    /// What the archive is, for messages.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Libraries => "sdist",
            Self::Scripts => "wheel",
        }
    }

    fn requirement(self, version: FlinkVersion) -> String {
        match self {
            Self::Libraries => format!("apache-flink-libraries=={version}"),
            Self::Scripts => format!("apache-flink=={version}"),
        }
    }

    /// Whether a file of this name is the archive. The name of an sdist was spelled with hyphens once, and is spelled
    /// with underscores now.
    fn is(self, version: FlinkVersion, name: &str) -> bool {
        let name = name.replace('-', "_");
        match self {
            Self::Libraries => name == format!("apache_flink_libraries_{version}.tar.gz"),
            Self::Scripts => {
                name.starts_with(&format!("apache_flink_{version}_cp")) && name.ends_with(".whl")
            }
        }
    }

    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Libraries => &["--no-binary", ":all:"],
            Self::Scripts => &[
                "--only-binary=:all:",
                "--implementation=cp",
                "--python-version=39",
                "--abi=cp39",
                "--platform=manylinux1_x86_64",
                "--platform=manylinux2014_x86_64",
            ],
        }
    }
}

/// Whether there is a pip to download with.
pub fn available() -> bool {
    process::capture(pip().arg("--version")).is_ok()
}

/// Downloads the archive into `directory`.
pub(super) fn download(
    archive: Archive,
    version: FlinkVersion,
    directory: &Path,
) -> Result<PathBuf, XtaskError> {
    let mut command = pip();
    command
        .args(["download", "--no-deps", "--no-cache-dir", "--disable-pip-version-check", "--retries=5"])
        .args(archive.options())
        .arg("--dest")
        .arg(directory)
        .arg(archive.requirement(version));
    process::run(&mut command)?;
    let missing = || XtaskError::NoArchive { what: archive.kind(), version, directory: directory.to_owned() };
    present(archive, version, directory)?.ok_or_else(missing)
}

/// The archive in `directory`, if an earlier run left it there.
pub(super) fn present(
    archive: Archive,
    version: FlinkVersion,
    directory: &Path,
) -> Result<Option<PathBuf>, XtaskError> {
    for entry in fs::read_dir(directory).map_err(context("read", directory))? {
        let entry = entry.map_err(context("read", directory))?;
        if archive.is(version, &entry.file_name().to_string_lossy()) {
            return Ok(Some(entry.path()));
        }
    }
    Ok(None)
}

fn pip() -> Command {
    let mut command = process::command("python3");
    command.args(["-m", "pip"]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_the_sdist_are_known() {
        let version = FlinkVersion::new(1, 20, 5);
        let is = |archive: Archive, name| archive.is(version, name);
        assert!(is(Archive::Libraries, "apache-flink-libraries-1.20.5.tar.gz"));
        assert!(is(Archive::Libraries, "apache_flink_libraries-1.20.5.tar.gz"));
        assert!(!is(Archive::Libraries, "apache_flink_libraries-1.20.50.tar.gz"));
        assert!(!is(Archive::Libraries, "apache-flink-1.20.5.tar.gz"));
        assert!(is(Archive::Scripts, "apache_flink-1.20.5-cp39-cp39-manylinux1_x86_64.whl"));
        assert!(!is(Archive::Scripts, "apache_flink-1.20.50-cp39-cp39-manylinux1_x86_64.whl"));
    }
}

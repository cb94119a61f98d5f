//! The jar that quickstart runs: the user's, or a small stateful job of our own. Against the embedded mock the
//! source is enough, since mock-flink runs no Java; a real Flink gets it compiled.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use ops_core::files::{self, Access, FileError};
use tokio::process::Command;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::cluster::FlinkHome;
use crate::adapters;
use crate::failure::Failure;

/// The class with the main method.
pub(super) const CLASS: &str = "QuickstartJob";
const SOURCE: &str = include_str!("QuickstartJob.java");
/// What the jar is called in the run directory, and so on the cluster.
const NAME: &str = "quickstart-job.jar";

/// A jar for the embedded mock.
pub(crate) fn uncompiled(directory: &Path) -> Result<PathBuf, Failure> {
    write_jar(directory, vec![(format!("{CLASS}.java"), SOURCE.as_bytes().to_vec())])
}

/// Compiles the job against a Flink.
pub(crate) async fn compile(directory: &Path, home: &FlinkHome) -> Result<PathBuf, Failure> {
    let javac = javac()?;
    let source = directory.join(format!("{CLASS}.java"));
    files::write(&source, SOURCE.as_bytes(), Access::Private)?;
    let classes = directory.join("classes");
    files::create_directory(&classes, Access::Private)?;
    #[expect(clippy::disallowed_methods, reason = "quickstart is the adapter that starts the compiler")]
    let command = std::process::Command::new(&javac);
    let compiled = Command::from(command)
        .args(["--release", "11", "-proc:none", "-encoding", "UTF-8", "-cp"])
        .arg(home.dist_jar())
        .arg("-d")
        .arg(&classes)
        .arg(&source)
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| Failure::usage(format!("cannot start {}: {error}", javac.display())))?;
    if !compiled.status.success() {
        return Err(Failure::usage(format!(
            "{} cannot compile quickstart's job against {}",
            javac.display(),
            home.version()
        ))
        .evidence(String::from_utf8_lossy(&compiled.stderr))
        .help("a JDK of version 11 or later is needed; or bring a job with --jar FILE"));
    }
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(&classes).map_err(files::context("read", &classes))? {
        let path = entry.map_err(files::context("read", &classes))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        entries.push((name, std::fs::read(&path).map_err(files::context("read", &path))?));
    }
    entries.sort();
    write_jar(directory, entries)
}

/// The compiler for [`compile`].
pub(crate) fn javac() -> Result<PathBuf, Failure> {
    let home = adapters::environment("JAVA_HOME").map(|home| PathBuf::from(home).join("bin"));
    let path = adapters::environment("PATH").unwrap_or_default();
    home.into_iter().chain(std::env::split_paths(&path)).map(|dir| dir.join("javac")).find(|file| file.is_file()).ok_or_else(|| {
        Failure::usage("there is no javac to compile quickstart's job with: neither under JAVA_HOME nor on the PATH")
            .help("install a JDK (Debian: apt-get install openjdk-17-jdk-headless), or bring a job with --jar FILE")
    })
}

fn write_jar(directory: &Path, entries: Vec<(String, Vec<u8>)>) -> Result<PathBuf, Failure> {
    let path = directory.join(NAME);
    let packed = || -> Result<Vec<u8>, zip::result::ZipError> {
        let mut jar = ZipWriter::new(Cursor::new(Vec::new()));
        let manifest =
            format!("Manifest-Version: 1.0\r\nMain-Class: {CLASS}\r\nCreated-By: flinkops\r\n\r\n");
        let first = ("META-INF/MANIFEST.MF".to_owned(), manifest.into_bytes());
        for (name, bytes) in std::iter::once(first).chain(entries) {
            jar.start_file(name, SimpleFileOptions::default())?;
            jar.write_all(&bytes)?;
        }
        Ok(jar.finish()?.into_inner())
    };
    let bytes = packed().map_err(|error| FileError {
        action: "write",
        path: path.clone(),
        source: std::io::Error::other(error),
    })?;
    files::write(&path, &bytes, Access::Private)?;
    Ok(path)
}

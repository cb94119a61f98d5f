//! The jar that benchmarks submit.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::XtaskError;
use crate::files::context;

/// The smallest jar: a manifest that names a main class. The mock runs no Java.
pub(super) fn write_jar(scratch: &Path) -> Result<PathBuf, XtaskError> {
    let path = scratch.join("bench.jar");
    let bad = |e: zip::result::ZipError| XtaskError::Archive { path: path.clone(), reason: e.to_string() };
    let mut jar = zip::ZipWriter::new(fs::File::create(&path).map_err(context("create", &path))?);
    jar.start_file("META-INF/MANIFEST.MF", zip::write::SimpleFileOptions::default()).map_err(bad)?;
    jar.write_all(b"Manifest-Version: 1.0\r\nMain-Class: bench.Job\r\n\r\n")
        .map_err(context("write", &path))?;
    // mock-flink runs no Java, but looks whether the class is there.
    jar.start_file("bench/Job.class", zip::write::SimpleFileOptions::default()).map_err(bad)?;
    jar.finish().map_err(bad)?;
    Ok(path)
}

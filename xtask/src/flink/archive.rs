//! Unpacks the two archives into one distribution. Only the files that belong to it are taken, and only to places
//! inside it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};

use crate::files::context;
use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};

use crate::error::XtaskError;

/// The jars and plugins of the sdist.
pub(super) fn unpack_libraries(archive: &Path, home: &Path) -> Result<(), XtaskError> {
    let file = File::open(archive).map_err(context("read", archive))?;
    let bad = |e: io::Error| XtaskError::Archive { path: archive.to_owned(), reason: e.to_string() };
    let mut tar = tar::Archive::new(GzDecoder::new(io::BufReader::with_capacity(1 << 20, file)));
    for entry in tar.entries().map_err(bad)? {
        let mut entry = entry.map_err(bad)?;
        let Some(place) = library_place(&entry.path().map_err(bad)?) else { continue };
        if entry.header().entry_type().is_file() {
            store(&mut entry, home, &place)?;
        }
    }
    Ok(())
}

/// The scripts and the configuration of the wheel.
pub(super) fn unpack_scripts(archive: &Path, home: &Path) -> Result<(), XtaskError> {
    let file = File::open(archive).map_err(context("read", archive))?;
    let bad = |reason: String| XtaskError::Archive { path: archive.to_owned(), reason };
    let mut zip = zip::ZipArchive::new(io::BufReader::new(file)).map_err(|e| bad(e.to_string()))?;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(|e| bad(e.to_string()))?;
        let Some(place) = entry.enclosed_name().as_deref().and_then(script_place) else { continue };
        if entry.is_file() {
            store(&mut entry, home, &place)?;
        }
    }
    Ok(())
}

/// The SHA-256 of a file, in lower-case hexadecimal.
pub(super) fn sha256(path: &Path) -> Result<String, XtaskError> {
    let mut file = File::open(path).map_err(context("read", path))?;
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher).map_err(context("read", path))?;
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// `apache-flink-libraries-V/deps/lib/x.jar` → `lib/x.jar`; `None` for what is not part of a distribution.
fn library_place(entry: &Path) -> Option<PathBuf> {
    let names = plain(entry)?;
    match names.as_slice() {
        [_, name @ ("LICENSE" | "NOTICE")] => Some(PathBuf::from(name)),
        [_, "deps", "lib" | "opt" | "plugins" | "bin", _, ..] => Some(names[2..].iter().collect()),
        _ => None,
    }
}

/// `pyflink/bin/flink` → `bin/flink`; `None` for what is not part of a distribution.
fn script_place(entry: &Path) -> Option<PathBuf> {
    let names = plain(entry)?;
    matches!(names.as_slice(), ["pyflink", "bin" | "conf", _, ..]).then(|| names[1..].iter().collect())
}

/// The components of a relative path without `..`.
fn plain(path: &Path) -> Option<Vec<&str>> {
    path.components()
        .map(|component| match component {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect()
}

fn store(content: &mut impl Read, home: &Path, place: &Path) -> Result<(), XtaskError> {
    let path = home.join(place);
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(context("create", directory))?;
    }
    let is_script = place.starts_with("bin") && place.extension().is_none_or(|extension| extension == "sh");
    let mode = if is_script { 0o755 } else { 0o644 };
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&path)
        .map_err(context("create", &path))?;
    io::copy(content, &mut file).map_err(context("write", &path))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn libraries(path: &Path, files: &[&str]) {
        let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(
            File::create(path).unwrap(),
            flate2::Compression::fast(),
        ));
        for name in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(3);
            header.set_mode(0o600);
            // `set_path` refuses `..`, as it should; an attacker would not ask it.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, &b"jar"[..]).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap();
    }

    fn scripts(path: &Path, files: &[&str]) {
        let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
        for name in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(b"#!/bin/sh\n").unwrap();
        }
        zip.finish().unwrap();
    }

    fn tree(directory: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![directory.to_owned()];
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_dir() {
                    open.push(entry.path());
                } else {
                    found.push(entry.path().strip_prefix(directory).unwrap().display().to_string());
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn two_archives_become_one_home_and_nothing_outside() {
        let dir = tempfile::tempdir().unwrap();
        let (tar, zip, home) =
            (dir.path().join("l.tar.gz"), dir.path().join("s.whl"), dir.path().join("home"));
        libraries(
            &tar,
            &[
                "l-1/PKG-INFO",
                "l-1/NOTICE",
                "l-1/deps/lib/flink-dist-1.jar",
                "l-1/deps/bin/bash-java-utils.jar",
                "l-1/deps/plugins/metrics-jmx/p.jar",
                "l-1/deps/lib/../../../evil.jar",
                "l-1/deps/other/x",
            ],
        );
        scripts(&zip, &["pyflink/bin/flink", "pyflink/conf/flink-conf.yaml", "pyflink/table.py"]);
        unpack_libraries(&tar, &home).unwrap();
        unpack_scripts(&zip, &home).unwrap();
        assert_eq!(
            tree(&home),
            [
                "NOTICE",
                "bin/bash-java-utils.jar",
                "bin/flink",
                "conf/flink-conf.yaml",
                "lib/flink-dist-1.jar",
                "plugins/metrics-jmx/p.jar"
            ]
        );
        assert!(!dir.path().join("evil.jar").exists());
        let mode = |name: &str| fs::metadata(home.join(name)).unwrap().permissions().mode() & 0o111;
        assert!(mode("bin/flink") != 0 && mode("bin/bash-java-utils.jar") == 0);
    }

    #[test]
    fn a_cut_archive_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().unwrap();
        let tar = dir.path().join("cut.tar.gz");
        libraries(&tar, &["l/deps/lib/a.jar"]);
        let bytes = fs::read(&tar).unwrap();
        fs::write(&tar, &bytes[..bytes.len() / 2]).unwrap();
        let error = unpack_libraries(&tar, &dir.path().join("home")).unwrap_err().to_string();
        assert!(error.contains("cut.tar.gz"), "{error}");
        let error = unpack_scripts(&tar, &dir.path().join("home")).unwrap_err().to_string();
        assert!(error.starts_with("cannot unpack "), "{error}");
    }

    #[test]
    fn the_hash_is_that_of_the_content() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(file.path()).unwrap(), empty);
    }
}

//! Fetches, verifies and assembles distributions; each appears in the cache whole or not at all.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::files::{self, Access, context};
use crate::version::FlinkVersion;
use end_to_end::cache::{flink_home, missing_part};
use serde_json::json;

use super::archive;
use super::pins;
use super::pip::{self, Archive};
use crate::error::XtaskError;

/// In each distribution: which archives it was assembled from.
const ORIGIN: &str = ".assembled-from.json";

/// Makes sure that the cache holds each version.
///
/// # Errors
/// A download fails, or its hash is wrong.
pub fn get_all(cache: &Path, versions: &[FlinkVersion]) -> Result<(), XtaskError> {
    for version in versions {
        println!("Flink {version}: {}", get(cache, *version)?.display());
    }
    Ok(())
}

/// Prints what the cache holds.
pub fn list(cache: &Path, versions: &[FlinkVersion]) {
    for version in versions {
        let home = flink_home(cache, &version.to_string());
        let state = match missing_part(&home, &version.to_string()) {
            None => home.display().to_string(),
            Some(_) if !home.exists() => format!("not there; cargo xtask flink get {version}"),
            Some(part) => format!("incomplete: no {}", part.display()),
        };
        println!("Flink {version}: {state}");
    }
}

/// The home of `version` in the cache; assembles it first if it is not there. Several processes may ask at once:
/// one fetches, the others wait for it.
///
/// # Errors
/// The download fails, its hash is wrong, or the disk is full. What was downloaded completely is kept for next time.
pub fn get(cache: &Path, version: FlinkVersion) -> Result<PathBuf, XtaskError> {
    let name = version.to_string();
    let home = flink_home(cache, &name);
    if missing_part(&home, &name).is_none() {
        return Ok(home);
    }
    let _lock = lock(cache, &name)?;
    match missing_part(&home, &name) {
        None => return Ok(home),
        Some(part) if home.exists() => return Err(XtaskError::InTheWay { home, part }),
        Some(_) => {}
    }
    println!("Flink {version}: fetching about 300 MB from Python's package index");
    let downloads = cache.join("downloads").join(&name);
    files::create_directory(&downloads, Access::Public)?;
    let pinned = pins::of(version);
    let libraries = fetch(Archive::Libraries, version, &downloads, pinned.map(|pins| pins.libraries))?;
    let scripts = fetch(Archive::Scripts, version, &downloads, pinned.map(|pins| pins.scripts))?;
    assemble(version, &libraries, &scripts, &downloads.join("home"), &home)?;
    fs::remove_dir_all(&downloads).map_err(context("remove", &downloads))?;
    Ok(home)
}

/// A downloaded archive and its hash.
struct Fetched {
    path: PathBuf,
    sha256: String,
}

/// The archive, from an earlier run where its recorded hash proves that it is complete, else from the index.
fn fetch(
    archive: Archive,
    version: FlinkVersion,
    downloads: &Path,
    pinned: Option<&'static str>,
) -> Result<Fetched, XtaskError> {
    if let (Some(expected), Some(path)) = (pinned, pip::present(archive, version, downloads)?) {
        let sha256 = archive::sha256(&path)?;
        if sha256 == expected {
            return Ok(Fetched { path, sha256 });
        }
        fs::remove_file(&path).map_err(context("remove", &path))?;
    }
    let path = pip::download(archive, version, downloads)?;
    let sha256 = archive::sha256(&path)?;
    match pinned {
        Some(expected) if sha256 != expected => {
            fs::remove_file(&path).map_err(context("remove", &path))?;
            Err(XtaskError::Hash { path, found: sha256, expected })
        }
        _ => Ok(Fetched { path, sha256 }),
    }
}

/// Unpacks into `staging`, checks the result, and renames it to `home`.
fn assemble(
    version: FlinkVersion,
    libraries: &Fetched,
    scripts: &Fetched,
    staging: &Path,
    home: &Path,
) -> Result<(), XtaskError> {
    if staging.exists() {
        fs::remove_dir_all(staging).map_err(context("remove", staging))?;
    }
    archive::unpack_libraries(&libraries.path, staging)?;
    archive::unpack_scripts(&scripts.path, staging)?;
    if let Some(part) = missing_part(staging, &version.to_string()) {
        let part = part.strip_prefix(staging).unwrap_or(&part).to_owned();
        return Err(XtaskError::Incomplete { version, part });
    }
    let archives = [libraries, scripts].map(|fetched| {
        let file = fetched.path.file_name().unwrap_or_default().to_string_lossy();
        json!({ "file": file, "sha256": fetched.sha256 })
    });
    let origin = json!({ "version": version.to_string(), "archives": archives });
    files::write(&staging.join(ORIGIN), format!("{origin:#}\n").as_bytes(), Access::Public)?;
    if let Some(parent) = home.parent() {
        files::create_directory(parent, Access::Public)?;
    }
    fs::rename(staging, home).map_err(context("create", home))?;
    Ok(())
}

fn lock(cache: &Path, version: &str) -> Result<File, XtaskError> {
    let directory = cache.join("locks");
    files::create_directory(&directory, Access::Public)?;
    let path = directory.join(format!("flink-{version}.lock"));
    let file = File::create(&path).map_err(context("create", &path))?;
    if file.try_lock().is_err() {
        eprintln!("Flink {version}: another process is fetching it; waiting for {}", path.display());
        file.lock().map_err(context("lock", &path))?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: FlinkVersion = FlinkVersion::new(1, 18, 1);

    fn complete(home: &Path) {
        for file in ["bin/flink", "bin/config.sh", "bin/bash-java-utils.jar", "conf/x", "plugins/x"] {
            fs::create_dir_all(home.join(file).parent().unwrap()).unwrap();
            fs::write(home.join(file), "").unwrap();
        }
        fs::create_dir_all(home.join("lib")).unwrap();
        fs::write(home.join("lib/flink-dist-1.18.1.jar"), "").unwrap();
        fs::write(home.join("conf/flink-conf.yaml"), "").unwrap();
    }

    #[test]
    fn what_is_there_is_not_fetched_again() {
        let cache = tempfile::tempdir().unwrap();
        let home = flink_home(cache.path(), "1.18.1");
        complete(&home);
        assert_eq!(get(cache.path(), VERSION).unwrap(), home);
        assert!(!cache.path().join("downloads").exists());
    }

    #[test]
    fn something_incomplete_in_its_place_is_not_touched() {
        let cache = tempfile::tempdir().unwrap();
        let home = flink_home(cache.path(), "1.18.1");
        complete(&home);
        fs::remove_file(home.join("bin/flink")).unwrap();
        let error = get(cache.path(), VERSION).unwrap_err().to_string();
        assert!(error.contains("is in the way: it has no") && error.contains("bin/flink"), "{error}");
        assert!(home.join("bin/config.sh").exists());
    }

    #[test]
    fn an_archive_with_the_recorded_hash_is_reused() {
        let downloads = tempfile::tempdir().unwrap();
        let path = downloads.path().join("apache-flink-libraries-1.18.1.tar.gz");
        fs::write(&path, "").unwrap();
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let fetched = fetch(Archive::Libraries, VERSION, downloads.path(), Some(empty)).unwrap();
        assert_eq!(fetched.path, path);
    }
}

//! The executables that cargo built beside the tests. Cargo builds them with
//! `cargo build --workspace --bins --tests`, which `cargo xtask test` runs first.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The command line.
///
/// # Panics
/// It was not built, or is older than its sources.
pub fn flinkops() -> PathBuf {
    binary("flinkops")
}

/// The fake JobManager.
///
/// # Panics
/// It was not built, or is older than its sources.
pub fn mock_flink() -> PathBuf {
    binary("mock-flink")
}

/// The executable `name` of the profile that the running test was built with.
///
/// # Panics
/// It was not built, or is older than its sources: a test must not judge yesterday's program.
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own executable");
    let directory = test.ancestors().nth(2).expect("tests stand in target/PROFILE/deps");
    match check(directory, name) {
        Ok(path) => path,
        Err(reason) => {
            panic!("{reason}; run `cargo build --workspace --bins --tests`, or `cargo xtask test`")
        }
    }
}

fn check(directory: &Path, name: &str) -> Result<PathBuf, String> {
    let path = directory.join(name);
    let Some(built) = modified(&path) else { return Err(format!("{} was not built", path.display())) };
    let sources = fs::read_to_string(path.with_extension("d")).unwrap_or_default();
    match sources_of(&sources).into_iter().find(|source| modified(source).is_some_and(|at| at > built)) {
        Some(newer) => Err(format!("{} is older than {}", path.display(), newer.display())),
        None => Ok(path),
    }
}

/// The sources in cargo's dependency file: one line, `target: source source …`, spaces in names escaped.
fn sources_of(dependencies: &str) -> Vec<PathBuf> {
    let line = dependencies.lines().next().unwrap_or_default();
    let sources = line.split_once(": ").map_or("", |(_, sources)| sources).replace("\\ ", "\0");
    sources.split(' ').map(|source| PathBuf::from(source.replace('\0', " "))).collect()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;

    #[test]
    fn missing_and_stale_executables_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let source = dir.path().join("a source.rs");
        let program = dir.path().join("program");
        assert!(check(dir.path(), "program").unwrap_err().ends_with("was not built"));
        fs::write(&source, "").unwrap();
        fs::write(&program, "").unwrap();
        let escaped = source.display().to_string().replace(' ', "\\ ");
        fs::write(program.with_extension("d"), format!("{}: {escaped}\n", program.display())).unwrap();
        let later = modified(&source).unwrap() + Duration::from_secs(1);
        File::open(&program).unwrap().set_modified(later).unwrap();
        assert_eq!(check(dir.path(), "program").unwrap(), program);
        File::open(&source).unwrap().set_modified(later + Duration::from_secs(1)).unwrap();
        assert!(check(dir.path(), "program").unwrap_err().contains("is older than"));
    }
}

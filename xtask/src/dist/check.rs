//! Builds a commit twice, in two places with names of different length, and compares every byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::build;
use super::release::{Release, human};
use super::run::make;
use crate::error::XtaskError;
use crate::files::context;
use crate::process;

/// Makes a release of the last commit twice, at the same time, and compares.
///
/// # Errors
/// It does not build, or the two differ; then it names the files.
pub fn check(target: Option<&str>) -> Result<(), XtaskError> {
    let workspace = process::workspace();
    let changed =
        process::capture(process::command("git").current_dir(&workspace).args(["status", "--porcelain"]))?;
    if !changed.trim().is_empty() {
        println!("note: what is not committed does not take part");
    }
    // Somebody may commit meanwhile.
    let commit =
        process::capture(process::command("git").current_dir(&workspace).args(["rev-parse", "HEAD"]))?;
    let commit = commit.trim();
    let place = tempfile::tempdir().map_err(context("create", &std::env::temp_dir()))?;
    let build = |name: &str| once(&workspace, commit, &place.path().join(name), target);
    // At the same time: linking takes one core for minutes.
    let (first, again) = std::thread::scope(|scope| {
        let first = scope.spawn(|| build("a"));
        let again = build("another-place-with-a-longer-name");
        (first.join(), again)
    });
    let first = first.map_err(|_| XtaskError::Dist("a build panicked".to_owned()))??;
    let again = again?;
    let differ: std::collections::BTreeSet<&String> =
        first.keys().chain(again.keys()).filter(|name| first.get(*name) != again.get(*name)).collect();
    if differ.is_empty() {
        for (name, bytes) in &first {
            println!("identical {:>10}  {name}", human(bytes.len() as u64));
        }
        return Ok(());
    }
    Err(XtaskError::Dist(format!("two builds of one commit differ in {differ:?}")))
}

/// The files of one release, built in a clone.
fn once(
    workspace: &Path,
    commit: &str,
    place: &Path,
    target: Option<&str>,
) -> Result<BTreeMap<String, Vec<u8>>, XtaskError> {
    let checkout = place.join("source");
    let mut git = process::command("git");
    git.args(["clone", "--quiet", "--shared"]).arg(workspace).arg(&checkout);
    process::run(&mut git)?;
    let mut checked_out = process::command("git");
    process::run(checked_out.current_dir(&checkout).args(["checkout", "--quiet", "--detach", commit]))?;
    let release = Release::of(&checkout, target)?;
    println!("building {} in {}", release.name(), place.display());
    let built: PathBuf = build::run(&checkout, &place.join("built"), &release)?;
    let out = place.join("out");
    make(&checkout, &release, &built, &out)?;
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(&out).map_err(context("read", &out))?.flatten() {
        let bytes = fs::read(entry.path()).map_err(context("read", &entry.path()))?;
        found.insert(entry.file_name().to_string_lossy().into_owned(), bytes);
    }
    // Room for the second one.
    let _ = fs::remove_dir_all(place);
    Ok(found)
}

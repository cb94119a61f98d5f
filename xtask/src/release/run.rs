//! The steps of `release prepare` and `release verify`.

use std::fs;

use crate::error::XtaskError;
use crate::files::{self, Access, context};
use crate::process::{self, cargo};
use crate::publish::{self, Verify};
use crate::{deps, docs, tidy};

use super::changelog;
use super::version::{self, Level};

/// Writes the next version, its section of the changelog, the lock file and the generated pages. Nothing is committed.
///
/// # Errors
/// The checkout has changes, the changelog says nothing, or something cannot be written.
pub fn prepare(level: &Level, dry_run: bool) -> Result<(), XtaskError> {
    let workspace = process::workspace();
    let (manifest, log) = (workspace.join("Cargo.toml"), workspace.join("CHANGELOG.md"));
    let text = fs::read_to_string(&manifest).map_err(context("read", &manifest))?;
    let current =
        version::of(&text).ok_or_else(|| failed("Cargo.toml has no [workspace.package] version"))?;
    let next = level.after(&current);
    let day = process::capture(process::command("date").args(["-u", "+%F"]))?;
    let changes = fs::read_to_string(&log).map_err(context("read", &log))?;
    let changes = changelog::released(&changes, &next.to_string(), day.trim()).map_err(failed)?;
    println!("{current} -> {next}");
    println!("  Cargo.toml, Cargo.lock: the version of every crate");
    println!("  CHANGELOG.md: a section {next}");
    println!("  docs/: generated pages");
    if dry_run {
        println!("nothing was written");
        return Ok(());
    }
    let git =
        process::capture(process::command("git").current_dir(&workspace).args(["status", "--porcelain"]))?;
    if !git.trim().is_empty() {
        return Err(failed(format!("commit or put aside first what has changed:\n{}", git.trim_end())));
    }
    files::write(&manifest, version::replaced(&text, &current, &next).as_bytes(), Access::Public)?;
    files::write(&log, changes.as_bytes(), Access::Public)?;
    process::run(cargo().args(["update", "--quiet", "--workspace"]))?;
    process::run(
        cargo().args(["test", "--quiet", "--workspace", "--test", "reference"]).env("UPDATE_DOCS", "1"),
    )?;
    println!("next: read the diff, commit it, and `cargo xtask release verify`");
    Ok(())
}

/// Checks what a release needs beyond `cargo xtask ci`: version and changelog agree, pages and links, dependencies, packages.
///
/// # Errors
/// The first thing that is not so.
pub fn verify(without: deps::Without) -> Result<(), XtaskError> {
    let workspace = process::workspace();
    let (manifest, log) = (workspace.join("Cargo.toml"), workspace.join("CHANGELOG.md"));
    let text = fs::read_to_string(&manifest).map_err(context("read", &manifest))?;
    let current =
        version::of(&text).ok_or_else(|| failed("Cargo.toml has no [workspace.package] version"))?;
    let changes = fs::read_to_string(&log).map_err(context("read", &log))?;
    if !changelog::has(&changes, &current.to_string()) {
        return Err(failed(format!(
            "CHANGELOG.md has no section {current}; `cargo xtask release prepare {current}` writes it"
        )));
    }
    let git =
        process::capture(process::command("git").current_dir(&workspace).args(["status", "--porcelain"]))?;
    if !git.trim().is_empty() {
        return Err(failed(format!("a release is of a commit; these are not in one:\n{}", git.trim_end())));
    }
    tidy::run()?;
    docs::run()?;
    process::run(cargo().args(["test", "--quiet", "--workspace", "--locked", "--test", "reference"]))?;
    deps::run(without)?;
    publish::run(Verify::Build, false)?;
    println!("{current} is fit: next is `cargo xtask dist --check`");
    Ok(())
}

fn failed(what: impl Into<String>) -> XtaskError {
    XtaskError::Release(what.into())
}

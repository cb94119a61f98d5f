//! Putting the changes into the file, and the passwords where they belong.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use ops_core::conf::{ConfDocument, is_sensitive};
use ops_core::files::{self, Access, Mode};
use ops_core::version::FlinkVersion;
use secure_conf::ssl::{self, Change};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::Output;

/// What is to be written.
pub(super) struct Plan<'a> {
    pub(super) file: &'a Path,
    pub(super) version: FlinkVersion,
    pub(super) before: &'a ConfDocument,
    pub(super) after: ConfDocument,
    pub(super) changes: Vec<Change>,
    pub(super) secrets_dir: Option<&'a Path>,
    /// Names the Kubernetes secret.
    pub(super) name: &'a str,
    pub(super) dry_run: bool,
}

/// What was written; its fields are stable.
#[derive(Debug, Serialize)]
pub(super) struct Written {
    pub(super) file: PathBuf,
    pub(super) flink_version: FlinkVersion,
    pub(super) changes: Vec<Change>,
    /// Where the passwords are, when they are not in the file.
    pub(super) secret: Option<PathBuf>,
    /// Whether anything was written: not in a dry run, and not where nothing was to be changed.
    pub(super) written: bool,
}

pub(super) fn write(plan: Plan<'_>, output: &Output) -> Result<Written, Failure> {
    let Plan { file, version, before, mut after, mut changes, secrets_dir, name, dry_run } = plan;
    let mut secret = None;
    if let Some(dir) = secrets_dir {
        let entries = ssl::take_secrets(&mut after)?;
        let manifest = ssl::kubernetes_secret(&format!("{name}-ssl"), &entries)?;
        changes.retain(|change| before.get(&change.key).is_some() || after.get(&change.key).is_some());
        for change in changes.iter_mut().filter(|change| after.get(&change.key).is_none()) {
            change.after = None;
        }
        // What was in the file before and stays the same is taken out, too.
        for entry in &entries {
            if before.get(&entry.key).is_some() && changes.iter().all(|change| change.key != entry.key) {
                let before = Some("…".to_owned());
                changes.push(Change { key: entry.key.clone(), before, after: None });
            }
        }
        let path = dir.join("flink-ssl-secret.yaml");
        if !dry_run {
            if !dir.is_dir() {
                files::create_directory(dir, Access::Private)?;
            }
            files::write(&path, manifest.expose().as_bytes(), Access::Private)?;
        }
        secret = Some(path);
    }
    warn_about_owner(file, output);
    let text = after.to_text();
    let private = after.effective().any(|entry| is_sensitive(&entry.key));
    let tighten = private && fs::metadata(file).is_ok_and(|found| found.mode() & 0o077 != 0);
    let change = text != before.to_text() || tighten;
    if change && !dry_run {
        let mode = if private { Mode::Private } else { Mode::Kept };
        put(file, before.to_text().as_bytes(), text.as_bytes(), mode)?;
    }
    let written = (change || secret.is_some()) && !dry_run;
    Ok(Written { file: file.to_owned(), flink_version: version, changes, secret, written })
}

/// Rewrites the file, or makes it, which `before` is empty for.
fn put(file: &Path, before: &[u8], after: &[u8], mode: Mode) -> Result<(), Failure> {
    if file.exists() {
        return Ok(files::rewrite(file, before, after, mode)?);
    }
    if let Some(dir) = file.parent().filter(|dir| !dir.as_os_str().is_empty() && !dir.exists()) {
        files::create_directory(dir, Access::Public)?;
    }
    let access = if mode == Mode::Private { Access::Private } else { Access::Public };
    Ok(files::write(file, after, access)?)
}

/// A file of somebody else's keeps its owner, and that may be the one Flink runs as, or not.
fn warn_about_owner(file: &Path, output: &Output) {
    let Ok(found) = fs::metadata(file) else { return };
    let ours = rustix::process::geteuid().as_raw();
    if found.uid() != 0 && found.uid() != ours {
        output.warning(format!(
            "{} belongs to the user with the id {}, and stays that user's; it must be the one that Flink runs as",
            file.display(),
            found.uid()
        ));
    }
}

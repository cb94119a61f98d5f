//! Writing what was rendered: only what changed, never over what somebody edited, and nothing half.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use deploy::artifact::{Access, Artifact};
use ops_core::files::{self, FileError, create_directory, ensure_directory};
use ops_core::replacements::Replacements;
use ops_core::spec::{ClusterName, Platform};
use ops_core::version::FlinkVersion;
use serde::Serialize;

use super::manifest::{self, Manifest};
use super::progress::Progress;
use crate::commands::interruption::Interruption;
use crate::failure::Failure;

/// Files that share one wait for the disk.
const BATCH: usize = 64;

/// What the manifest begins with.
pub(super) struct Head<'a> {
    pub(super) cluster: &'a ClusterName,
    pub(super) flink_version: FlinkVersion,
    pub(super) platforms: &'a [Platform],
}

/// What was done with files; its fields are stable.
#[derive(Debug, Serialize)]
pub(super) struct Written {
    written: usize,
    unchanged: usize,
    removed: usize,
    manifest: PathBuf,
}

impl Written {
    pub(super) fn human(&self) -> String {
        let mut parts = vec![format!("{} files written", self.written)];
        if self.unchanged > 0 {
            parts.push(format!("{} unchanged", self.unchanged));
        }
        if self.removed > 0 {
            parts.push(format!("{} removed", self.removed));
        }
        parts.join(", ")
    }
}

/// What stands at a place now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Present {
    Nothing,
    /// What is to stand there.
    Same,
    /// What was rendered before.
    Ours,
    /// Anything else.
    Edited,
}

pub(super) fn write(
    out: &Path,
    head: &Head<'_>,
    artifacts: &[Artifact],
    overwrite: bool,
    progress: &Progress,
) -> Result<Written, Failure> {
    ensure_directory(out, files::Access::Private)?;
    let before = Manifest::read(out)?;
    let entries: BTreeMap<_, _> =
        artifacts.iter().map(|artifact| (artifact.path.clone(), manifest::File::of(artifact))).collect();
    debug_assert_eq!(entries.len(), artifacts.len(), "two artifacts for one place");
    let mut edited = Vec::new();
    let mut changed = Vec::new();
    for artifact in artifacts {
        let is = present(out, &artifact.path, &before, Some(artifact));
        match is {
            Present::Same => continue,
            Present::Edited => edited.push(artifact.path.as_path()),
            Present::Nothing | Present::Ours => {}
        }
        changed.push(artifact);
    }
    // What was rendered once and is no longer described.
    let mut gone = Vec::new();
    for path in before.places().into_iter().filter(|path| !entries.contains_key(*path)) {
        match present(out, path, &before, None) {
            Present::Nothing | Present::Same => {}
            Present::Ours => gone.push(path),
            Present::Edited => edited.push(path),
        }
    }
    if !overwrite && let Some(failure) = refuse(out, &edited) {
        return Err(failure);
    }
    if overwrite {
        gone.extend(edited.iter().filter(|path| !entries.contains_key(**path)));
    }
    // Before anything is written: what an interrupted rendering left, of old and new, is known to be its own.
    let mut manifest = Manifest {
        cluster: head.cluster.to_string(),
        flink_version: Some(head.flink_version),
        platforms: head.platforms.to_vec(),
        files: before.files.clone(),
        pending: before.pending.clone(),
    };
    for artifact in &changed {
        let pending = manifest.pending.entry(artifact.path.clone()).or_default();
        pending.extend(
            entries
                .get(&artifact.path)
                .filter(|file| !pending.contains(file))
                .cloned()
                .into_iter()
                .collect::<Vec<_>>(),
        );
    }
    let path = out.join(manifest::FILE);
    if !changed.is_empty() || !gone.is_empty() {
        save(&path, &manifest)?;
        directories(out, &changed)?;
        all(out, &changed, progress)?;
        for path in &gone {
            let path = out.join(path);
            fs::remove_file(&path).map_err(files::context("remove", &path))?;
            remove_empty(out, &path);
        }
    }
    manifest.files = entries;
    manifest.pending.clear();
    save(&path, &manifest)?;
    let unchanged = artifacts.len() - changed.len();
    Ok(Written { written: changed.len(), unchanged, removed: gone.len(), manifest: path })
}

fn save(path: &Path, manifest: &Manifest) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(manifest).map_err(Failure::usage)? + "\n";
    if fs::read(path).is_ok_and(|before| before == text.as_bytes()) {
        return Ok(());
    }
    Ok(files::write(path, text.as_bytes(), files::Access::Public)?)
}

fn present(out: &Path, name: &Path, before: &Manifest, artifact: Option<&Artifact>) -> Present {
    let path = out.join(name);
    let Ok(data) = fs::symlink_metadata(&path) else { return Present::Nothing };
    let Ok(content) = fs::read(&path) else { return Present::Edited };
    if !data.is_file() {
        return Present::Edited;
    }
    let mode = data.permissions().mode() & 0o777;
    if artifact.is_some_and(|artifact| *artifact.content == content && mode == artifact.access.mode()) {
        return Present::Same;
    }
    let ours = artifact.is_some_and(|artifact| *artifact.content == content)
        || before.knows(name, &manifest::digest(&content));
    if ours { Present::Ours } else { Present::Edited }
}

fn refuse(out: &Path, edited: &[&Path]) -> Option<Failure> {
    let [first, rest @ ..] = edited else { return None };
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    let list: Vec<_> = edited.iter().take(20).map(|path| path.display().to_string()).collect();
    let failure = Failure::usage(format!(
        "{}{more} in {} is not as it was rendered; nothing was written",
        first.display(),
        out.display()
    ));
    Some(failure.evidence(list.join("\n")).help(
        "put the change into cluster.yaml (`flink` takes any key), or replace the files with --overwrite",
    ))
}

/// Every directory once. Those with secrets in them are their owner's alone.
fn directories(out: &Path, changed: &[&Artifact]) -> Result<(), FileError> {
    let mut all: BTreeMap<&Path, bool> = BTreeMap::new();
    for artifact in changed {
        let mut directory = artifact.path.parent();
        let mut secret = artifact.access == Access::Secret;
        while let Some(path) = directory.filter(|path| !path.as_os_str().is_empty()) {
            *all.entry(path).or_default() |= secret;
            // One above may hold public files, too.
            secret = false;
            directory = path.parent();
        }
    }
    for (path, secret) in all {
        let path = out.join(path);
        if !path.is_dir() {
            let access = if secret { files::Access::Private } else { files::Access::Public };
            create_directory(&path, access)?;
        }
    }
    Ok(())
}

/// Writes all files, on all cores.
fn all(out: &Path, changed: &[&Artifact], progress: &Progress) -> Result<(), Failure> {
    let bar = progress.bar(changed.len());
    let interruption = Interruption::default();
    let done = AtomicUsize::new(0);
    let next = AtomicUsize::new(0);
    let batches: Vec<_> = changed.chunks(BATCH).collect();
    let work = || -> Result<(), FileError> {
        while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut files = Replacements::default();
            for artifact in *batch {
                files.add_with_mode(&out.join(&artifact.path), &artifact.content, artifact.access.mode())?;
            }
            files.commit()?;
            if let Some(bar) = bar {
                bar.set_message("files");
                bar.inc(batch.len() as u64);
            }
            interruption.pass(done.fetch_add(batch.len(), Ordering::Relaxed) + batch.len());
        }
        Ok(())
    };
    let threads = 2 * std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let (finished, listening) = tokio::sync::oneshot::channel::<()>();
        scope.spawn(|| interruption.listen(listening, changed.len()));
        let workers: Vec<_> = (0..threads.min(batches.len())).map(|_| scope.spawn(work)).collect();
        let ends: Vec<_> =
            workers.into_iter().map(|worker| worker.join().expect("a worker does not panic")).collect();
        drop(finished);
        ends.into_iter().collect::<Result<(), _>>()
    })?;
    Ok(())
}

/// Removes the directories of a removed file that hold nothing any more.
fn remove_empty(out: &Path, file: &Path) {
    let mut tried = BTreeSet::new();
    let mut directory = file.parent();
    while let Some(path) = directory.filter(|path| *path != out && tried.insert(path.to_path_buf())) {
        if fs::remove_dir(path).is_err() {
            return;
        }
        directory = path.parent();
    }
}

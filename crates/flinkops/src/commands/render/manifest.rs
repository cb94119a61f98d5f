//! `manifest.json`: what was written, so that the next rendering knows what is its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use deploy::artifact::{Access, Artifact};
use ops_core::files;
use ops_core::spec::Platform;
use ops_core::version::FlinkVersion;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::failure::Failure;

/// Its name.
pub(super) const FILE: &str = "manifest.json";

/// 100,000 files with long names.
const MAX: u64 = 64 << 20;

/// What was written; its fields are stable.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) cluster: String,
    pub(super) flink_version: Option<FlinkVersion>,
    pub(super) platforms: Vec<Platform>,
    /// By path, below the directory of the manifest.
    pub(super) files: BTreeMap<PathBuf, File>,
    /// What was being written by renderings that did not come to their end, since the last one that did.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) pending: BTreeMap<PathBuf, Vec<File>>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct File {
    /// Of the content, in hexadecimal digits.
    pub(super) sha256: String,
    /// The permission bits, in octal digits.
    pub(super) mode: String,
}

impl Manifest {
    /// The one of the last rendering; empty if there was none.
    pub(super) fn read(out: &Path) -> Result<Self, Failure> {
        let path = out.join(FILE);
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = files::read_text(&path, MAX)?;
        let manifest: Self = serde_json::from_str(&text).map_err(|error| {
            Failure::usage(format!("{} is no manifest of flinkops: {error}", path.display()))
                .help("render into another directory, or remove the file: everything there then counts as edited by hand")
        })?;
        // Paths that lead out of the directory are nothing that was rendered.
        let inside =
            |path: &PathBuf| path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        match manifest.files.keys().chain(manifest.pending.keys()).find(|path| !inside(path)) {
            None => Ok(manifest),
            Some(odd) => Err(Failure::usage(format!(
                "{} names {}, which is not below its directory",
                path.display(),
                odd.display()
            ))),
        }
    }
}

impl Manifest {
    /// Whether a content was rendered for this place: by the last rendering, or by one that was interrupted.
    pub(super) fn knows(&self, path: &Path, digest: &str) -> bool {
        let mut known = self.files.get(path).into_iter().chain(self.pending.get(path).into_iter().flatten());
        known.any(|file| file.sha256 == digest)
    }

    /// Every place that was rendered to.
    pub(super) fn places(&self) -> BTreeSet<&Path> {
        self.files.keys().chain(self.pending.keys()).map(PathBuf::as_path).collect()
    }
}

impl File {
    pub(super) fn of(artifact: &Artifact) -> Self {
        Self { sha256: digest(&artifact.content), mode: mode(artifact.access) }
    }
}

fn mode(access: Access) -> String {
    format!("{:04o}", access.mode())
}

pub(super) fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

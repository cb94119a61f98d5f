//! The files of a release, where they go below `/usr`.

use std::fs;
use std::path::Path;

use super::build::EXECUTABLES;
use super::graph::Graph;
use super::licences;
use crate::error::XtaskError;
use crate::files::context;
use crate::process;

/// A file of a release.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Its path, without a leading `/`.
    pub(super) path: String,
    /// Its permissions.
    pub(super) mode: u32,
    /// What is in it.
    pub(super) bytes: Vec<u8>,
}

/// The files, in order.
#[derive(Debug)]
pub(super) struct Tree {
    files: Vec<File>,
}

/// Where completions are looked for, and under which names.
const SHELLS: [(&str, &str, &str); 3] = [
    ("bash", "share/bash-completion/completions/", ""),
    ("zsh", "share/zsh/vendor-completions/_", ""),
    ("fish", "share/fish/vendor_completions.d/", ".fish"),
];

impl Tree {
    /// Collects the files of a release around these executables.
    pub(super) fn collect(
        workspace: &Path,
        executables: &Path,
        graph: &Graph,
        bom: &str,
    ) -> Result<Self, XtaskError> {
        let mut files = Vec::new();
        let mut add = |path: String, mode: u32, bytes: Vec<u8>| files.push(File { path, mode, bytes });
        let read = |path: &Path| fs::read(path).map_err(context("read", path));
        for name in EXECUTABLES {
            add(format!("bin/{name}"), 0o755, read(&executables.join(name))?);
        }
        let flinkops = executables.join("flinkops");
        let pages = tempfile::tempdir().map_err(context("create", &std::env::temp_dir()))?;
        process::capture(process::command(&flinkops).arg("man").arg("--out").arg(pages.path()))?;
        for entry in fs::read_dir(pages.path()).map_err(context("read", pages.path()))?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            add(format!("share/man/man1/{name}"), 0o644, read(&entry.path())?);
        }
        for (shell, before, after) in SHELLS {
            let script = process::capture(process::command(&flinkops).args(["completions", shell]))?;
            add(format!("{before}flinkops{after}"), 0o644, script.into_bytes());
        }
        for unit in ["flinkops-watch@.service", "mock-flink.service"] {
            let bytes = read(&workspace.join("packaging/systemd").join(unit))?;
            add(format!("lib/systemd/system/{unit}"), 0o644, bytes);
        }
        for document in
            ["README.md", "README.zh-CN.md", "CHANGELOG.md", "SECURITY.md", "LICENSE-APACHE", "LICENSE-MIT"]
        {
            add(format!("share/doc/flinkops/{document}"), 0o644, read(&workspace.join(document))?);
        }
        add(
            "share/doc/flinkops/THIRD-PARTY-LICENSES".to_owned(),
            0o644,
            licences::render(graph)?.into_bytes(),
        );
        add("share/doc/flinkops/bill-of-materials.cdx.json".to_owned(), 0o644, bom.as_bytes().to_vec());
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// The files, in order.
    pub(super) fn files(&self) -> &[File] {
        &self.files
    }

    /// The files below a directory.
    pub(super) fn below(&self, directory: &str) -> Vec<File> {
        let below = |file: &File| File { path: format!("{directory}/{}", file.path), ..file.clone() };
        self.files.iter().map(below).collect()
    }

    /// The executables.
    pub(super) fn executables(&self) -> Vec<&File> {
        self.files.iter().filter(|file| file.path.starts_with("bin/")).collect()
    }
}

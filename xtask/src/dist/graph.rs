//! The crates that are inside of the executables: what cargo would compile into them for one target.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::build::EXECUTABLES;
use crate::error::XtaskError;
use crate::files::context;
use crate::process;

/// The crates, by name and version, and what each of them depends on.
#[derive(Debug)]
pub(super) struct Graph {
    /// In order.
    pub(super) crates: Vec<Crate>,
}

/// A crate.
#[derive(Clone, Debug)]
pub(super) struct Crate {
    /// Its name.
    pub(super) name: String,
    /// Its version.
    pub(super) version: String,
    /// Its licence, as an SPDX expression.
    pub(super) licence: Option<String>,
    /// What it is, in its own words.
    pub(super) description: Option<String>,
    /// Its directory here.
    pub(super) directory: PathBuf,
    /// Whether it is of this workspace.
    pub(super) ours: bool,
    /// The SHA-256 of its archive on crates.io.
    pub(super) checksum: Option<String>,
    /// What it depends on, as name and version.
    pub(super) dependencies: BTreeSet<(String, String)>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    description: Option<String>,
    manifest_path: PathBuf,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    /// `None` for a normal dependency.
    kind: Option<String>,
}

impl Graph {
    /// Asks cargo. What is only needed to build or to test is left out.
    pub(super) fn read(workspace: &Path, triple: &str) -> Result<Self, XtaskError> {
        let mut cargo = process::cargo();
        cargo.current_dir(workspace);
        cargo.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", triple]);
        let metadata = process::capture(&mut cargo)?;
        let lock = workspace.join("Cargo.lock");
        let lock = fs::read_to_string(&lock).map_err(context("read", &lock))?;
        Self::parse(&metadata, &lock)
    }

    fn parse(metadata: &str, lock: &str) -> Result<Self, XtaskError> {
        let answer = |error: serde_json::Error| XtaskError::Answer {
            what: "cargo metadata".to_owned(),
            answer: error.to_string(),
        };
        let metadata: Metadata = serde_json::from_str(metadata).map_err(answer)?;
        let checksums = checksums(lock);
        let packages: BTreeMap<&str, &Package> =
            metadata.packages.iter().map(|package| (package.id.as_str(), package)).collect();
        let edges: BTreeMap<&str, &Node> =
            metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let is_root =
            |package: &&Package| package.source.is_none() && EXECUTABLES.contains(&package.name.as_str());
        let mut waiting: Vec<&str> =
            metadata.packages.iter().filter(is_root).map(|root| root.id.as_str()).collect();
        let mut crates = BTreeMap::new();
        while let Some(id) = waiting.pop() {
            let Some(package) = packages.get(id) else { continue };
            let key = (package.name.clone(), package.version.clone());
            if crates.contains_key(&key) {
                continue;
            }
            let below = edges.get(id).into_iter().flat_map(|node| &node.deps);
            let below = below.filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none()));
            let below: Vec<&str> = below.map(|edge| edge.pkg.as_str()).collect();
            let named = below.iter().filter_map(|id| packages.get(id));
            crates.insert(
                key.clone(),
                Crate {
                    name: package.name.clone(),
                    version: package.version.clone(),
                    licence: package.license.as_deref().map(modern),
                    description: package.description.clone(),
                    directory: package.manifest_path.parent().map(Path::to_owned).unwrap_or_default(),
                    ours: package.source.is_none(),
                    checksum: checksums.get(&key).cloned(),
                    dependencies: named
                        .map(|package| (package.name.clone(), package.version.clone()))
                        .collect(),
                },
            );
            waiting.extend(below);
        }
        Ok(Self { crates: crates.into_values().collect() })
    }
}

/// Old crates write `MIT/Apache-2.0` for `MIT OR Apache-2.0`.
fn modern(licence: &str) -> String {
    licence.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")
}

/// The checksums of a Cargo.lock, which is TOML of one shape.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for package in lock.split("[[package]]") {
        let value = |key: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")))?;
            Some(line.trim_end_matches('"').to_owned())
        };
        if let (Some(name), Some(version), Some(checksum)) =
            (value("name"), value("version"), value("checksum"))
        {
            found.insert((name, version), checksum);
        }
    }
    found
}

/// The version of the release.
pub(super) fn version(workspace: &Path) -> Result<String, XtaskError> {
    let mut cargo = process::cargo();
    cargo.current_dir(workspace).args(["pkgid", "--package", "flinkops"]);
    let id = process::capture(&mut cargo)?;
    let version = id.trim().rsplit(['#', '@']).next().map(str::to_owned);
    version.ok_or_else(|| XtaskError::Answer { what: "cargo pkgid".to_owned(), answer: id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_builds_or_tests_is_not_inside() {
        let package = |name: &str, source: &str| {
            format!(
                r#"{{"id":"{name}","name":"{name}","version":"1.0.0","license":"MIT/Apache-2.0","description":null,
                "manifest_path":"/c/{name}/Cargo.toml","source":{source}}}"#
            )
        };
        let registry = "\"registry\"";
        let packages = [
            package("flinkops", "null"),
            package("serde", registry),
            package("cc", registry),
            package("insta", registry),
        ];
        let edge = |name: &str, kind: &str| format!(r#"{{"pkg":"{name}","dep_kinds":[{{"kind":{kind}}}]}}"#);
        let edges = [edge("serde", "null"), edge("cc", "\"build\""), edge("insta", "\"dev\"")].join(",");
        let text = format!(
            r#"{{"packages":[{}],"resolve":{{"nodes":[{{"id":"flinkops","deps":[{edges}]}}]}}}}"#,
            packages.join(",")
        );
        let lock = "[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\nchecksum = \"abc\"\n";
        let graph = Graph::parse(&text, lock).unwrap();
        let names: Vec<&str> = graph.crates.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["flinkops", "serde"]);
        assert_eq!(graph.crates[1].checksum.as_deref(), Some("abc"));
        assert_eq!(graph.crates[1].licence.as_deref(), Some("MIT OR Apache-2.0"));
        assert!(graph.crates[0].ours && !graph.crates[1].ours);
    }
}

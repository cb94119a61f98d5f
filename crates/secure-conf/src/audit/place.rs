//! Finding the conf directories below a path: the path itself, or a rendered tree with one for each host.

use std::fs;
use std::path::{Path, PathBuf};

use ops_core::files::{self, FileError};
use ops_core::version::Dialect;

use super::manifests;

/// Rendered trees are not deeper.
const MAX_DEPTH: usize = 8;

/// A check that cannot be made at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A path cannot be looked into.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no configuration.
    #[error("{} holds neither flink-conf.yaml nor config.yaml, nor do directories below it", path.display())]
    NoConfiguration {
        /// The path.
        path: PathBuf,
    },
}

/// A configuration that a host reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The host's name, as the tree has it.
    pub(super) host: String,
    /// The directories below which the host's absolute paths may be rendered, the nearest first.
    pub(super) roots: Vec<PathBuf>,
    /// The conf directory.
    pub(super) dir: PathBuf,
    /// The configuration files in it: one, or both.
    pub(super) files: Vec<PathBuf>,
}

/// What a path holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) places: Vec<Place>,
    /// Other YAML and JSON files: Kubernetes manifests, perhaps.
    pub(super) manifests: Vec<PathBuf>,
}

/// Looks at a configuration file, a conf directory, or a tree.
pub(super) fn find(path: &Path) -> Result<Found, AuditError> {
    let metadata = fs::metadata(path).map_err(files::context("look into", path))?;
    let mut found = Found::default();
    if metadata.is_file() {
        if is_manifest(path) && !is_configuration(path) && looks_like_manifest(path) {
            found.manifests.push(path.to_owned());
            return Ok(found);
        }
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let place = Place {
            host: name_of(dir, dir),
            roots: Vec::new(),
            dir: dir.to_owned(),
            files: vec![path.to_owned()],
        };
        found.places.push(place);
        return Ok(found);
    }
    walk(path, path, 0, &mut found)?;
    if found.places.is_empty() && found.manifests.is_empty() {
        return Err(AuditError::NoConfiguration { path: path.to_owned() });
    }
    Ok(found)
}

fn walk(top: &Path, dir: &Path, depth: usize, found: &mut Found) -> Result<(), AuditError> {
    let both = [Dialect::Legacy, Dialect::Yaml].map(|dialect| dir.join(dialect.file_name()));
    let files: Vec<_> = both.into_iter().filter(|file| file.is_file()).collect();
    if !files.is_empty() {
        let ancestors = dir.ancestors().take_while(|ancestor| ancestor.starts_with(top));
        let roots = if dir == top { Vec::new() } else { ancestors.map(Path::to_owned).collect() };
        found.places.push(Place { host: name_of(top, dir), roots, dir: dir.to_owned(), files });
    }
    let mut entries: Vec<_> = fs::read_dir(dir)
        .and_then(|entries| entries.collect::<Result<Vec<_>, _>>())
        .map_err(files::context("look into", dir))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // Links are not followed: they may lead out of the tree, or around in it.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < MAX_DEPTH => walk(top, &path, depth + 1, found)?,
            Ok(kind) if kind.is_file() && is_manifest(&path) && !is_configuration(&path) => {
                found.manifests.push(path);
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending == *known))
}

fn is_configuration(path: &Path) -> bool {
    [Dialect::Legacy, Dialect::Yaml]
        .iter()
        .any(|dialect| path.file_name().is_some_and(|name| name == dialect.file_name()))
}

fn looks_like_manifest(path: &Path) -> bool {
    let text = files::read_text(path, 4 << 20).unwrap_or_default();
    (text.contains("apiVersion") && text.contains("kind")) || text.contains(manifests::PROPERTIES)
}

/// `hosts/tm-1` of `TOP/hosts/tm-1/conf`; of the top itself its own name, or that of what holds its `conf`.
fn name_of(top: &Path, dir: &Path) -> String {
    let below = dir.strip_prefix(top).unwrap_or(dir);
    let host = if below.ends_with("conf") { below.parent().unwrap_or(below) } else { below };
    if host.as_os_str().is_empty() {
        let own = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        let own = if own.ends_with("conf") { own.parent().unwrap_or(&own) } else { &own };
        return own.file_name().unwrap_or_default().to_string_lossy().into_owned();
    }
    host.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_a_place_for_each_host() {
        let dir = tempfile::tempdir().unwrap();
        for (host, file) in
            [("tm-1/conf", "config.yaml"), ("jm/conf", "flink-conf.yaml"), ("odd", "config.yaml")]
        {
            fs::create_dir_all(dir.path().join(host)).unwrap();
            fs::write(dir.path().join(host).join(file), "").unwrap();
        }
        fs::write(dir.path().join("jm/service.yaml"), "").unwrap();
        let found = find(dir.path()).unwrap();
        let hosts: Vec<_> = found.places.iter().map(|place| place.host.as_str()).collect();
        assert_eq!(hosts, ["jm", "odd", "tm-1"]);
        assert_eq!(found.manifests, [dir.path().join("jm/service.yaml")]);
        assert_eq!(found.places[0].roots[1], dir.path().join("jm"));
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(find(empty.path()), Err(AuditError::NoConfiguration { .. })));
    }
}

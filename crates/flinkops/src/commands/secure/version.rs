//! Which Flink reads a configuration: the one that was named, or the one in `cluster.yaml` beside it.

use std::path::{Path, PathBuf};

use ops_core::spec::ClusterSpec;
use ops_core::version::FlinkVersion;

use crate::failure::Failure;

/// The name of the description of a cluster.
const DESCRIPTION: &str = "cluster.yaml";

/// The description at a path: the file itself, or the one in the directory or in the one above.
pub(super) fn description(path: &Path) -> Result<Option<ClusterSpec>, Failure> {
    let file = if is_description(path) {
        path.to_owned()
    } else {
        let dir = if path.is_dir() { path } else { parent(path) };
        let beside = [dir.join(DESCRIPTION), dir.join("..").join(DESCRIPTION)];
        match beside.into_iter().find(|file| file.is_file()) {
            Some(file) => file,
            None => return Ok(None),
        }
    };
    Ok(Some(ClusterSpec::read(&file)?))
}

/// Whether the path names a description, which stands for the directory that it is in.
pub(super) fn is_description(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == DESCRIPTION)
}

/// The conf directory or file that a path means.
pub(super) fn configuration(path: &Path) -> PathBuf {
    if is_description(path) { parent(path).to_owned() } else { path.to_owned() }
}

/// The version that was given, or that of the description.
pub(super) fn version(given: Option<FlinkVersion>, path: &Path) -> Result<FlinkVersion, Failure> {
    if let Some(version) = given {
        return Ok(version);
    }
    description(path)?.map(|spec| spec.flink_version).ok_or_else(|| {
        Failure::usage("what is right depends on the version of Flink, and none was given")
            .help("add --flink-version, for example --flink-version 1.20")
    })
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

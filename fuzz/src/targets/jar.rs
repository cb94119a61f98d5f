//! Jars: the archive, the manifest, and the classes.

use std::io::Write as _;

use tempfile::NamedTempFile;

use crate::Target;

pub(super) const TARGET: Target = Target { name: "jar", about: "jars and their manifests", run };

fn run(data: &[u8]) {
    let Ok(mut file) = NamedTempFile::new() else { return };
    if file.write_all(data).is_ok() {
        let _ = jobs::inspect(file.path(), None);
    }
}

//! Uploaded jars: a temporary directory, and what their manifests say. The zip is really read.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use ops_core::ids::JarId;
use tempfile::TempDir;

/// The longest manifest that is read.
const MANIFEST_LIMIT: u64 = 64 * 1024;

/// Where uploaded jars are kept. Removed with the store.
#[derive(Debug)]
pub(crate) struct JarStore {
    root: TempDir,
    uploads: PathBuf,
    jars: Vec<Jar>,
}

/// An uploaded jar.
#[derive(Clone, Debug)]
pub(crate) struct Jar {
    pub(crate) id: JarId,
    pub(crate) name: String,
    pub(crate) uploaded: i64,
    pub(crate) path: PathBuf,
}

/// What a jar's manifest and its entries say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// The classes that `program-class`, or else `Main-Class`, names.
    pub(crate) entry_classes: Vec<String>,
}

impl JarStore {
    /// A store in a directory of its own below `parent`, which is `web.tmpdir`; removed when dropped.
    pub(crate) fn new(unique: u128, parent: &Path) -> io::Result<Self> {
        let root = tempfile::Builder::new().prefix("mock-flink-").tempdir_in(parent)?;
        let uploads = root.path().join(format!("flink-web-{}", uuid(unique))).join("flink-web-upload");
        fs::create_dir_all(&uploads)?;
        Ok(Self { root, uploads, jars: Vec::new() })
    }

    /// The directory that jar ids are names in.
    pub(crate) fn uploads(&self) -> &Path {
        &self.uploads
    }

    /// Where an upload may be written before it is taken.
    pub(crate) fn scratch(&self) -> &Path {
        self.root.path()
    }

    /// Takes over a file that was uploaded under this name.
    pub(crate) fn take(&mut self, file: &Path, name: &str, unique: u128, now: i64) -> io::Result<&Jar> {
        let id = JarId(format!("{}_{name}", uuid(unique)));
        let path = self.uploads.join(&id.0);
        fs::rename(file, &path)?;
        let jar = Jar { id, name: name.to_owned(), uploaded: now, path };
        self.jars.insert(0, jar);
        Ok(&self.jars[0])
    }

    /// Puts back a jar that was here before, or in another store.
    pub(crate) fn put(&mut self, id: JarId, name: String, uploaded: i64, content: &[u8]) -> io::Result<()> {
        let path = self.uploads.join(&id.0);
        fs::write(&path, content)?;
        self.jars.insert(0, Jar { id, name, uploaded, path });
        Ok(())
    }

    /// Latest upload first.
    pub(crate) fn all(&self) -> &[Jar] {
        &self.jars
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Jar> {
        self.jars.iter().find(|jar| jar.id.0 == id)
    }

    /// Deletes all of them.
    pub(crate) fn clear(&mut self) {
        for jar in self.jars.drain(..) {
            let _ = fs::remove_file(jar.path);
        }
    }

    /// Deletes a jar; whether it was there.
    pub(crate) fn delete(&mut self, id: &str) -> bool {
        let Some(position) = self.jars.iter().position(|jar| jar.id.0 == id) else { return false };
        let jar = self.jars.remove(position);
        let _ = fs::remove_file(jar.path);
        true
    }
}

impl Jar {
    /// Reads the manifest.
    ///
    /// # Errors
    /// When the file is no zip; the error is Java's message.
    pub(crate) fn manifest(&self) -> Result<Manifest, String> {
        let mut archive = self.open()?;
        let mut text = String::new();
        if let Ok(entry) = archive.by_name("META-INF/MANIFEST.MF") {
            let _ = entry.take(MANIFEST_LIMIT).read_to_string(&mut text);
        }
        Ok(Manifest { entry_classes: entry_classes(&text) })
    }

    /// Whether the class is in the jar.
    ///
    /// # Errors
    /// When the file is no zip; the error is Java's message.
    pub(crate) fn holds(&self, class: &str) -> Result<bool, String> {
        let entry = format!("{}.class", class.replace('.', "/"));
        Ok(self.open()?.index_for_name(&entry).is_some())
    }

    fn open(&self) -> Result<zip::ZipArchive<File>, String> {
        let no_zip = "zip END header not found";
        let file = File::open(&self.path).map_err(|error| error.to_string())?;
        zip::ZipArchive::new(file).map_err(|_| no_zip.to_owned())
    }
}

/// The entry classes that a manifest names. Long values continue on lines that start with a space.
fn entry_classes(manifest: &str) -> Vec<String> {
    let unfolded = manifest.replace("\r\n", "\n").replace("\n ", "");
    let value = |key: &str| {
        unfolded.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(key).then(|| value.trim().to_owned())
        })
    };
    let named = value("program-class").or_else(|| value("Main-Class")).unwrap_or_default();
    named.split(',').map(str::trim).filter(|class| !class.is_empty()).map(str::to_owned).collect()
}

/// A random id in the form of a version 4 UUID.
pub(crate) fn uuid(value: u128) -> String {
    let value = (value & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{value:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_name_their_entry_classes() {
        for (manifest, expected) in [
            ("Manifest-Version: 1.0\r\nMain-Class: com.example.Orders\r\n", vec!["com.example.Orders"]),
            ("Main-Class: a.B\nprogram-class: c.D, e.F\n", vec!["c.D", "e.F"]),
            (
                "Main-Class: com.example.a.very.long.package.name.that.is.folded.in.t\r\n he.Middle\r\n",
                vec!["com.example.a.very.long.package.name.that.is.folded.in.the.Middle"],
            ),
            ("Manifest-Version: 1.0\n", vec![]),
        ] {
            assert_eq!(entry_classes(manifest), expected, "{manifest}");
        }
    }

    #[test]
    fn ids_look_like_uuids() {
        assert_eq!(uuid(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}

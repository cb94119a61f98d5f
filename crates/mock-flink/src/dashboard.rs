//! Flink's own dashboard: the web application in the `flink-dist` jar of a distribution. Nothing of it is kept here; each
//! file is read out of the jar when it is asked for.

use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use zip::ZipArchive;

/// The longest file that is served.
const LIMIT: u64 = 32 << 20;

/// The web application of a distribution.
#[derive(Debug)]
pub(crate) struct Dashboard {
    jar: Mutex<ZipArchive<BufReader<File>>>,
}

impl Dashboard {
    /// The one of this Flink home.
    ///
    /// # Errors
    /// There is no `lib/flink-dist-*.jar` in it, or it has no web application; the error says what was found.
    pub(crate) fn of(flink_home: &Path) -> Result<Self, String> {
        let path = distribution(flink_home)?;
        let file = File::open(&path).map_err(|error| format!("cannot open {}: {error}", path.display()))?;
        let jar = ZipArchive::new(BufReader::new(file))
            .map_err(|error| format!("{} is no jar: {error}", path.display()))?;
        if jar.index_for_name("web/index.html").is_none() {
            return Err(format!("{} has no web/index.html", path.display()));
        }
        Ok(Self { jar: Mutex::new(jar) })
    }

    /// Whether the path is a directory of the web application.
    pub(crate) fn is_directory(&self, path: &str) -> bool {
        let jar = self.jar.lock().unwrap_or_else(PoisonError::into_inner);
        jar.index_for_name(&format!("web/{}/", path.trim_matches('/'))).is_some()
    }

    /// The file at this path of the URL, and its type.
    pub(crate) fn file(&self, path: &str) -> Option<(&'static str, Vec<u8>)> {
        let path = path.trim_start_matches('/');
        let name = if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_owned()
        };
        if name.split('/').any(|part| part == "..") {
            return None;
        }
        let mut jar = self.jar.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = jar.by_name(&format!("web/{name}")).ok().filter(zip::read::ZipFile::is_file)?;
        let mut bytes = Vec::new();
        entry.take(LIMIT).read_to_end(&mut bytes).ok()?;
        Some((kind(&name), bytes))
    }
}

fn distribution(flink_home: &Path) -> Result<PathBuf, String> {
    let lib = flink_home.join("lib");
    let entries = fs::read_dir(&lib).map_err(|error| format!("cannot read {}: {error}", lib.display()))?;
    let is_distribution = |name: &str| name.starts_with("flink-dist-") && name.ends_with(".jar");
    let mut jars = entries.flatten().map(|entry| entry.path());
    jars.find(|path| path.file_name().is_some_and(|name| name.to_str().is_some_and(is_distribution)))
        .ok_or_else(|| format!("{} holds no flink-dist-VERSION.jar", lib.display()))
}

/// The type of a file, as Flink's own server tells it.
fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "js" => "application/javascript",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "xml" => "text/xml",
        "txt" => "text/plain",
        "woff" => "application/font-woff",
        "ttf" => "font/ttf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_without_a_distribution_says_what_is_missing() {
        let home = tempfile::tempdir().unwrap();
        assert!(Dashboard::of(home.path()).unwrap_err().contains("cannot read"));
        fs::create_dir(home.path().join("lib")).unwrap();
        assert!(Dashboard::of(home.path()).unwrap_err().contains("holds no flink-dist"));
        fs::write(home.path().join("lib/flink-dist-1.0.jar"), "no zip").unwrap();
        assert!(Dashboard::of(home.path()).unwrap_err().contains("is no jar"));
    }
}

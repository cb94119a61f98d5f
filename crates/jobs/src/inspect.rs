//! What is in a jar, and what of it will make trouble on a cluster. The file is read as a zip; nothing of it is run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

/// The longest text that is read out of a jar: manifests, `pom.properties`.
const LONGEST_TEXT: u64 = 1 << 20;

/// Packages that the cluster brings itself; in a job's jar they hide or break its own.
const FLINK_ITSELF: [&str; 10] = [
    "org/apache/flink/api/",
    "org/apache/flink/client/",
    "org/apache/flink/configuration/",
    "org/apache/flink/core/",
    "org/apache/flink/runtime/",
    "org/apache/flink/shaded/",
    "org/apache/flink/streaming/api/",
    "org/apache/flink/streaming/runtime/",
    "org/apache/flink/table/planner/",
    "org/apache/flink/table/runtime/",
];

/// What a jar holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// The class that the manifest names: `program-class`, or else `Main-Class`.
    pub entry_class: Option<String>,
    /// Whether that class is in the jar.
    pub entry_class_is_there: bool,
    /// Its classes.
    pub classes: usize,
    /// The newest Java that one of them needs, and that class.
    pub java: Option<(u16, String)>,
    /// Artifacts of Flink that are packed into it, with their versions.
    pub artifacts: BTreeMap<String, String>,
    /// Classes of Flink itself, by package: the cluster has them already.
    pub bundled: BTreeMap<String, usize>,
    /// Classes that the distribution has as well, where one was given.
    pub duplicates: Vec<String>,
}

/// Why a jar cannot be looked into.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    /// It cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is no zip, or a broken one.
    #[error("{} is no jar, or a broken one: {problem}; build it again, or copy it again whole", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no distribution.
    #[error("there is no lib/flink-dist-*.jar in {}; a Flink home is needed", home.display())]
    NoDistribution {
        /// The directory.
        home: PathBuf,
    },
}

/// Looks into a jar; with a Flink home, at the classes that its distribution has as well.
///
/// # Errors
/// See [`InspectError`].
pub fn inspect(path: &Path, flink_home: Option<&Path>) -> Result<Inspection, InspectError> {
    let mut archive = open(path)?;
    let broken = |error: ZipError| InspectError::Broken { path: path.to_owned(), problem: error.to_string() };
    let mut found = Inspection::default();
    let mut names = BTreeSet::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        let name = entry.name().to_owned();
        if name == "META-INF/MANIFEST.MF" {
            found.entry_class = entry_class(&text(&mut entry));
        } else if let Some(artifact) = artifact(&name) {
            let properties = text(&mut entry);
            let version = properties.lines().find_map(|line| line.strip_prefix("version="));
            found.artifacts.insert(artifact.to_owned(), version.unwrap_or("?").trim().to_owned());
        } else if let Some(class) = class(&name) {
            found.classes += 1;
            if let Some(release) = release(&mut entry)
                && found.java.as_ref().is_none_or(|(newest, _)| release > *newest)
            {
                found.java = Some((release, class.clone()));
            }
            if let Some(package) = FLINK_ITSELF.iter().find(|package| name.starts_with(**package)) {
                *found.bundled.entry(package.trim_end_matches('/').replace('/', ".")).or_default() += 1;
            }
            names.insert(class);
        }
    }
    found.entry_class_is_there = found.entry_class.as_ref().is_some_and(|class| names.contains(class));
    if let Some(home) = flink_home {
        let distribution = open(&distribution(home)?)?;
        let theirs: BTreeSet<String> = distribution.file_names().filter_map(class).collect();
        found.duplicates = names.intersection(&theirs).cloned().collect();
    }
    Ok(found)
}

fn open(path: &Path) -> Result<ZipArchive<BufReader<File>>, InspectError> {
    let file = File::open(path).map_err(|source| InspectError::Read { path: path.to_owned(), source })?;
    ZipArchive::new(BufReader::new(file))
        .map_err(|error| InspectError::Broken { path: path.to_owned(), problem: error.to_string() })
}

fn distribution(home: &Path) -> Result<PathBuf, InspectError> {
    let entries = std::fs::read_dir(home.join("lib")).into_iter().flatten().flatten();
    let is_it = |name: &str| name.starts_with("flink-dist") && name.ends_with(".jar");
    let found = entries.map(|entry| entry.path());
    found
        .into_iter()
        .find(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_it))
        .ok_or_else(|| InspectError::NoDistribution { home: home.to_owned() })
}

fn text(entry: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    // What cannot be read to its end says less, and that is all.
    let _ = entry.take(LONGEST_TEXT).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A manifest's long lines go on in lines that begin with a blank.
fn entry_class(manifest: &str) -> Option<String> {
    let joined = manifest.replace("\r\n", "\n").replace("\n ", "");
    let value = |key: &str| {
        let line = joined.lines().find(|line| {
            line.split_once(':').is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case(key))
        })?;
        line.split_once(':').map(|(_, value)| value.trim().to_owned())
    };
    value("program-class").or_else(|| value("Main-Class")).filter(|class| !class.is_empty())
}

/// The artifact of Flink that this entry describes.
fn artifact(name: &str) -> Option<&str> {
    name.strip_prefix("META-INF/maven/org.apache.flink/")?.strip_suffix("/pom.properties")
}

/// The class in this entry, unless it is one for a newer Java only.
fn class(name: &str) -> Option<String> {
    let class = name.strip_suffix(".class")?;
    let other = class.starts_with("META-INF/") || class.ends_with("module-info");
    (!other).then(|| class.replace('/', "."))
}

/// The Java release that a class file was compiled for: its major version less 44.
fn release(entry: &mut impl Read) -> Option<u16> {
    let mut head = [0; 8];
    entry.read_exact(&mut head).ok()?;
    let major = u16::from_be_bytes([head[6], head[7]]);
    (head[..4] == [0xca, 0xfe, 0xba, 0xbe]).then(|| major.saturating_sub(44))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_name_the_entry_class() {
        for (manifest, expected) in [
            ("Manifest-Version: 1.0\r\nMain-Class: a.B\r\n", Some("a.B")),
            ("Main-Class: a.B\nprogram-class: c.D\n", Some("c.D")),
            ("Main-Class: a.very.long.\n name.B\n", Some("a.very.long.name.B")),
            ("main-class: a.B\n", Some("a.B")),
            ("Main-Class:\n", None),
            ("", None),
        ] {
            assert_eq!(entry_class(manifest).as_deref(), expected, "{manifest:?}");
        }
    }

    #[test]
    fn class_files_say_their_java() {
        let file = |major: u8| [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, major];
        assert_eq!(release(&mut &file(61)[..]), Some(17));
        assert_eq!(release(&mut &file(52)[..]), Some(8));
        assert_eq!(release(&mut &b"PK\x03\x04...."[..]), None);
        assert_eq!(class("a/b/C$D.class").as_deref(), Some("a.b.C$D"));
        assert!(class("META-INF/versions/21/a/B.class").is_none() && class("module-info.class").is_none());
    }
}

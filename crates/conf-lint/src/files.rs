//! The files that are linted together: those of a conf directory, or one alone. Reading them is done here and nowhere
//! else in this crate.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use ops_core::conf::{ConfDocument, shown_line};
use ops_core::files;
use ops_core::version::{Dialect, FlinkVersion};

use crate::error::LintError;
use crate::policy::{self, Policy};

/// Longer files are none that Flink reads.
const MAX_COMPANION: u64 = 1 << 20;

/// The files beside the configuration that the start scripts and the JVM read.
const COMPANIONS: [&str; 10] = [
    "masters",
    "workers",
    "zoo.cfg",
    "log4j.properties",
    "log4j-cli.properties",
    "log4j-console.properties",
    "log4j-session.properties",
    "logback.xml",
    "logback-console.xml",
    "logback-session.xml",
];

/// Files that somebody took for one that Flink reads, and the name of that one.
const STRAYS: [(&str, &str); 4] = [
    ("config.yml", "config.yaml"),
    ("flink-conf.yml", "flink-conf.yaml"),
    ("flink-config.yaml", "flink-conf.yaml"),
    ("slaves", "workers"),
];

/// A configuration with what stands beside it.
///
/// ```
/// use conf_lint::{Files, lint_files};
/// use ops_core::conf::ConfDocument;
/// use ops_core::version::Dialect;
///
/// let conf = ConfDocument::parse("jobmanager.rpc.address: jm\n", Dialect::Legacy)?;
/// let files = Files::of(conf, "flink-conf.yaml", "1.20".parse().unwrap()).with_file("workers", "tm-1:8081\n");
/// let report = lint_files(&files);
/// assert!(report.findings.iter().any(|finding| finding.file == "workers" && finding.line == 1));
/// # Ok::<(), ops_core::conf::ConfError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Files {
    pub(crate) version: FlinkVersion,
    pub(crate) document: ConfDocument,
    /// The document's name in findings.
    pub(crate) name: String,
    /// Permission bits of the document's file, where it is one.
    pub(crate) mode: Option<u32>,
    /// What findings put before the names of the other files: empty, or the directory with its slash.
    prefix: String,
    /// Whether a whole conf directory is meant, so that a missing file says something.
    pub(crate) directory: bool,
    pub(crate) companions: Vec<Companion>,
    /// Files that Flink does not read, and the name it would read.
    pub(crate) strays: Vec<(String, String)>,
    pub(crate) policy: Policy,
    /// What kind of key is in which store, by the option that names the store.
    pub(crate) keys: Vec<(String, KeyType)>,
}

/// What a private key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyType {
    /// RSA of any length.
    Rsa,
    /// An elliptic curve, such as P-256.
    Ecdsa,
    /// Ed25519.
    Ed25519,
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa => "RSA",
            Self::Ecdsa => "ECDSA",
            Self::Ed25519 => "Ed25519",
        })
    }
}

/// A file beside the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Companion {
    /// `masters`, `log4j.properties` …
    pub(crate) file: String,
    /// Its name in findings.
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Files {
    /// A document by itself, under its name in findings.
    pub fn of(document: ConfDocument, name: impl Into<String>, version: FlinkVersion) -> Self {
        Self {
            version,
            document,
            name: name.into(),
            mode: None,
            prefix: String::new(),
            directory: false,
            companions: Vec::new(),
            strays: Vec::new(),
            policy: Policy::default(),
            keys: Vec::new(),
        }
    }

    /// The permission bits that the document's file has.
    #[must_use]
    pub fn with_mode(mut self, mode: u32) -> Self {
        self.mode = Some(mode);
        self
    }

    /// What kind of key is in the keystore that an option (`security.ssl.rest.keystore` …) names. Stores are opened by
    /// the caller, who knows their formats.
    #[must_use]
    pub fn with_key(mut self, option: impl Into<String>, key: KeyType) -> Self {
        self.keys.push((option.into(), key));
        self
    }

    /// Adds a file of the conf directory (`workers`, `log4j.properties` …), which makes this a conf directory.
    #[must_use]
    pub fn with_file(mut self, file: &str, text: impl Into<String>) -> Self {
        self.directory = true;
        let name = format!("{}{file}", self.prefix);
        if COMPANIONS.contains(&file) {
            self.companions.push(Companion { file: file.to_owned(), name, text: text.into() });
        } else {
            let read = STRAYS.iter().find(|(stray, _)| *stray == file).map(|(_, read)| *read);
            let read = read.unwrap_or(self.document.dialect().file_name());
            self.strays.push((name, read.to_owned()));
        }
        self
    }

    /// Takes the exceptions in `text`, the content of a `flinkops.yaml`.
    ///
    /// # Errors
    /// The text is not what such a file holds.
    pub fn with_policy(mut self, text: &str) -> Result<Self, LintError> {
        let name = format!("{}{}", self.prefix, policy::FILE);
        self.policy = policy::parse(text, &name)?;
        Ok(self)
    }

    /// Reads a configuration file, or a conf directory: the configuration that this version of Flink reads (or else
    /// the one that is there), with what stands beside it. Exceptions are taken from a `flinkops.yaml` beside it.
    ///
    /// # Errors
    /// There is no configuration, or a file cannot be read or makes no sense.
    pub fn read(path: &Path, version: FlinkVersion) -> Result<Self, LintError> {
        if path.is_dir() { Self::read_directory(path, version) } else { Self::read_file(path, version) }
    }

    fn read_file(path: &Path, version: FlinkVersion) -> Result<Self, LintError> {
        let mut files = Self::of(ConfDocument::read(path)?, path.display().to_string(), version);
        files.mode = mode(path);
        let directory = path.parent().unwrap_or(Path::new(""));
        files.read_policy(directory)
    }

    fn read_directory(path: &Path, version: FlinkVersion) -> Result<Self, LintError> {
        // Flink looks for flink-conf.yaml first, where it reads that file at all.
        let mut order = vec![Dialect::Legacy, Dialect::Yaml];
        order.sort_by_key(|dialect| !version.reads(*dialect));
        let present: Vec<Dialect> =
            order.into_iter().filter(|dialect| path.join(dialect.file_name()).is_file()).collect();
        let Some((dialect, others)) = present.split_first() else {
            return Err(LintError::NoConfiguration { path: path.to_owned(), version });
        };
        let file = path.join(dialect.file_name());
        let mut files = Self::of(ConfDocument::read(&file)?, file.display().to_string(), version);
        files.mode = mode(&file);
        files.directory = true;
        files.prefix = format!("{}/", path.display().to_string().trim_end_matches('/'));
        for other in others {
            let name = format!("{}{}", files.prefix, other.file_name());
            files.strays.push((name, dialect.file_name().to_owned()));
        }
        for file in COMPANIONS.iter().filter(|file| path.join(file).is_file()) {
            let text = files::read_text(&path.join(file), MAX_COMPANION)?;
            files = files.with_file(file, text);
        }
        for (stray, _) in STRAYS.iter().filter(|(stray, _)| path.join(stray).is_file()) {
            files = files.with_file(stray, "");
        }
        files.read_policy(path)
    }

    fn read_policy(self, directory: &Path) -> Result<Self, LintError> {
        let path = directory.join(policy::FILE);
        if !path.is_file() {
            return Ok(self);
        }
        let text = files::read_text(&path, MAX_COMPANION)?;
        let policy = policy::parse(&text, &path.display().to_string())?;
        Ok(Self { policy, ..self })
    }

    /// The configuration.
    pub fn document(&self) -> &ConfDocument {
        &self.document
    }

    /// The configuration, to be changed.
    pub fn document_mut(&mut self) -> &mut ConfDocument {
        &mut self.document
    }

    /// The Flink that will read it.
    pub fn version(&self) -> FlinkVersion {
        self.version
    }

    /// Every file that can be changed, with its present text: the configuration first.
    pub fn texts(&self) -> impl Iterator<Item = (PathBuf, &str)> {
        let document = (PathBuf::from(&self.name), self.document.text());
        let companions = self.companions.iter().map(|file| (PathBuf::from(&file.name), file.text.as_str()));
        std::iter::once(document).chain(companions)
    }

    /// The lines of the file that findings call so, as they may be shown; `None` where this is none of these files.
    pub fn shown_lines(&self, name: &str) -> Option<Vec<String>> {
        if name == self.name {
            return Some(self.document.shown_lines());
        }
        let companion = self.companions.iter().find(|companion| companion.name == name)?;
        Some(companion.text.lines().map(shown_line).collect())
    }

    pub(crate) fn companion(&self, file: &str) -> Option<&Companion> {
        self.companions.iter().find(|companion| companion.file == file)
    }

    /// The place of a file in reports.
    pub(crate) fn position(&self, name: &str) -> usize {
        if name == self.name {
            return 0;
        }
        let companion = self.companions.iter().position(|companion| companion.name == name);
        companion.map_or(usize::MAX, |at| at + 1)
    }
}

fn mode(path: &Path) -> Option<u32> {
    fs::metadata(path).ok().map(|metadata| metadata.permissions().mode() & 0o7777)
}

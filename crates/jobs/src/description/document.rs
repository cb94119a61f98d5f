//! The shape of `job.yaml`, and what must hold in it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ops_core::conf::is_sensitive;
use ops_core::ids::JarId;
use ops_core::rest::wire::jars::RestoreMode;
use ops_core::secret::SecretSource;
use ops_core::spec::ApiVersion;
use ops_core::units::FlinkDuration;
use ops_core::yaml::{self, YamlError};
use serde::{Deserialize, Serialize};

/// In front of a jar that the cluster has already.
const UPLOADED: &str = "uploaded:";

/// What a job is to be. Unknown fields are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Description {
    /// Always `flinkops/v1`.
    pub api_version: ApiVersion,
    /// Names the job here, in the journal and, unless the program names it otherwise, on the cluster.
    pub name: JobName,
    /// A file, relative to the document, or `uploaded:ID` for a jar that the cluster has.
    pub jar: JarLocation,
    /// The class with the main method; the one of the jar's manifest by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_class: Option<String>,
    /// The arguments of the main method, one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// How many tasks each vertex gets, 1 to 32768; the cluster's `parallelism.default` by default.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "parallelism")]
    pub parallelism: Option<i32>,
    /// What becomes of the job's state when another copy takes over.
    #[serde(default)]
    pub upgrade: Upgrade,
    /// Where its savepoints are put; the cluster's own directory by default. Each savepoint gets a directory of its own below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub savepoints: Option<String>,
    /// How state is taken over.
    #[serde(default)]
    pub restore: Restore,
    /// Options of Flink for this job alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub flink: BTreeMap<String, String>,
    /// Options whose values are secrets, by where these come from: `env:NAME` or `file:PATH`. The values are never stored.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
    /// When a copy counts as healthy.
    #[serde(default)]
    pub health: Health,
    /// What is done about a copy that does not become healthy.
    #[serde(default)]
    pub rollback: Rollback,
}

/// A job's name: 1 to 128 characters without control characters and surrounding blanks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobName(String);

impl JobName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the lease of its watcher is kept under. No job is called so.
    pub(crate) fn watched(&self) -> Self {
        Self(format!("watch\n{}", self.0))
    }
}

impl fmt::Display for JobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.strip_prefix("watch\n").unwrap_or(&self.0))
    }
}

impl TryFrom<String> for JobName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let fits = (1..=128).contains(&name.chars().count())
            && name.trim() == name
            && !name.chars().any(char::is_control);
        if fits {
            Ok(Self(name))
        } else {
            Err("a job's name has 1 to 128 characters, none of them a control character, and no blanks around it"
                .to_owned())
        }
    }
}

impl From<JobName> for String {
    fn from(name: JobName) -> Self {
        name.0
    }
}

/// Where the jar is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum JarLocation {
    /// A file here.
    File(PathBuf),
    /// A jar of the cluster, by its id or its name.
    Uploaded(JarId),
}

impl TryFrom<String> for JarLocation {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.strip_prefix(UPLOADED) {
            Some("") => Err(format!("`{text}` names no jar; `flinkops jar list` shows their ids")),
            Some(id) => Ok(Self::Uploaded(JarId(id.to_owned()))),
            None if text.is_empty() => {
                Err("a path is needed, or uploaded:ID for a jar on the cluster".to_owned())
            }
            None if text.contains("://") => Err(format!(
                "`{text}` is an address; a session cluster takes a file from here, or uploaded:ID for a jar it has \
                 (`flinkops jar list` shows them)"
            )),
            None => Ok(Self::File(text.into())),
        }
    }
}

impl From<JarLocation> for String {
    fn from(jar: JarLocation) -> Self {
        jar.to_string()
    }
}

impl fmt::Display for JarLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Uploaded(id) => write!(f, "{UPLOADED}{id}"),
        }
    }
}

/// What becomes of the job's state when another copy takes over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upgrade {
    /// The old copy is stopped with a savepoint, from which the new one starts.
    #[default]
    Savepoint,
    /// The old copy is cancelled, and the new one starts from its latest retained checkpoint.
    LastState,
    /// The old copy is cancelled, and the new one starts with nothing.
    Stateless,
}

impl fmt::Display for Upgrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Savepoint => "savepoint",
            Self::LastState => "last-state",
            Self::Stateless => "stateless",
        })
    }
}

/// How state is taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Restore {
    /// The savepoint or retained checkpoint that the very first copy starts from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// State of operators that the job no longer has may be dropped.
    pub allow_non_restored_state: bool,
    /// What becomes of the files of `from`: `claim` or `no-claim` (the default). Savepoints that `apply` takes itself are never
    /// claimed, for a rollback needs them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_mode: Option<Claim>,
}

/// What becomes of the files of a savepoint that a job starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// Flink takes them over, and deletes them in the end.
    Claim,
    /// They stay as they are.
    NoClaim,
}

impl From<Claim> for RestoreMode {
    fn from(claim: Claim) -> Self {
        match claim {
            Claim::Claim => Self::Claim,
            Claim::NoClaim => Self::NoClaim,
        }
    }
}

/// When a copy counts as healthy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Health {
    /// All its tasks have been running for so long without a break.
    pub running_for: FlinkDuration,
    /// It has completed a checkpoint, which is asked for; by default wherever the job takes checkpoints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_checkpoint: Option<bool>,
    /// It has restarted no more often than this.
    pub max_restarts: u32,
    /// All that within this time.
    pub within: FlinkDuration,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            running_for: Duration::from_secs(10).into(),
            first_checkpoint: None,
            max_restarts: 0,
            within: Duration::from_secs(300).into(),
        }
    }
}

/// What is done about a copy that does not become healthy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rollback {
    /// It is cancelled, and the previous jar, arguments and configuration go on from the state it had started from.
    #[default]
    Previous,
    /// Nothing: it is left for somebody to look at.
    Never,
}

/// A document that describes no job.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DescriptionError {
    /// It cannot be read, or has another shape.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// A secret stands in it.
    #[error(
        "{}: the value of `{key}` is a secret, and does not belong into a document; move the key from `flink` to `secrets`, \
         with env:NAME or file:PATH as its value", path.display()
    )]
    SecretInSight {
        /// The document.
        path: PathBuf,
        /// The option.
        key: String,
    },
    /// A secret comes from nowhere.
    #[error("{}: secrets: `{key}`: {why}", path.display())]
    NoSource {
        /// The document.
        path: PathBuf,
        /// The option.
        key: String,
        /// What is needed.
        why: String,
    },
    /// A key is given twice.
    #[error("{}: `{key}` stands in `flink` and in `secrets`; leave one of them out", path.display())]
    Twice {
        /// The document.
        path: PathBuf,
        /// The option.
        key: String,
    },
    /// Two documents describe one job.
    #[error("{} and {} describe the same job, `{name}`; give one of them another name", first.display(), second.display())]
    SameName {
        /// A document.
        first: PathBuf,
        /// Another.
        second: PathBuf,
        /// The name.
        name: JobName,
    },
}

impl Description {
    /// Reads a document.
    ///
    /// # Errors
    /// See [`DescriptionError`]; messages have line and column.
    pub fn read(path: &Path) -> Result<Self, DescriptionError> {
        yaml::read::<Self>(path)?.checked(path)
    }

    /// Reads a document from text; relative paths in it are relative to the directory of `path`.
    ///
    /// # Errors
    /// See [`DescriptionError`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, DescriptionError> {
        yaml::parse::<Self>(text, path)?.checked(path)
    }

    fn checked(mut self, path: &Path) -> Result<Self, DescriptionError> {
        let directory = path.parent().unwrap_or(Path::new(""));
        if let JarLocation::File(file) = &mut self.jar {
            *file = absolute(directory, file);
        }
        if let Some(key) = self.flink.keys().find(|key| is_sensitive(key)) {
            return Err(DescriptionError::SecretInSight { path: path.to_owned(), key: key.clone() });
        }
        for (key, source) in &mut self.secrets {
            let no_source =
                |why: String| DescriptionError::NoSource { path: path.to_owned(), key: key.clone(), why };
            match source.parse::<SecretSource>().map_err(|error| no_source(error.to_string()))? {
                SecretSource::Env(_) => {}
                SecretSource::File(file) => {
                    *source = format!("file:{}", absolute(directory, &file).display());
                }
                SecretSource::Prompt | SecretSource::Generate => {
                    return Err(no_source("only env:NAME and file:PATH can be used here".to_owned()));
                }
            }
        }
        match self.secrets.keys().find(|key| self.flink.contains_key(*key)) {
            Some(key) => Err(DescriptionError::Twice { path: path.to_owned(), key: key.clone() }),
            None => Ok(self),
        }
    }
}

/// The path made absolute, where that can be done: a journal outlives working directories.
fn absolute(directory: &Path, path: &Path) -> PathBuf {
    let joined = directory.join(path);
    std::path::absolute(&joined).unwrap_or(joined)
}

fn parallelism<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    match Option::<i64>::deserialize(deserializer)? {
        None => Ok(None),
        Some(value) => match i32::try_from(value) {
            Ok(value @ 1..=32_768) => Ok(Some(value)),
            _ => Err(serde::de::Error::custom(format!(
                "`{value}` is no parallelism: a number from 1 to 32768 is needed"
            ))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rest: &str) -> Result<Description, DescriptionError> {
        let text = format!("apiVersion: flinkops/v1\nname: orders\njar: a.jar\n{rest}");
        Description::parse(&text, Path::new("/jobs/orders.yaml"))
    }

    #[test]
    fn what_is_left_out_has_defaults_and_paths_begin_at_the_document() {
        let job = parse("").unwrap();
        assert_eq!(job.jar, JarLocation::File("/jobs/a.jar".into()));
        assert_eq!((job.upgrade, job.rollback), (Upgrade::Savepoint, Rollback::Previous));
        assert_eq!(Duration::from(job.health.running_for), Duration::from_secs(10));
        let job =
            parse("secrets: {s3.secret-key: 'file:key'}\nflink: {a.b: true, c.d: 3, e: 10 s}\n").unwrap();
        assert_eq!(job.secrets["s3.secret-key"], "file:/jobs/key");
        assert_eq!((&*job.flink["a.b"], &*job.flink["c.d"], &*job.flink["e"]), ("true", "3", "10 s"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (rest, expected) in [
            (
                "paralelism: 3\n",
                "/jobs/orders.yaml:4:1: there is no field `paralelism` here; did you mean `parallelism`?",
            ),
            ("parallelism: 0\n", "`0` is no parallelism"),
            ("upgrade: savepiont\n", "there is no value `savepiont` here; did you mean `savepoint`?"),
            ("flink: {s3.secret-key: hunter2}\n", "move the key from `flink` to `secrets`"),
            ("secrets: {s3.secret-key: hunter2}\n", "a secret is given as env:NAME"),
            ("secrets: {s3.secret-key: prompt}\n", "only env:NAME and file:PATH"),
            ("secrets: {x: env:X}\nflink: {x: 1}\n", "`x` stands in `flink` and in `secrets`"),
            ("health: {runningFor: soon}\n", "soon"),
        ] {
            let error = parse(rest).unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains("hunter2"), "{rest}: {error}");
        }
        let parse = |text: &str| Description::parse(text, Path::new("a.yaml")).unwrap_err().to_string();
        let address = parse("apiVersion: flinkops/v1\nname: a\njar: s3://b/a.jar\n");
        assert!(address.contains("is an address"), "{address}");
        let nameless = parse("apiVersion: flinkops/v1\nname: ' a'\njar: a.jar\n");
        assert!(nameless.contains("1 to 128 characters"), "{nameless}");
    }

    #[test]
    fn a_description_reads_back_as_written() {
        let job = parse("upgrade: last-state\nrestore: {from: 'file:/s', claimMode: claim}\n").unwrap();
        let json = serde_json::to_string(&job).unwrap();
        assert_eq!(serde_json::from_str::<Description>(&json).unwrap(), job);
    }
}

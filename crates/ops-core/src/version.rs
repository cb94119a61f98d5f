//! Flink versions: parsing, ordering, and the facts about a version that several crates need.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A Flink version, `major.minor.patch`.
///
/// A version given without its patch (`1.18`) means the release that flinkops was measured against
/// ([`FlinkVersion::KNOWN`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FlinkVersion {
    /// `1` or `2`.
    pub major: u16,
    /// The release line within the major version.
    pub minor: u16,
    /// The bug-fix release.
    pub patch: u16,
}

/// The file that holds Flink's configuration, and the syntax in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// `flink-conf.yaml`: one `key: value` a line, read by Flink's own parser. Not YAML.
    Legacy,
    /// `config.yaml`: YAML 1.2, nested or flat (Flink 1.19 and later).
    Yaml,
}

impl Dialect {
    /// The name Flink looks for in its conf directory.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Legacy => "flink-conf.yaml",
            Self::Yaml => "config.yaml",
        }
    }
}

impl FlinkVersion {
    /// The releases that flinkops is tested against, oldest first; one per release line.
    pub const KNOWN: [Self; 7] = [
        Self::new(1, 18, 1),
        Self::new(1, 19, 3),
        Self::new(1, 20, 5),
        Self::new(2, 0, 2),
        Self::new(2, 1, 3),
        Self::new(2, 2, 1),
        Self::new(2, 3, 0),
    ];

    /// A version from its parts.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    /// Whether this is at least release line `major.minor`.
    pub fn at_least(self, major: u16, minor: u16) -> bool {
        (self.major, self.minor) >= (major, minor)
    }

    /// The release line, `1.18`.
    pub fn line(self) -> String {
        format!("{}.{}", self.major, self.minor)
    }

    /// The configuration dialect to write for this version: `config.yaml` wherever it is read (1.19 and later).
    pub fn dialect(self) -> Dialect {
        if self.at_least(1, 19) { Dialect::Yaml } else { Dialect::Legacy }
    }

    /// Whether this version reads the dialect at all. 1.19 and 1.20 read both, and prefer `flink-conf.yaml`.
    pub fn reads(self, dialect: Dialect) -> bool {
        match dialect {
            Dialect::Legacy => self.major < 2,
            Dialect::Yaml => self.at_least(1, 19),
        }
    }

    /// The tested release of the same line, if this line is known.
    pub fn known(self) -> Option<Self> {
        Self::KNOWN.into_iter().find(|v| (v.major, v.minor) == (self.major, self.minor))
    }
}

impl fmt::Display for FlinkVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A version that is none, or one that flinkops does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is not a Flink version that flinkops knows; use one of 1.18, 1.19, 1.20, 2.0, 2.1, 2.2, 2.3, or a full version such as 1.20.5"
)]
pub struct VersionError {
    found: String,
}

impl FromStr for FlinkVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || VersionError { found: text.to_owned() };
        let bare = text.strip_prefix('v').unwrap_or(text).replace('_', ".");
        let mut parts = bare.split('.').map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse::<u16>().ok()).flatten().ok_or_else(error)
        });
        let mut next = || parts.next().transpose();
        let (Some(major), Some(minor)) = (next()?, next()?) else { return Err(error()) };
        let patch = next()?;
        if parts.next().is_some() {
            return Err(error());
        }
        let known = Self::new(major, minor, 0).known().ok_or_else(error)?;
        Ok(patch.map_or(known, |patch| Self::new(major, minor, patch)))
    }
}

impl TryFrom<String> for FlinkVersion {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<FlinkVersion> for String {
    fn from(version: FlinkVersion) -> Self {
        version.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_versions_mean_the_tested_release() {
        for (text, expected) in
            [("1.18", "1.18.1"), ("1.20.0", "1.20.0"), ("v1_19", "1.19.3"), ("2.3", "2.3.0")]
        {
            assert_eq!(text.parse::<FlinkVersion>().unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_is_no_version_is_refused_with_the_choices() {
        for text in ["", "1", "1.18.1.2", "one", "1.x", "1.17", "+1.18", "3.0", "1.18.99999"] {
            let error = text.parse::<FlinkVersion>().unwrap_err().to_string();
            assert!(error.contains(&format!("`{text}`")) && error.contains("1.20"), "{error}");
        }
    }

    #[test]
    fn both_files_are_read_in_the_two_versions_between() {
        let reads = |v: &str| {
            let v: FlinkVersion = v.parse().unwrap();
            (v.reads(Dialect::Legacy), v.reads(Dialect::Yaml))
        };
        assert_eq!(reads("1.18"), (true, false));
        assert_eq!(reads("1.19"), (true, true));
        assert_eq!(reads("1.20"), (true, true));
        assert_eq!(reads("2.0"), (false, true));
    }
}

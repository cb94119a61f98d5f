//! The version stands in the workspace's Cargo.toml: once for all crates, and beside the path of each for crates.io.

use std::fmt;
use std::str::FromStr;

/// Which version comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Level {
    /// What breaks something.
    Major,
    /// What adds something.
    Minor,
    /// What mends something.
    Patch,
    /// This one.
    Exactly(Version),
}

/// `1.2.3`, or `1.2.3-rc.1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    numbers: [u64; 3],
    pre: Option<String>,
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is no version; write it as 1.2.3 or 1.2.3-rc.1");
        let (numbers, pre) = match text.split_once('-') {
            Some((numbers, pre)) if !pre.is_empty() => (numbers, Some(pre.to_owned())),
            Some(_) => return Err(bad()),
            None => (text, None),
        };
        let parts: Vec<u64> =
            numbers.split('.').map(str::parse).collect::<Result<_, _>>().map_err(|_| bad())?;
        let numbers = parts.try_into().map_err(|_| bad())?;
        Ok(Self { numbers, pre })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(out, "{major}.{minor}.{patch}")?;
        self.pre.iter().try_for_each(|pre| write!(out, "-{pre}"))
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "major" => Ok(Self::Major),
            "minor" => Ok(Self::Minor),
            "patch" => Ok(Self::Patch),
            other => other
                .parse()
                .map(Self::Exactly)
                .map_err(|error| format!("{error}, or as major, minor or patch")),
        }
    }
}

impl Level {
    /// The version after this one. A release candidate's patch is its release.
    pub(super) fn after(&self, current: &Version) -> Version {
        let [major, minor, patch] = current.numbers;
        let numbers = match self {
            Self::Major => [major + 1, 0, 0],
            Self::Minor => [major, minor + 1, 0],
            Self::Patch if current.pre.is_some() => current.numbers,
            Self::Patch => [major, minor, patch + 1],
            Self::Exactly(version) => return version.clone(),
        };
        Version { numbers, pre: None }
    }
}

/// The version in a workspace's manifest.
pub(super) fn of(manifest: &str) -> Option<Version> {
    let package = manifest.split_once("[workspace.package]")?.1;
    let line = package.lines().find_map(|line| line.strip_prefix("version = \""))?;
    line.trim_end_matches('"').parse().ok()
}

/// The manifest with another version: everywhere where ours stands.
pub(super) fn replaced(manifest: &str, from: &Version, to: &Version) -> String {
    let mut lines = Vec::new();
    for line in manifest.lines() {
        let ours = line.starts_with("version = ") || line.contains("path = \"crates/");
        let (old, new) = (format!("version = \"{from}\""), format!("version = \"{to}\""));
        lines.push(if ours { line.replace(&old, &new) } else { line.to_owned() });
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[workspace.package]\nversion = \"0.1.0\"\n\n[workspace.dependencies]\n\
        pki = { path = \"crates/pki\", version = \"0.1.0\" }\nother = { version = \"0.1.0\" }\n";

    #[test]
    fn versions_follow_each_other() {
        let next = |level: &str, from: &str| {
            level.parse::<Level>().unwrap().after(&from.parse().unwrap()).to_string()
        };
        assert_eq!(next("patch", "0.1.0"), "0.1.1");
        assert_eq!(next("minor", "0.1.9"), "0.2.0");
        assert_eq!(next("major", "0.1.9"), "1.0.0");
        assert_eq!(next("patch", "1.0.0-rc.1"), "1.0.0");
        assert_eq!(next("2.0.0-rc.1", "1.0.0"), "2.0.0-rc.1");
        assert!("1.0".parse::<Level>().unwrap_err().contains("major, minor or patch"));
    }

    #[test]
    fn only_our_own_version_is_replaced() {
        let from = of(MANIFEST).unwrap();
        let text = replaced(MANIFEST, &from, &"0.2.0".parse().unwrap());
        assert_eq!(of(&text).unwrap().to_string(), "0.2.0");
        assert!(
            text.contains("crates/pki\", version = \"0.2.0\"")
                && text.contains("other = { version = \"0.1.0\" }")
        );
    }
}

//! The shape of `cluster.yaml`, and what follows from it.

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Host;
use crate::version::FlinkVersion;
use crate::yaml::{self, YamlError};

/// A cluster. Unknown fields are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterSpec {
    /// Always `flinkops/v1`.
    pub api_version: ApiVersion,
    /// Lower-case letters, digits and hyphens; names files, certificates and contexts.
    pub name: ClusterName,
    /// The Flink that runs there.
    pub flink_version: FlinkVersion,
    /// Where JobManagers run.
    pub job_managers: JobManagers,
    /// Where TaskManagers run; at least one group.
    #[serde(deserialize_with = "at_least_one")]
    pub task_managers: Vec<TaskManagerGroup>,
    /// TLS; both kinds on unless said otherwise.
    #[serde(default)]
    pub security: Security,
    /// Flink keys that are set as they stand, over those of the configuration file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub flink: BTreeMap<String, String>,
}

/// The version of this document's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiVersion {
    /// The first and only one.
    #[serde(rename = "flinkops/v1")]
    V1,
}

/// A cluster's name: 1 to 63 lower-case letters, digits and inner hyphens (an RFC 1123 label).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClusterName(String);

impl ClusterName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ClusterName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let fits = (1..=63).contains(&name.len())
            && name.bytes().all(inner)
            && !name.starts_with('-')
            && !name.ends_with('-');
        if fits {
            Ok(Self(name))
        } else {
            Err(format!(
                "`{name}` is not a cluster name: 1 to 63 lower-case letters, digits and inner hyphens are needed"
            ))
        }
    }
}

impl From<ClusterName> for String {
    fn from(name: ClusterName) -> Self {
        name.0
    }
}

/// The JobManagers. More than one host means high availability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobManagers {
    /// Host names or addresses; at least one.
    #[serde(deserialize_with = "at_least_one")]
    pub hosts: Vec<Host>,
}

/// TaskManagers that are alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskManagerGroup {
    /// Host names or addresses; at least one.
    #[serde(deserialize_with = "at_least_one")]
    pub hosts: Vec<Host>,
    /// Task slots of each; Flink's default is 1.
    #[serde(default = "one_slot", deserialize_with = "slots")]
    pub slots: NonZeroU16,
}

/// Which connections are encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Security {
    /// Between the processes of the cluster; always mutual.
    pub internal: InternalTls,
    /// Between clients and the JobManager.
    pub rest: RestTls,
}

/// TLS between JobManagers and TaskManagers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InternalTls {
    /// Both sides show a certificate.
    #[default]
    Mutual,
    /// Plain text.
    Off,
}

/// TLS of the REST endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestTls {
    /// Clients must show a certificate too.
    #[default]
    Mutual,
    /// Only the server shows one.
    ServerOnly,
    /// Plain text.
    Off,
}

impl ClusterSpec {
    /// Reads `cluster.yaml` from a file.
    ///
    /// # Errors
    /// The file cannot be read or does not describe a cluster; the message has line and column.
    pub fn read(path: &Path) -> Result<Self, YamlError> {
        yaml::read(path)
    }

    /// Reads `cluster.yaml` from text; `path` is for messages.
    ///
    /// # Errors
    /// The text does not describe a cluster; the message has line and column.
    pub fn parse(text: &str, path: &Path) -> Result<Self, YamlError> {
        yaml::parse(text, path)
    }

    /// Every host once, JobManagers first.
    pub fn hosts(&self) -> Vec<&Host> {
        let task_managers = self.task_managers.iter().flat_map(|group| &group.hosts);
        let mut hosts: Vec<&Host> = Vec::new();
        for host in self.job_managers.hosts.iter().chain(task_managers) {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        hosts
    }

    /// How many TaskManagers there are.
    pub fn task_manager_count(&self) -> usize {
        self.task_managers.iter().map(|group| group.hosts.len()).sum()
    }

    /// How many task slots there are in all.
    pub fn slots(&self) -> usize {
        self.task_managers.iter().map(|group| group.hosts.len() * usize::from(group.slots.get())).sum()
    }
}

fn one_slot() -> NonZeroU16 {
    NonZeroU16::MIN
}

fn slots<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NonZeroU16, D::Error> {
    struct Slots;
    impl serde::de::Visitor<'_> for Slots {
        type Value = NonZeroU16;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("1 to 65535 slots")
        }

        fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
            let slots = u16::try_from(value).ok().and_then(NonZeroU16::new);
            slots.ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(value), &self))
        }
    }
    deserializer.deserialize_any(Slots)
}

fn at_least_one<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    let items = Vec::deserialize(deserializer)?;
    if items.is_empty() {
        Err(serde::de::Error::custom("at least one entry is needed here"))
    } else {
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "apiVersion: flinkops/v1
name: small
flinkVersion: '1.18'
jobManagers:
  hosts: [jm]
taskManagers:
  - hosts: [tm-1, tm-2, jm]
    slots: 4
";

    fn parse(text: &str) -> Result<ClusterSpec, String> {
        ClusterSpec::parse(text, Path::new("cluster.yaml")).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_said_is_secure() {
        let spec = parse(SMALL).unwrap();
        assert_eq!(spec.security, Security { internal: InternalTls::Mutual, rest: RestTls::Mutual });
        assert_eq!((spec.hosts().len(), spec.task_manager_count(), spec.slots()), (3, 3, 12));
    }

    /// Each change to the small document, and what is said about it.
    #[test]
    fn mistakes_are_named_with_their_place() {
        let cases = [
            (
                "hosts: [jm]",
                "host: [jm]",
                "cluster.yaml:5:3: there is no field `host` here; did you mean `hosts`?",
            ),
            ("name: small", "name: Small_1", "`Small_1` is not a cluster name"),
            ("'1.18'", "'1.17'", "`1.17` is not a Flink version"),
            (
                "flinkops/v1",
                "flinkops/v9",
                "there is no value `flinkops/v9` here; did you mean `flinkops/v1`?",
            ),
            (
                "slots: 4",
                "slots: 0",
                "cluster.yaml:8:5: invalid value: integer `0`, expected 1 to 65535 slots",
            ),
            ("slots: 4", "slots: many", "expected 1 to 65535 slots"),
            ("hosts: [jm]", "hosts: []", "cluster.yaml:5:10: at least one entry is needed here"),
            ("name: small\n", "", "the field `name` is missing"),
            ("tm-2", "tm 2", "`tm 2` is not a host"),
            ("taskManagers:", "taskManagers: [", "cluster.yaml:"),
        ];
        for (from, to, expected) in cases {
            let text = SMALL.replacen(from, to, 1);
            assert_ne!(text, SMALL);
            let error = parse(&text).unwrap_err();
            assert!(error.starts_with("cluster.yaml:") && error.contains(expected), "{to}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}") {
            let _ = parse(&text);
            let _ = parse(&format!("{SMALL}{text}"));
        }
    }
}

//! The shape of `cluster.yaml`, and what follows from it.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::platform::{Application, Kubernetes, Platform, Yarn};
use super::processes::{JobManagers, TaskManagerGroup};
use super::runtime::{Installation, Jvm, Metrics, Network, Ports, Rest};
use super::security::Security;
use super::state::{Checkpoints, HighAvailability, Restart, State};
use super::{Host, check};
use crate::version::FlinkVersion;
use crate::yaml::{self, YamlError};

/// A cluster. Unknown fields are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterSpec {
    /// The shape of this document: always `flinkops/v1`.
    pub api_version: ApiVersion,
    /// Lower-case letters, digits and hyphens; names files, certificates and objects.
    #[schemars(with = "String")]
    pub name: ClusterName,
    /// The Flink that runs there: `1.20`, or a full version.
    #[schemars(with = "String")]
    pub flink_version: FlinkVersion,
    /// What is rendered where nothing else is asked for: `standalone`, `yarn`, `kubernetes`, `operator`.
    #[serde(default = "standalone", deserialize_with = "at_least_one")]
    pub platforms: Vec<Platform>,
    /// Where things lie on the hosts.
    #[serde(default)]
    pub installation: Installation,
    /// The JobManagers.
    pub job_managers: JobManagers,
    /// The TaskManagers: at least one group of alike ones.
    #[serde(deserialize_with = "at_least_one")]
    pub task_managers: Vec<TaskManagerGroup>,
    /// The parallelism of jobs that ask for none and are submitted by `bin/flink` or run as an application; over REST Flink takes
    /// 1 for them. Default: 1.
    #[serde(default)]
    pub parallelism: Option<u32>,
    /// What happens when a JobManager is lost.
    #[serde(default)]
    pub high_availability: HighAvailability,
    /// Checkpoints and savepoints.
    #[serde(default)]
    pub checkpoints: Checkpoints,
    /// Where the state of running jobs lies.
    #[serde(default)]
    pub state: State,
    /// What happens when a job fails.
    #[serde(default)]
    pub restart: Restart,
    /// Network memory of TaskManagers.
    #[serde(default)]
    pub network: Network,
    /// Ports that are fixed.
    #[serde(default)]
    pub ports: Ports,
    /// The REST endpoint and dashboard.
    #[serde(default)]
    pub rest: Rest,
    /// TLS and Kerberos; TLS of both kinds is on unless said otherwise.
    #[serde(default)]
    pub security: Security,
    /// What is measured.
    #[serde(default)]
    pub metrics: Metrics,
    /// The Java virtual machine.
    #[serde(default)]
    pub jvm: Jvm,
    /// What Kubernetes needs to know.
    #[serde(default)]
    pub kubernetes: Kubernetes,
    /// What YARN needs to know.
    #[serde(default)]
    pub yarn: Yarn,
    /// The one job of an application cluster. Default: none, a session cluster.
    #[serde(default)]
    pub application: Option<Application>,
    /// Flink keys that are set as they stand, over all of the above.
    #[serde(default)]
    pub flink: BTreeMap<String, String>,
    /// Flink keys whose values are secrets, such as `s3.secret-key`, each with where its value is fetched when the cluster is
    /// rendered: `env:NAME` or `file:PATH`, relative to this file.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
}

/// The version of this document's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

impl std::fmt::Display for ClusterName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl ClusterSpec {
    /// A cluster on these hosts, and nothing else said.
    pub fn on_hosts(
        name: ClusterName,
        flink_version: FlinkVersion,
        job_managers: Vec<Host>,
        task_managers: Vec<TaskManagerGroup>,
    ) -> Self {
        Self {
            api_version: ApiVersion::V1,
            name,
            flink_version,
            platforms: standalone(),
            installation: Installation::default(),
            job_managers: JobManagers { hosts: job_managers, ..JobManagers::default() },
            task_managers,
            parallelism: None,
            high_availability: HighAvailability::default(),
            checkpoints: Checkpoints::default(),
            state: State::default(),
            restart: Restart::default(),
            network: Network::default(),
            ports: Ports::default(),
            rest: Rest::default(),
            security: Security::default(),
            metrics: Metrics::default(),
            jvm: Jvm::default(),
            kubernetes: Kubernetes::default(),
            yarn: Yarn::default(),
            application: None,
            flink: BTreeMap::new(),
            secrets: BTreeMap::new(),
        }
    }

    /// Reads `cluster.yaml` from a file.
    ///
    /// # Errors
    /// The file cannot be read or does not describe a cluster; the message has line and column.
    pub fn read(path: &Path) -> Result<Self, YamlError> {
        let spec: Self = yaml::read(path)?;
        spec.checked(path)
    }

    /// Reads `cluster.yaml` from text; `path` is for messages.
    ///
    /// # Errors
    /// The text does not describe a cluster; the message has line and column.
    pub fn parse(text: &str, path: &Path) -> Result<Self, YamlError> {
        let spec: Self = yaml::parse(text, path)?;
        spec.checked(path)
    }

    fn checked(self, path: &Path) -> Result<Self, YamlError> {
        match check::contradiction(&self) {
            None => Ok(self),
            Some(message) => Err(YamlError::Contradiction { path: path.to_owned(), message }),
        }
    }

    /// The JSON Schema of the document, for editors.
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
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
        self.task_managers.iter().map(TaskManagerGroup::count).sum()
    }

    /// How many task slots there are in all.
    pub fn slots(&self) -> usize {
        self.task_managers.iter().map(|group| group.count() * usize::from(group.slots.get())).sum()
    }
}

fn standalone() -> Vec<Platform> {
    vec![Platform::Standalone]
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
    use crate::spec::{InternalTls, RestTls};

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
        assert_eq!((spec.security.internal, spec.security.rest), (InternalTls::Mutual, RestTls::Mutual));
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
            (
                "name: small",
                "kubernetes: {namespace: Streams}\nname: small",
                "`kubernetes.namespace` is `Streams`",
            ),
            (
                "name: small",
                "kubernetes: {upgradeMode: savepoints}\nname: small",
                "the operator has savepoint, last-state",
            ),
            (
                "name: small",
                "flink: {s3.secret-key: x}\nname: small",
                "`flink` holds the secret `s3.secret-key`",
            ),
            (
                "name: small",
                "secrets: {s3.secret-key: canary}\nname: small",
                "does not say where the secret is",
            ),
            (
                "name: small",
                "restart: {attempts: 3}\nname: small",
                "`restart.attempts` needs a `restart.strategy`",
            ),
            ("name: small", "installation: {home: opt}\nname: small", "an absolute path is needed"),
            (
                "name: small",
                "highAvailability: {mode: zookeeper}\nname: small",
                "`highAvailability.quorum` is needed",
            ),
            ("hosts: [jm]", "hosts: [jm, jm2]", "two JobManagers need `highAvailability`"),
            (
                "hosts: [tm-1, tm-2, jm]",
                "hosts: []",
                "cluster.yaml: a group of TaskManagers needs `hosts` or `replicas`",
            ),
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

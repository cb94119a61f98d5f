//! Where a cluster runs, and what each platform needs to know.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A platform that a cluster is rendered for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Bare hosts, with Flink's own scripts and systemd.
    #[default]
    Standalone,
    /// Hadoop YARN.
    Yarn,
    /// Kubernetes, from plain manifests.
    Kubernetes,
    /// Kubernetes, through Flink's operator.
    Operator,
}

impl Platform {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Standalone, Self::Yarn, Self::Kubernetes, Self::Operator];

    /// As `cluster.yaml`, command lines and directories call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standalone => "standalone",
            Self::Yarn => "yarn",
            Self::Kubernetes => "kubernetes",
            Self::Operator => "operator",
        }
    }
}

/// Kubernetes, for `kubernetes` and `operator`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Kubernetes {
    /// The namespace. Default: the name of the cluster.
    pub namespace: Option<String>,
    /// The image. Default: the official one of the version, with Java 17.
    pub image: Option<String>,
    /// The service account of the pods. Default: `flink`, created where high availability needs rights.
    pub service_account: Option<String>,
    /// How clients outside reach the REST endpoint: `cluster-ip` (they do not), `node-port` or `load-balancer`. Default:
    /// cluster-ip.
    pub expose: Expose,
    /// An Ingress before the REST endpoint. Default: none.
    pub ingress: Option<Ingress>,
    /// A volume that all pods share, for checkpoints without object storage. Default: none.
    pub volume: Option<Volume>,
    /// Certificates from cert-manager instead of `security.pki`. Default: none.
    pub cert_manager: Option<CertManager>,
    /// The upgrade of the operator's jobs: `savepoint`, `last-state` or `stateless`. Default: savepoint where there is a place for
    /// savepoints, else stateless.
    pub upgrade_mode: Option<String>,
    /// Annotations of every pod.
    pub annotations: BTreeMap<String, String>,
    /// Jobs that the operator runs on a session cluster. Elsewhere `flinkops job apply` does that.
    pub session_jobs: Vec<SessionJob>,
}

/// A job that the operator runs on a session cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionJob {
    /// The name of the object: lower-case letters, digits, hyphens.
    pub name: String,
    /// Where the operator fetches the jar from: `https://…`, or a path in its own image.
    pub jar: String,
    /// The class with the main method. Default: the one in the jar's manifest.
    #[serde(default)]
    pub class: Option<String>,
    /// Its arguments. They are seen by whoever sees the object: no secrets.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Its parallelism. Default: that of the cluster.
    #[serde(default)]
    pub parallelism: Option<u32>,
}

/// How clients reach the REST endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Expose {
    /// From within.
    #[default]
    ClusterIp,
    /// On a port of every node.
    NodePort,
    /// Behind a load balancer.
    LoadBalancer,
}

/// An Ingress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ingress {
    /// The host name.
    pub host: String,
    /// The class, such as `nginx`. Default: that of the cluster.
    #[serde(default)]
    pub class: Option<String>,
    /// The Secret with the certificate that the Ingress itself shows. Default: none, plain text.
    #[serde(default)]
    pub tls_secret: Option<String>,
    /// Annotations, as controllers ask for them.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// A volume that all pods share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Volume {
    /// Its size, as Kubernetes writes it: `100Gi`.
    pub size: String,
    /// Where it is mounted. Default: /flink-data.
    #[serde(default)]
    pub path: Option<String>,
    /// The storage class, which must let many nodes write. Default: that of the cluster.
    #[serde(default)]
    pub storage_class: Option<String>,
}

/// Who issues certificates in the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertManager {
    /// The name of the issuer.
    pub issuer: String,
    /// `Issuer` or `ClusterIssuer`. Default: Issuer.
    #[serde(default)]
    pub kind: Option<String>,
}

/// Hadoop YARN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Yarn {
    /// The queue, such as `root.default`. Default: YARN's own.
    pub queue: Option<String>,
    /// The node label that containers ask for. Default: none.
    pub node_label: Option<String>,
    /// How often YARN starts the application master again. Default: 2 with high availability, else YARN's own.
    pub attempts: Option<u32>,
    /// Directories with Flink's jars that are on the file system already, so that they need not be uploaded each time.
    pub provided_libraries: Vec<String>,
    /// The domain of the nodes, for the certificate of the REST endpoint: `*.nodes.example.com`. Default: none; the name in
    /// the certificate then cannot be verified.
    pub node_names: Option<String>,
}

/// The one job of an application cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Application {
    /// The jar: on Kubernetes a path in the image, such as `/opt/flink/usrlib/job.jar`; on YARN a local file or a URI.
    #[schemars(with = "String")]
    pub jar: PathBuf,
    /// The class with the main method. Default: the one in the jar's manifest.
    #[serde(default)]
    pub class: Option<String>,
    /// Its arguments. They are seen by whoever sees the process: no secrets.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The savepoint it starts from. Default: none.
    #[serde(default)]
    pub from_savepoint: Option<String>,
}

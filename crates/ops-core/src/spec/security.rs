//! TLS, certificates and Kerberos of a cluster.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which connections are encrypted, and who logs in where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Security {
    /// Between the processes of the cluster: `mutual` (both sides show a certificate) or `off`. Default: mutual.
    pub internal: InternalTls,
    /// Between clients and the JobManager: `mutual`, `server-only` or `off`. Default: mutual.
    pub rest: RestTls,
    /// Where certificates come from.
    pub pki: Pki,
    /// The login to Hadoop, Kafka and ZooKeeper. Default: none.
    pub kerberos: Option<Kerberos>,
}

/// TLS between JobManagers and TaskManagers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InternalTls {
    /// Both sides show a certificate.
    #[default]
    Mutual,
    /// Plain text.
    Off,
}

/// TLS of the REST endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

/// Where certificates come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Pki {
    /// The directory of the certificate authority, relative to this file. Default: `pki` in the directory that is rendered
    /// into; it is created there if there is none.
    #[schemars(with = "Option<String>")]
    pub authority: Option<PathBuf>,
    /// A directory with stores that a foreign authority signed, relative to this file, named as `flinkops pki bulk` names them.
    /// Nothing is issued then.
    #[schemars(with = "Option<String>")]
    pub stores: Option<PathBuf>,
    /// The kind of keys: `p-256`, `p-384`, `rsa-2048`, `rsa-3072` or `rsa-4096`. Default: p-256.
    pub key_type: String,
    /// How many days certificates are valid. Default: 397.
    pub days: Option<u32>,
}

impl Default for Pki {
    fn default() -> Self {
        Self { authority: None, stores: None, key_type: "p-256".to_owned(), days: None }
    }
}

/// A login with a keytab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Kerberos {
    /// Who logs in: `flink/_HOST@REALM` has each host's own name in it, `flink@REALM` is the same everywhere.
    pub principal: String,
    /// The keytab: absolute, on the hosts; on YARN and Kubernetes it is taken from here and shipped.
    #[schemars(with = "String")]
    pub keytab: PathBuf,
    /// The `krb5.conf`. Default: /etc/krb5.conf of each machine.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub krb5_conf: Option<PathBuf>,
    /// What else is logged in to: `KafkaClient`; ZooKeeper's is added where it is used.
    #[serde(default)]
    pub contexts: Vec<String>,
}

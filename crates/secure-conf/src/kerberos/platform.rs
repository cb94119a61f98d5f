//! Where a cluster runs.

use serde::Serialize;

/// Where a cluster runs, which decides on how its processes get their `krb5.conf` and keytab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Started by `bin/start-cluster.sh` and the like. `security.kerberos.krb5-conf.path` does nothing here.
    #[default]
    Standalone,
    /// Flink's native Kubernetes integration, which mounts keytab and `krb5.conf` into the pods.
    Kubernetes,
    /// YARN, which ships keytab and `krb5.conf` into the containers.
    Yarn,
}

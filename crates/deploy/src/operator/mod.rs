//! Kubernetes through Flink's operator: its own objects, and what they refer to.
//!
//! ```text
//! operator/
//!   kustomization.yaml
//!   flinkdeployment.yaml flinksessionjob-*.yaml
//!   serviceaccount.yaml role.yaml rolebinding.yaml namespace.yaml
//!   secret-*.yaml                       passwords, stores, keytab: for their owner alone
//!   on-demand/flinkstatesnapshot.yaml   kubectl create -f, for a savepoint
//!   helm-values.yaml                    what the operator itself needs to talk TLS to the cluster
//! ```
//!
//! The operator puts `flinkConfiguration` into a ConfigMap. Passwords do not belong there: an init container joins that
//! ConfigMap with the Secret in memory, and `FLINK_CONF_DIR` of the processes leads to the result. One exception cannot be
//! avoided: the operator is itself a client of the REST endpoint and knows its stores' passwords from `flinkConfiguration`
//! only. They open nothing without the Secret with the stores.

mod deployment;
mod jobs;
mod render;

pub use render::{DIRECTORY, check, render};

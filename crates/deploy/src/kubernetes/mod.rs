//! Kubernetes without an operator: plain objects, as a Kustomize base.
//!
//! ```text
//! kubernetes/
//!   kustomization.yaml                       kubectl apply -k kubernetes
//!   namespace.yaml serviceaccount.yaml role.yaml rolebinding.yaml
//!   configmap.yaml                           configuration without a secret in it
//!   secret-*.yaml                            passwords, stores, keytab: for their owner alone
//!   service-*.yaml jobmanager.yaml taskmanager*.yaml
//!   poddisruptionbudget.yaml networkpolicy.yaml ingress.yaml persistentvolumeclaim.yaml certificate.yaml
//!   native/                                  ready commands for Flink's native integration instead
//!   client/                                  a conf directory for bin/flink, through a port-forward or the Ingress
//! ```
//!
//! Flink reads passwords from its configuration file and nothing else. An init container joins the public part, from the
//! ConfigMap, and the secret part, from the Secret, in memory: no password is in a ConfigMap, a variable or an argument.

pub(crate) mod access;
pub(crate) mod certificates;
pub(crate) mod configuration;
pub(crate) mod names;
mod native;
mod network;
pub(crate) mod object;
pub(crate) mod parts;
pub(crate) mod pod_template;
pub(crate) mod pods;
mod render;
pub(crate) mod storage;
mod workloads;

pub(crate) use render::Tls;
pub use render::{DIRECTORY, LoginFiles, Request, render};

//! Flink clusters on every platform, from one description.
//!
//! | module | what it holds |
//! |---|---|
//! | [`preflight`] | whether a machine is fit, before anything is started on it |
//! | [`certificates`] | which certificates a cluster needs, and the stores that were issued for it |
//! | [`configuration`] | what Flink is to be told: the keys of each process, in the version's names, each with its reason |
//! | [`standalone`] | directories for bare hosts, systemd units, a rollout over ssh |
//! | [`yarn`] | a conf directory and ready commands |
//! | [`kubernetes`] | plain objects as a Kustomize base |
//! | [`operator`] | objects for Flink's operator |
//! | [`monitoring`] | scrape configurations, alerts and dashboards |
//! | [`describe`], [`describe_installation`] | a description as a commented file, and from an existing installation |
//! | [`shell`] | words for shells |
//! | [`artifact`] | files as values: what is rendered is written by whoever calls |
//!
//! Rendering reads no clock, opens no connection and writes nothing: the same description and the same stores give the
//! same bytes.

pub mod artifact;
pub mod certificates;
mod check;
pub mod configuration;
mod describe;
mod error;
mod from_conf;
pub mod kubernetes;
mod memory;
pub mod monitoring;
pub mod operator;
pub mod preflight;
pub mod shell;
pub mod standalone;
pub mod yarn;

pub use check::check;
pub use describe::describe;
pub use error::DeployError;
pub use from_conf::{Described, Installation, describe_installation};

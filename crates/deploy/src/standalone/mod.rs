//! Bare hosts: a directory for each, systemd units, and a script that brings them there.
//!
//! ```text
//! standalone/
//!   hosts/HOST/      what is put into installation.configuration of that host
//!     config.yaml    or flink-conf.yaml, for its owner alone
//!     masters workers log4j*.properties zoo.cfg
//!     tls/           the host's stores
//!   client/          the same for a host that runs bin/flink only
//!   systemd/         flink-jobmanager.service, flink-taskmanager.service
//!   rollout.sh       over ssh, in order
//!   inventory.yaml   for Ansible, if asked for
//! ```

mod hosts;
mod inventory;
mod render;
mod rollout;
mod systemd;
mod zookeeper;

pub use render::{DIRECTORY, Placement, Request, check, render};

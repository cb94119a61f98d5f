//! YARN: a conf directory for the client, which ships it to the containers, and ready commands.
//!
//! ```text
//! yarn/
//!   conf/        config.yaml or flink-conf.yaml (for its owner alone), log4j*.properties
//!   tls/         stores, shipped into every container as `tls/`
//!   start.sh     a session, or the application; checks Hadoop, Kerberos and Flink first
//!   per-job.sh   where the version still has it
//! ```
//!
//! A running cluster is found, looked at and ended through YARN's [`ResourceManager`].
//!
//! Stores are named relative to the directory that a process starts in: containers and the scripts both have `tls/` there.

mod keys;
mod manager;
mod render;
mod script;

pub use manager::{Ended, ResourceManager, YarnApplication, YarnError};
pub use render::{DIRECTORY, check, render};

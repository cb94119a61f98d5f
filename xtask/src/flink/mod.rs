//! `cargo xtask flink get`: complete Flink distributions, assembled from what Python's package index serves. The sdist
//! `apache-flink-libraries` holds the jars, any wheel of `apache-flink` holds the scripts and the configuration.

mod archive;
mod get;
mod pins;
mod pip;

pub use get::{get, get_all, list};
pub use pip::available as pip_available;

//! The vocabulary that every chapter of flinkops shares. It knows no chapter: nothing here decides
//! what a good configuration is, how a certificate is issued or when a job is restarted.
//!
//! | module | what it holds |
//! |---|---|
//! | [`version`] | which Flink is meant, and which configuration file it reads |
//! | [`units`] | memory sizes and durations, parsed exactly as Flink parses them |
//! | [`catalogue`] | every option of every Flink, with type, default and former names |
//! | [`conf`] | configuration files of both dialects, read as Flink reads them and edited without loss |
//! | [`ids`] | job, vertex, trigger, jar and TaskManager ids |
//! | [`spec`] | `cluster.yaml` |
//! | [`rest`] | Flink's REST API: wire types and client |
//! | [`secret`] | values that never reach a log, and where they come from |
//! | [`tls`] | trust anchors, client identities, rustls configurations |
//! | [`well_known`] | passwords that are no secret |
//! | [`files`] | files written whole or not at all |
//! | [`suggest`] | did-you-mean |
//! | [`yaml`] | strict reading of our own YAML documents |

pub mod catalogue;
pub mod conf;
pub mod files;
pub mod ids;
pub mod replacements;
pub mod rest;
pub mod secret;
pub mod spec;
pub mod suggest;
pub mod tls;
pub mod units;
pub mod version;
pub mod well_known;
pub mod yaml;

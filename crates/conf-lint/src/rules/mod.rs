//! One rule a file, in groups. Each opens with the text that `conf rule` and the rule reference show.
//!
//! | group | what its rules look at |
//! |---|---|
//! | [`reading`] | keys and values that Flink ignores, refuses, or reads otherwise than they look |
//! | [`memory`] | sizes that contradict each other, and Java options that overrule them |
//! | [`state`] | state backends, checkpoints, and where they are kept |
//! | [`restart`] | restarts after a failure |
//! | [`availability`] | high availability of the JobManager |
//! | [`network`] | addresses, ports, heartbeats, and who reaches the REST API |
//! | [`tls`] | TLS and secrets |
//! | [`kerberos`] | Kerberos logins |
//! | [`metrics`] | metric reporters |
//! | [`runtime`] | jobs and processes in general |
//! | [`directory`] | the files beside the configuration |

pub(crate) mod availability;
pub(crate) mod directory;
pub(crate) mod kerberos;
pub(crate) mod memory;
pub(crate) mod metrics;
pub(crate) mod network;
pub(crate) mod reading;
pub(crate) mod restart;
pub(crate) mod runtime;
pub(crate) mod state;
pub(crate) mod tls;

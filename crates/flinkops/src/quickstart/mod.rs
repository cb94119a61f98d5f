//! `flinkops quickstart`: the whole story on one machine. A cluster's configuration is checked, mended and
//! secured, the cluster is started, a job is run, saved, rescaled, brought through a crash and stopped.
//!
//! | module | its part |
//! |---|---|
//! | `command` | options, signals, the end |
//! | `inputs` | the description and the configuration it starts from |
//! | `workspace` | the directory it writes into |
//! | `secured` | authority, stores, wiring |
//! | `local` | what must differ to run on this machine |
//! | `cluster` | mock-flink in this process, or a real Flink's processes |
//! | `job_jar` | the job |
//! | `story` | the order of things |
//! | `steps`, `report` | telling it |

mod cluster;
mod command;
mod inputs;
mod job_jar;
mod local;
mod report;
mod secured;
mod steps;
mod story;
mod workspace;

use command::JobOptions;
pub(crate) use command::{Options, run};

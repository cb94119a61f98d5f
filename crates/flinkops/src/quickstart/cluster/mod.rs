//! The cluster that quickstart starts: mock-flink inside this process, or a real Flink's processes.

mod embedded;
mod flink_home;
mod processes;
mod running;

pub(crate) use embedded::{Embedded, EmbeddedPlan};
pub(crate) use flink_home::FlinkHome;
pub(crate) use processes::Processes;
pub(crate) use running::{Cluster, check_free, free_ports};

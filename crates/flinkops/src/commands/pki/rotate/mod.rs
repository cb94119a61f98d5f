//! `flinkops pki rotate …`: from one authority to another while the cluster runs.

mod check;
mod command;
mod next;
mod plan;
mod restarted;

pub(crate) use command::{Options, run};

//! `flinkops pki bulk`: one leaf for each host of a list, or for everything that a cluster.yaml describes.

mod command;
mod nodes;

pub(crate) use command::{Options, run};

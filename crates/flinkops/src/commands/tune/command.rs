//! The verbs of `flinkops tune`.

use clap::Subcommand;

use super::{checkpoint, memory, network, parallelism, rocksdb, slots};
use crate::cli::ClusterOptions;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Shows what a process's memory is divided into, and which rule made each figure.
    Memory(memory::Options),
    /// Counts task slots, what jobs take of them, and what a slot has.
    Slots(slots::Options),
    /// Counts the network buffers that a job needs, and says what to set.
    Network(network::Options),
    /// Says how often to take checkpoints, and how long to wait for them.
    Checkpoint(checkpoint::Options),
    /// Shows where RocksDB's memory comes from, and what is made of it.
    Rocksdb(rocksdb::Options),
    /// Measures how many subtasks each vertex of a running job needs.
    Parallelism(parallelism::Options),
}

pub(crate) fn run(command: Command, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Memory(options) => memory::run(&options, output),
        Command::Slots(options) => slots::run(&options, output),
        Command::Network(options) => network::run(&options, cluster, output),
        Command::Checkpoint(options) => checkpoint::run(&options, cluster, output),
        Command::Rocksdb(options) => rocksdb::run(&options, output),
        Command::Parallelism(options) => parallelism::run(&options, cluster, output),
    }
}

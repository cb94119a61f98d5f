//! How much memory a Flink process takes and what for, and how a cluster is sized.
//!
//! | module | what it answers |
//! |---|---|
//! | [`settings`] | what one version of Flink sees in a configuration |
//! | [`memory`] | Flink's process memory model to the byte, and why each figure is what it is |
//! | [`slots`] | how many slots there are, who takes them, what a slot has |
//! | [`network`] | how many network buffers a job needs, and whether they are there |
//! | [`checkpoint`] | how often to take checkpoints, and how long to wait for them |
//! | [`parallelism`] | how many subtasks each vertex needs, by what it was measured to do |
//! | [`rocksdb`] | where RocksDB's memory comes from, and what is made of it |
//! | [`advice`] | keys to set, why, and following that in a document |
//!
//! Nothing here reads files or asks a cluster; callers hand in what they know.
//!
//! ```
//! use tuning::memory::{self, Process, ProcessMemory};
//! use tuning::settings::Settings;
//!
//! let settings = Settings::empty("1.20".parse().unwrap()).with("taskmanager.memory.process.size", "16g");
//! let Ok(ProcessMemory::TaskManager(memory)) = memory::derive(Process::TaskManager, &settings) else { panic!() };
//! assert_eq!(memory.managed.size.mebibytes(), 6041);
//! let rule = "0.4 of total Flink memory (default of taskmanager.memory.managed.fraction)";
//! assert_eq!(memory.managed.origin.to_string(), rule);
//! ```

pub mod advice;
pub mod checkpoint;
mod error;
pub mod memory;
pub mod network;
pub mod parallelism;
pub mod rocksdb;
pub mod settings;
pub mod slots;

pub use error::TuningError;

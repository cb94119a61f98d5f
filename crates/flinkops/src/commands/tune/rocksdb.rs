//! `flinkops tune rocksdb`.

use std::fmt::Write as _;

use clap::Args;
use tuning::rocksdb::{RocksDbReport, Source, Workload, advise};

use super::advised::{self, WriteOptions};
use super::subject::Subject;
use ops_core::units::human_bytes;

use crate::failure::Failure;
use crate::output::{Output, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops tune rocksdb --conf /opt/flink/conf --flink-version 1.20
  flinkops tune rocksdb --conf conf --flink-version 2.3 --states 12 --write conf --dry-run")]
pub(crate) struct Options {
    #[command(flatten)]
    subject: Subject,
    /// States of all operators in a slot together; each has write buffers of its own.
    #[arg(long, value_name = "COUNT", default_value_t = 0, hide_default_value = true)]
    states: u64,
    /// Python functions run in the same slots.
    #[arg(long)]
    python: bool,
    #[command(flatten)]
    write: WriteOptions,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let settings = options.subject.settings(options.write.write.as_deref())?;
    let workload = Workload { states: options.states, python: options.python };
    let report = advise(&settings, workload)?;
    advised::finish(&report, &report.advice, &settings, &options.write, output, human)
}

fn human(report: &RocksDbReport) -> String {
    let source = match report.source {
        Source::Managed => "managed memory of the slot",
        Source::FixedPerSlot => "a fixed size for each slot, outside of managed memory",
        Source::FixedPerTaskManager => "a fixed size for the TaskManager, outside of managed memory",
        Source::Unbounded => "nothing bounds it",
    };
    let mut text = format!("RocksDB's memory: {source}\n\n");
    let mut line = |name: &str, bytes: Option<u64>| {
        let size = bytes.map_or_else(|| "-".to_owned(), human_bytes);
        let _ = writeln!(text, "{name:<42} {size:>12}");
    };
    line("budget", report.budget);
    line("  block cache, everything counts against it", report.block_cache);
    line("  write buffers, at most", report.write_buffers);
    line("  write buffers before a flush", report.mutable_limit);
    line("  for index and filter blocks", report.high_priority);
    line("managed memory of a slot", Some(report.managed_per_slot));
    line("managed memory that lies idle", Some(report.managed_unused));
    line("native memory outside of the model", Some(report.outside_of_model));
    if report.flushes_constantly {
        let warning = style::WARNING;
        let _ = writeln!(
            text,
            "\n{warning}a write buffer grows by {}, more than may be used before a flush: RocksDB flushes all the time{warning:#}",
            human_bytes(report.arena_block)
        );
    }
    text + &advised::notes(&report.notes)
}

//! `flinkops keytab merge`.

use std::path::PathBuf;

use clap::Args;
use secure_conf::keytab::{self, ByteOrder, Keytab};
use serde::Serialize;

use super::entries::{Shown, count, rows};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops keytab merge flink.keytab zookeeper.keytab --out all.keytab
  flinkops keytab merge old.keytab new.keytab --out old.keytab

Entries that are the same are written once. The same principal, kvno and type with another key is an error.")]
pub(crate) struct Options {
    /// The keytabs to read.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The keytab to write, for its owner alone; it may be one of those that are read.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace a keytab that is none of those that are read.
    #[arg(long)]
    force: bool,
    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct MergedKeytab {
    keytab: PathBuf,
    /// Entries that were in more than one of the files.
    duplicates: usize,
    entries: Vec<Shown>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let out = &options.out;
    if out.exists() && !options.files.contains(out) && !options.force {
        return Err(Failure::usage(format!("{} is there already; nothing was written", out.display()))
            .help("name it among the files to be merged, or add --force to replace it"));
    }
    let mut keytab = Keytab::default();
    let mut duplicates = 0;
    for file in &options.files {
        let read = keytab::read(file, ByteOrder::Guess)?.keytab;
        let merged = keytab.merge(read.entries).map_err(|error| {
            Failure::from(error)
                .during(format!("cannot take the entries of {}", file.display()))
                .help("find out which is right with `flinkops keytab check --kdc`, and remove the other")
        })?;
        duplicates += merged.present;
    }
    if !options.dry_run {
        keytab::write(out, &keytab)?;
    }
    let merged = MergedKeytab { keytab: out.clone(), duplicates, entries: Shown::all(&keytab.entries) };
    output.result(&merged, |merged| {
        let did = if options.dry_run { "would write" } else { "wrote" };
        format!("{}{did} {}: {}\n", rows(&merged.entries), out.display(), count(merged.entries.len()))
    })?;
    Ok(exit::DONE)
}

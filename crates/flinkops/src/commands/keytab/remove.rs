//! `flinkops keytab remove`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use secure_conf::keytab::{self, ByteOrder, EncryptionType, Entry, Principal};
use serde::Serialize;

use super::entries::{Shown, count, rows};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops keytab remove flink.keytab --principal flink@EXAMPLE.COM --kvno 1
  flinkops keytab remove flink.keytab --superseded --dry-run
  flinkops keytab remove flink.keytab --etype arcfour-hmac

An entry goes when it meets every condition that is given.")]
pub(crate) struct Options {
    /// The keytab to change.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    which: Which,
    /// Say what would be removed, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Which {
    /// Entries of this principal.
    #[arg(short, long, value_name = "PRINCIPAL")]
    principal: Option<Principal>,
    /// Entries of this version.
    #[arg(long, value_name = "NUMBER")]
    kvno: Option<u32>,
    /// Entries of this encryption type, by name or number.
    #[arg(long, value_name = "TYPE")]
    etype: Option<EncryptionType>,
    /// Entries for whose principal there are newer ones.
    #[arg(long)]
    superseded: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Removed {
    keytab: PathBuf,
    removed: Vec<Shown>,
    entries: Vec<Shown>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let file = &options.file;
    let mut keytab = keytab::read(file, ByteOrder::Guess)?.keytab;
    let mut newest: BTreeMap<Principal, u32> = BTreeMap::new();
    for entry in &keytab.entries {
        let kvno = newest.entry(entry.principal.clone()).or_default();
        *kvno = entry.kvno.max(*kvno);
    }
    let which = &options.which;
    let removed = keytab.remove(|entry: &Entry| {
        which.principal.as_ref().is_none_or(|principal| *principal == entry.principal)
            && which.kvno.is_none_or(|kvno| kvno == entry.kvno)
            && which.etype.is_none_or(|etype| etype == entry.key.etype)
            && (!which.superseded || newest.get(&entry.principal).is_some_and(|newest| entry.kvno < *newest))
    });
    if removed.is_empty() && !which.superseded {
        return Err(Failure::usage(format!("{} holds no such entry; nothing was changed", file.display()))
            .help(format!("`flinkops keytab list {}` shows what it holds", file.display())));
    }
    if !options.dry_run && !removed.is_empty() {
        keytab::write(file, &keytab)?;
    }
    let result =
        Removed { keytab: file.clone(), removed: Shown::all(&removed), entries: Shown::all(&keytab.entries) };
    output.result(&result, |result| {
        let did = if options.dry_run { "would remove" } else { "removed" };
        let (gone, kept) = (result.removed.len(), result.entries.len());
        let table = if gone == 0 { String::new() } else { rows(&result.removed) };
        format!("{table}{did} {} from {}; {} left\n", count(gone), file.display(), count(kept))
    })?;
    Ok(exit::DONE)
}

//! `flinkops keytab list`.

use std::path::PathBuf;

use clap::Args;
use ops_core::files::{self, Access};
use secure_conf::keytab::{self, ByteOrder, FormatVersion};
use serde::Serialize;

use super::entries::{Keys, Shown, prometheus, rows};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops keytab list /etc/security/keytabs/flink.keytab
  flinkops keytab list flink.keytab -o json
  flinkops keytab list flink.keytab --quiet --prometheus /var/lib/node_exporter/flinkops_keytab.prom")]
pub(crate) struct Options {
    /// The keytab.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Show the keys, which are as good as passwords.
    #[arg(long)]
    danger_show_keys: bool,
    /// Write metrics for Prometheus' textfile collector; `-` prints them instead of the table.
    #[arg(long, value_name = "FILE")]
    prometheus: Option<PathBuf>,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct List {
    keytab: PathBuf,
    /// The version of the file format: `0501` or `0502`.
    format: &'static str,
    /// The permission bits in octal.
    mode: String,
    /// Slots of deleted entries.
    deleted: usize,
    entries: Vec<Shown>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let file = keytab::read(&options.file, ByteOrder::Guess)?;
    let keys = if options.danger_show_keys { Keys::DangerShow } else { Keys::Hide };
    let list = List {
        keytab: options.file.clone(),
        format: if file.keytab.version == FormatVersion::V1 { "0501" } else { "0502" },
        mode: format!("{:04o}", file.mode),
        deleted: file.keytab.holes,
        entries: file.keytab.entries.iter().map(|entry| Shown::new(entry, keys)).collect(),
    };
    if let Some(out) = &options.prometheus {
        let text = prometheus(&options.file, &list.entries);
        if out.as_os_str() == "-" {
            output.text(&text)?;
            return Ok(exit::DONE);
        }
        files::write(out, text.as_bytes(), Access::Public)?;
        if output.is_quiet() {
            return Ok(exit::DONE);
        }
    }
    output.result(&list, |list| {
        if list.entries.is_empty() { "the keytab is empty\n".to_owned() } else { rows(&list.entries) }
    })?;
    Ok(exit::DONE)
}

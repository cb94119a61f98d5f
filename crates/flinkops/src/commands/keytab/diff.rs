//! `flinkops keytab diff`.

use std::path::PathBuf;

use clap::Args;
use secure_conf::keytab::{self, ByteOrder, Difference, DifferenceKind};
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  flinkops keytab diff flink.keytab flink.keytab.new

Keys are compared, and not shown. Exit code: 0 the same keys, 1 they differ, 2 a file cannot be read.")]
pub(crate) struct Options {
    /// A keytab.
    #[arg(value_name = "FIRST")]
    first: PathBuf,
    /// Another one.
    #[arg(value_name = "SECOND")]
    second: PathBuf,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Compared {
    differences: Vec<Difference>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let read = |file: &PathBuf| keytab::read(file, ByteOrder::Guess);
    let (first, second) = (read(&options.first)?, read(&options.second)?);
    let compared = Compared { differences: keytab::diff(&first.keytab, &second.keytab) };
    output.result(&compared, |compared| {
        if compared.differences.is_empty() {
            return "the same keys\n".to_owned();
        }
        let rows = compared.differences.iter().map(|difference| {
            let what = match difference.kind {
                DifferenceKind::OnlyFirst => format!("only in {}", options.first.display()),
                DifferenceKind::OnlySecond => format!("only in {}", options.second.display()),
                _ => "another key".to_owned(),
            };
            [
                difference.principal.to_string(),
                difference.kvno.to_string(),
                difference.etype.to_string(),
                what,
            ]
        });
        table(["PRINCIPAL", "KVNO", "ETYPE", "DIFFERENCE"], rows)
    })?;
    Ok(if compared.differences.is_empty() { exit::DONE } else { exit::FINDINGS })
}

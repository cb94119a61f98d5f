//! `flinkops recover backup PATH`.

use std::path::PathBuf;
use std::process::Stdio;

use clap::Args;
use ops_core::units::human_bytes;
use recovery::backup::{Backup, BackupError, backup};
use recovery::state::Location;
use serde::Serialize;

use crate::commands::runtime;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops recover backup file:///data/checkpoints/0123456789abcdef0123456789abcdef/chk-42 --to /backup/orders-42
  flinkops recover backup /data/savepoints/savepoint-0d2f1c-6e1f7a9b2c3d --to /backup/orders -o json
  flinkops recover backup /data/checkpoints/0123/chk-42 --to /backup/o42 --then 'aws s3 cp --recursive {} s3://backup/o42'

The metadata is read first: a state that is not whole is not copied. Every copy is read again and compared. The original is never
changed. Files that several checkpoints share are copied, too; backup.json says where each has to be.

Exit code: 0 it is copied, 1 it is not whole or a copy differs, 2 it cannot be read or written.")]
pub(crate) struct Options {
    /// The directory of the savepoint or checkpoint.
    #[arg(value_name = "PATH")]
    path: String,
    /// The directory to make of it; it must not be there yet.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// A command that brings it on from there; {} is the directory.
    #[arg(long, value_name = "COMMAND")]
    then: Option<String>,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Made<'a> {
    path: String,
    size: u64,
    self_contained: bool,
    #[serde(flatten)]
    backup: &'a Backup,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let location = Location::find(&options.path).map_err(Failure::usage)?;
    let backup = backup(&location, &options.to).map_err(|error| match error {
        BackupError::NotWhole { .. } => Failure::new(exit::FINDINGS, &error)
            .help(format!("flinkops recover savepoint inspect {} names them", options.path)),
        BackupError::Differs { .. } => Failure::new(exit::FINDINGS, error),
        error => Failure::usage(error),
    })?;
    if let Some(command) = &options.then {
        bring_on(command, options)?;
    }
    let path = options.to.display().to_string();
    let made =
        Made { path, size: backup.size(), self_contained: backup.is_self_contained(), backup: &backup };
    output.result(&made, |made| {
        let note = match made.self_contained {
            true => "a job can be started from there",
            false => "files of other directories are in it: backup.json says where each has to be",
        };
        format!(
            "{}: {} in {} files, compared; {note}\n",
            made.path,
            human_bytes(made.size),
            backup.files.len()
        )
    })?;
    Ok(exit::DONE)
}

/// Runs the user's own command, word by word, without a shell.
fn bring_on(command: &str, options: &Options) -> Result<(), Failure> {
    let directory = options.to.display().to_string();
    let words: Vec<String> = command.split_whitespace().map(|word| word.replace("{}", &directory)).collect();
    let (program, arguments) = words.split_first().ok_or_else(|| Failure::usage("--then is empty"))?;
    let status = runtime()?.block_on(
        tokio::process::Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(std::io::stderr())
            .kill_on_drop(true)
            .status(),
    );
    let kept = format!("the copy is in {directory}");
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::usage(format!("{program} ended with {status}; {kept}"))),
        Err(error) => Err(Failure::usage(format!("cannot run {program}: {error}; {kept}"))),
    }
}

//! `flinkops conf fmt PATH…`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use ops_core::conf::{ConfDocument, Style};
use ops_core::version::Dialect;
use serde::Serialize;

use super::change::{Change, Mode, Text};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf fmt /opt/flink/conf
  flinkops conf fmt config.yaml --style nested
  flinkops conf fmt config.yaml --check

One blank behind each colon, two for each level, no empty lines in a row. Comments stay with the entries below them.
What Flink reads is compared before anything is written.

Exit code: 0 done, 1 with --check: something would change, 2 a file cannot be read, laid out or written.")]
pub(crate) struct Options {
    /// Configuration files, or conf directories.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How the keys of a config.yaml are written.
    #[arg(long, value_enum, default_value_t, value_name = "STYLE")]
    style: Keys,
    /// Show what would change, and write nothing.
    #[arg(long)]
    check: bool,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Keys {
    /// As they are.
    #[default]
    Keep,
    /// One line a key.
    Flat,
    /// In nested mappings.
    Nested,
}

#[derive(Debug, Serialize)]
struct Formatted {
    files: Vec<FormattedFile>,
}

#[derive(Debug, Serialize)]
struct FormattedFile {
    file: String,
    changed: bool,
    written: bool,
    #[serde(skip)]
    change: Change,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let style = match options.style {
        Keys::Keep => Style::Keep,
        Keys::Flat => Style::Flat,
        Keys::Nested => Style::Nested,
    };
    let mut formatted = Formatted { files: Vec::new() };
    for file in
        options.paths.iter().map(|path| files(path)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten()
    {
        let before = ConfDocument::read(&file)?;
        let name = file.display().to_string();
        let after = before.format(style).map_err(|error| Failure::from(error).during(&name))?;
        let change = Change { file, before: Text::from(&before), after: Text::from(&after) };
        formatted.files.push(FormattedFile { file: name, changed: change.is_real(), written: false, change });
    }
    for file in &mut formatted.files {
        file.written = file.change.write(Mode::of(options.check))?;
    }
    output.result(&formatted, |formatted| human(formatted, options.check))?;
    let changed = formatted.files.iter().any(|file| file.changed);
    Ok(if options.check && changed { exit::FINDINGS } else { exit::DONE })
}

/// The file itself, or the configuration files of a directory: their layout does not depend on the version.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let both = [Dialect::Legacy, Dialect::Yaml].map(|dialect| path.join(dialect.file_name()));
    let found: Vec<_> = both.into_iter().filter(|file| file.is_file()).collect();
    match found.is_empty() {
        true => {
            Err(Failure::usage(format!("{} holds neither flink-conf.yaml nor config.yaml", path.display())))
        }
        false => Ok(found),
    }
}

fn human(formatted: &Formatted, check: bool) -> String {
    let mut text = String::new();
    for file in &formatted.files {
        if check {
            text.push_str(&file.change.diff());
        }
        let what = match (file.changed, file.written) {
            (false, _) => "is laid out well",
            (true, true) => "laid out anew",
            (true, false) => "would be laid out anew",
        };
        let _ = writeln!(text, "{}: {what}", file.file);
    }
    text
}

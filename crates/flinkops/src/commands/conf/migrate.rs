//! `flinkops conf migrate PATH --from V --to V`.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use conf_lint::{ChangedDefault, Defaults, Migration, Report, Step};
use ops_core::conf::{ConfDocument, is_sensitive};
use ops_core::files::{self, Access};
use ops_core::version::FlinkVersion;
use serde::Serialize;

use super::change::{self, Text};
use super::target;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf migrate /opt/flink-1.18/conf --from 1.18 --to 2.3
  flinkops conf migrate flink-conf.yaml --from 1.18 --to 2.3 --out /opt/flink-2.3/conf
  flinkops conf migrate flink-conf.yaml --from 1.18 --to 2.3 --out config.yaml --pin-defaults

Renamed keys are renamed, keys that are gone become comments that say why, and values whose form changed are rewritten.
Defaults that changed are listed; --pin-defaults sets the old ones, so that the cluster does what it did.
Without --out nothing is written.

Exit code: 0 done, 1 something is left for you to decide, 2 a file cannot be read or written.")]
pub(crate) struct Options {
    /// The configuration file, or the conf directory.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The Flink that reads it now.
    #[arg(long, value_name = "VERSION")]
    from: FlinkVersion,
    /// The Flink that is to read it.
    #[arg(long, value_name = "VERSION")]
    to: FlinkVersion,
    /// Where the new file goes: a file that is not there yet, or a directory without one. For a conf directory a new
    /// directory is made.
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Set the old defaults where they changed.
    #[arg(long)]
    pin_defaults: bool,
    /// Replace a file that is there.
    #[arg(long, requires = "out")]
    force: bool,
}

#[derive(Debug, Serialize)]
struct Migrated {
    from: FlinkVersion,
    to: FlinkVersion,
    file: String,
    /// The new file, where it was written.
    written: Option<String>,
    steps: Vec<Step>,
    changed_defaults: Vec<ChangedDefault>,
    left: Report,
    #[serde(skip)]
    diff: String,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let file = target::file(&options.path, options.from)?;
    let document = ConfDocument::read(&file)?;
    let defaults = if options.pin_defaults { Defaults::Pin } else { Defaults::List };
    let migration = conf_lint::migrate(&document, options.from, options.to, defaults)?;
    let diff = change::unified(
        &file.display().to_string(),
        &Text::from(&document),
        &Text::from(&migration.document),
    );
    let out = options.out.as_deref().map(|out| place(out, &migration, options)).transpose()?;
    if let Some(out) = &out {
        if let Some(directory) = out.parent().filter(|directory| !directory.as_os_str().is_empty()) {
            files::ensure_directory(directory, Access::Public)?;
        }
        files::write(out, migration.document.to_text().as_bytes(), access(&file, &migration.document))?;
    }
    let undecided = migration.steps.iter().any(|step| matches!(step, Step::Unsettled { .. }))
        || migration.left.summary().errors > 0;
    let migrated = Migrated {
        from: options.from,
        to: options.to,
        file: file.display().to_string(),
        written: out.map(|out| out.display().to_string()),
        steps: migration.steps,
        changed_defaults: migration.defaults,
        left: migration.left,
        diff,
    };
    output.result(&migrated, |migrated| human(migrated, options))?;
    Ok(if undecided { exit::FINDINGS } else { exit::DONE })
}

/// The file to write. What a conf directory becomes is one, too.
fn place(out: &Path, migration: &Migration, options: &Options) -> Result<PathBuf, Failure> {
    let is_yaml = out.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let is_directory = out.is_dir() || options.path.is_dir() && !is_yaml;
    let file = match is_directory {
        true => out.join(migration.document.dialect().file_name()),
        false => out.to_owned(),
    };
    if file.exists() && !options.force {
        return Err(Failure::usage(format!("{} is there already", file.display()))
            .help("name another place, or replace it with --force"));
    }
    Ok(file)
}

/// What was private stays private, and what holds secrets becomes it.
fn access(file: &Path, document: &ConfDocument) -> Access {
    let readable = fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o004 != 0);
    let secret = document.effective().any(|entry| is_sensitive(&entry.key));
    if readable && !secret { Access::Public } else { Access::Private }
}

fn human(migrated: &Migrated, options: &Options) -> String {
    let (heading, faint) = (style::HEADING, style::FAINT);
    let mut text = String::new();
    if migrated.written.is_none() {
        text.push_str(&migrated.diff);
    }
    for step in &migrated.steps {
        let _ = writeln!(text, "{}", one(step));
    }
    if migrated.steps.is_empty() {
        text.push_str("nothing to change\n");
    }
    if !migrated.changed_defaults.is_empty() && !options.pin_defaults {
        let _ =
            writeln!(text, "{heading}defaults that changed{heading:#} (--pin-defaults keeps the old ones)");
        for default in &migrated.changed_defaults {
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
            let _ = writeln!(text, "  {}: {} -> {}", default.key, shown(&default.was), shown(&default.is));
        }
    }
    if !migrated.left.findings.is_empty() {
        let _ = writeln!(text, "{heading}what the linter says about the new file{heading:#}");
        for finding in &migrated.left.findings {
            let key = finding.key.as_deref().unwrap_or("the file");
            let _ = writeln!(text, "  {} {} {key}: {}", finding.severity, finding.code, finding.message);
        }
    }
    match &migrated.written {
        Some(written) => {
            let good = style::GOOD;
            let _ = writeln!(text, "{good}written{good:#} {written}");
        }
        None => {
            let _ = writeln!(text, "{faint}not written: add --out PATH{faint:#}");
        }
    }
    text
}

fn one(step: &Step) -> String {
    let (error, warning) = (style::ERROR, style::WARNING);
    match step {
        Step::Converted { from, to } => format!("converted {from} to {to}"),
        Step::Renamed { line, key, to } => format!("line {line}: renamed {key} to {to}"),
        Step::Replaced { line, key, by, reason } => {
            format!("line {line}: replaced {key} by {}: {reason}", by.join(" and "))
        }
        Step::Rewritten { line, key, reason } => format!("line {line}: rewrote {key}: {reason}"),
        Step::Removed { line, key, reason } => {
            format!("line {line}: {warning}commented out{warning:#} {key}: {reason}")
        }
        Step::Ignored { line, key, reason } => {
            format!("line {line}: {warning}commented out{warning:#} {key}: {reason}")
        }
        Step::Unsettled { line, key, reason } => {
            format!("line {line}: {error}to decide{error:#} {key}: {reason}")
        }
        Step::Pinned { key, value } => format!("set {key}: {value}, the default until now"),
    }
}

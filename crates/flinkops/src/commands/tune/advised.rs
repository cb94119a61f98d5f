//! Advice: shown, and followed in a file.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use ops_core::conf::ConfDocument;
use ops_core::files;
use serde::Serialize;
use tuning::advice::{Advice, apply};
use tuning::settings::Settings;

use super::subject::file;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style};

/// Where advice goes.
#[derive(Debug, Clone, Args)]
pub(super) struct WriteOptions {
    /// Follow the advice in this configuration file (or conf directory); everything else in it stays as it is.
    #[arg(long, value_name = "PATH")]
    pub(super) write: Option<PathBuf>,
    /// Show what --write would change, and change nothing.
    #[arg(long, requires = "write")]
    dry_run: bool,
}

/// A report with what became of its advice.
#[derive(Debug, Serialize)]
struct Written<'a, T> {
    #[serde(flatten)]
    report: &'a T,
    /// The file that was changed; left out where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<String>,
}

/// Prints a report, and follows its advice where that was asked for.
pub(super) fn finish<T: Serialize>(
    report: &T,
    advice: &[Advice],
    settings: &Settings,
    options: &WriteOptions,
    output: &Output,
    human: impl FnOnce(&T) -> String,
) -> Result<u8, Failure> {
    let mut written = None;
    if let Some(path) = &options.write {
        let path = file(path, settings.version())?;
        let before = ConfDocument::read(&path)?;
        let mut after = before.clone();
        apply(&mut after, advice)?;
        if !options.dry_run && after.to_text() != before.to_text() {
            let (old, new) = (before.to_text(), after.to_text());
            files::rewrite(&path, old.as_bytes(), new.as_bytes(), files::Mode::Kept)?;
            written = Some(path.display().to_string());
        }
    }
    output.result(&Written { report, written: written.clone() }, |shown| {
        let mut text = human(shown.report);
        text.push_str(&list(advice));
        match (&options.write, &written) {
            (_, Some(file)) => drop(writeln!(text, "\nwritten to {file}")),
            (Some(_), None) if options.dry_run => text.push_str("\nnot written: this was a dry run\n"),
            (Some(_), None) => text.push_str("\nnothing to write\n"),
            (None, _) => {}
        }
        text
    })?;
    Ok(exit::DONE)
}

/// The advice as a diff, each key with its reason.
pub(super) fn list(advice: &[Advice]) -> String {
    if advice.is_empty() {
        return "\nnothing to set\n".to_owned();
    }
    let (gone, come, faint) = (style::ERROR, style::GOOD, style::FAINT);
    let mut text = "\n".to_owned();
    for Advice { key, value, current, why, .. } in advice {
        if let Some(current) = current {
            let _ = writeln!(text, "{gone}- {key}: {current}{gone:#}");
        }
        if let Some(value) = value {
            let _ = writeln!(text, "{come}+ {key}: {value}{come:#}");
        }
        for line in super::picture::wrap(why, 74) {
            let _ = writeln!(text, "    {faint}{line}{faint:#}");
        }
    }
    text
}

/// Remarks, one a paragraph.
pub(super) fn notes(notes: &[String]) -> String {
    let note = style::WARNING;
    let mut text = String::new();
    for one in notes {
        for (index, line) in super::picture::wrap(one, 72).iter().enumerate() {
            let _ = match index {
                0 => writeln!(text, "\n{note}note:{note:#} {line}"),
                _ => writeln!(text, "      {line}"),
            };
        }
    }
    text
}

//! The closing summary, for people and for programs.

use std::fmt::Write as _;
use std::path::PathBuf;

use conf_lint::Finding;
use ops_core::ids::JobId;
use serde::Serialize;

use super::local::Override;
use super::steps::Step;
use crate::output::style;

/// What a run did. The fields are stable.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) cluster: String,
    pub(crate) flink_version: String,
    /// `mock-flink` or `flink-home`.
    pub(crate) mode: &'static str,
    pub(crate) directory: PathBuf,
    /// Where things went that were in the way; only with `--force`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) set_aside: Option<PathBuf>,
    pub(crate) written: Vec<Written>,
    /// What was wrong with the configuration as it was found.
    pub(crate) findings: Vec<Finding>,
    /// What is still wrong with the corrected and secured one.
    pub(crate) remaining: Vec<Finding>,
    pub(crate) local_overrides: Vec<Override>,
    pub(crate) url: String,
    /// The job first started, and the one that it was rescaled into.
    pub(crate) jobs: Vec<JobId>,
    pub(crate) savepoints: Vec<String>,
    pub(crate) restarts: u64,
    pub(crate) steps: Vec<Step>,
    pub(crate) next: Vec<Next>,
}

/// A file or directory, and what is in it.
#[derive(Debug, Serialize)]
pub(crate) struct Written {
    pub(crate) path: PathBuf,
    pub(crate) what: &'static str,
}

/// A command to try.
#[derive(Debug, Serialize)]
pub(crate) struct Next {
    pub(crate) command: String,
    pub(crate) why: &'static str,
}

/// The summary below the steps.
pub(crate) fn human(report: &Report) -> String {
    let (heading, faint, help) = (style::HEADING, style::FAINT, style::HELP);
    let mut text = format!("\n{heading}Written{heading:#} in {}\n", report.directory.display());
    let inside = |path: &PathBuf| path.strip_prefix(&report.directory).unwrap_or(path).display().to_string();
    let width = report.written.iter().map(|written| inside(&written.path).len()).max().unwrap_or(0);
    for written in &report.written {
        let _ = writeln!(text, "  {:<width$}  {faint}{}{faint:#}", inside(&written.path), written.what);
    }
    if let Some(aside) = &report.set_aside {
        let _ = writeln!(text, "  {}  {faint}what was in the way{faint:#}", inside(aside));
    }
    for finding in &report.remaining {
        let _ = writeln!(text, "  still open: {} {}", finding.code, finding.message);
    }
    let _ = writeln!(text, "\n{heading}Try next{heading:#}");
    for next in &report.next {
        let _ = writeln!(text, "  {help}{}{help:#}\n      {faint}{}{faint:#}", next.command, next.why);
    }
    text
}

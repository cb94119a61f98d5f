//! `cargo xtask bench all`: everything, as one table; written into the documentation, or compared with what stands there.

use std::fs;
use std::path::PathBuf;

use super::row::{self, Row};
use super::{cli, conf as conf_lint, memory as model, mock, pki};
use crate::error::XtaskError;
use crate::files::{self, Access, context};
use crate::process;
use crate::version::FlinkVersion;

/// Behind this, the page is written by hand.
const NOTES: &str = "## About the figures\n";

/// What is done with the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// It is shown.
    Show,
    /// It is written into docs/benchmarks.md and docs/benchmarks.json.
    Write,
    /// What became worse by more than a tenth is an error.
    Compare,
}

/// Measures everything, one after the other. A machine that does nothing else is wanted.
///
/// # Errors
/// Something cannot be measured, is slower than promised, or, compared, has become worse.
pub fn all(version: FlinkVersion, record: Record) -> Result<(), XtaskError> {
    let mut rows = cli::rows(version)?;
    rows.extend(pki::rows()?);
    rows.extend(mock::rows(version)?);
    rows.extend(conf_lint::rows(version)?);
    rows.extend(model::rows(version)?);
    println!("{}", row::table(&rows));
    match record {
        Record::Show => {}
        Record::Write => write(&rows, version)?,
        Record::Compare => {
            let file = place("json");
            let text = fs::read_to_string(&file).map_err(context("read", &file))?;
            let recorded: Vec<Row> = serde_json::from_str(&text).map_err(|error| XtaskError::Answer {
                what: file.display().to_string(),
                answer: error.to_string(),
            })?;
            let worse = row::regressions(&recorded, &rows);
            if !worse.is_empty() {
                return Err(XtaskError::TooSlow(format!(
                    "worse by more than a tenth:\n{}",
                    worse.join("\n")
                )));
            }
        }
    }
    row::verdict(&rows)
}

/// `conf lint` beside a JVM.
///
/// # Errors
/// As for [`all`].
pub fn conf(version: FlinkVersion) -> Result<(), XtaskError> {
    let rows = conf_lint::rows(version)?;
    println!("{}", row::table(&rows));
    row::verdict(&rows)
}

/// The memory model beside a JVM.
///
/// # Errors
/// As for [`all`].
pub fn memory(version: FlinkVersion) -> Result<(), XtaskError> {
    let rows = model::rows(version)?;
    println!("{}", row::table(&rows));
    row::verdict(&rows)
}

fn place(extension: &str) -> PathBuf {
    process::workspace().join("docs/benchmarks").with_extension(extension)
}

fn write(rows: &[Row], version: FlinkVersion) -> Result<(), XtaskError> {
    let json = serde_json::to_string_pretty(rows).unwrap_or_default() + "\n";
    files::write(&place("json"), json.as_bytes(), Access::Public)?;
    let first = |program: &str, arguments: &[&str]| {
        let said = process::capture(process::command(program).args(arguments)).unwrap_or_default();
        said.lines().next().unwrap_or_default().to_owned()
    };
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let page = format!(
        "# Benchmarks\n\nEverything that is said to be fast, measured side by side in one run by `cargo xtask bench all --write`; do not edit the table.\n\
         Ratios count; times depend on the machine. `cargo xtask bench all --compare` measures again, and fails where a ratio is worse than\n\
         the one recorded here by more than a tenth. `job list` and lint are medians of whole processes that\n\
         alternate with the other's; keytool's time is the mean of ten nodes, one after the other; the load on servers comes from the same\n\
         machine, over 32 connections that are kept alive, after a warm-up.\n\n\
         {}\nMeasured on {cores} cores of {}, Flink {version}, {}, {}.\n",
        row::table(rows),
        model.trim_start_matches([':', ' ', '\t']).trim(),
        first("javac", &["-version"]),
        first("rustc", &["--version"]),
    );
    // What people wrote about the figures stays.
    let before = fs::read_to_string(place("md")).unwrap_or_default();
    let notes = before.split_once(NOTES).map(|(_, notes)| notes).unwrap_or("\n");
    files::write(&place("md"), format!("{page}\n{NOTES}{notes}").as_bytes(), Access::Public)?;
    Ok(())
}

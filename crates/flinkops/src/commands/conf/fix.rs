//! `flinkops conf fix PATH…`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use conf_lint::{Applied, Edit, Files, Finding, FixLevel, Report};
use ops_core::files;
use ops_core::version::FlinkVersion;
use serde::Serialize;

use super::change::{Change, Mode, Text};
use super::fail_on::FailOn;
use super::{keystores, render, target};
use crate::failure::Failure;
use crate::output::{Output, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf fix /opt/flink/conf --flink-version 1.20 --dry-run
  flinkops conf fix flink-conf.yaml --flink-version 1.18 --unsafe-fixes

Nothing but the reported entries changes: comments, order and blanks stay. A safe fix leaves what Flink does as it is.

Exit code: 0 nothing at or above --fail-on is left, 1 something is, 2 a file cannot be read or written.")]
pub(crate) struct Options {
    /// Configuration files, or conf directories.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The Flink that will read it, such as 1.20 [default: the one in the directory's cluster.yaml].
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
    /// Apply those fixes, too, that change what Flink does, to what the writer most likely meant.
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show the changes, and write nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    fail_on: FailOn,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let level = if options.unsafe_fixes { FixLevel::Unsafe } else { FixLevel::Safe };
    let fixed = mend(&options.paths, options.flink_version, level, Mode::of(options.dry_run))?;
    output.result(&fixed, human)?;
    Ok(options.fail_on.exit_code(&fixed.remaining))
}

/// What was done, and what is left.
#[derive(Debug, Serialize)]
pub(super) struct Fixed {
    files: Vec<FixedFile>,
    #[serde(flatten)]
    pub(super) remaining: Report,
    #[serde(skip)]
    level: FixLevel,
}

#[derive(Debug, Serialize)]
struct FixedFile {
    file: String,
    /// Whether the file on the disk was changed.
    written: bool,
    applied: Vec<Fix>,
    #[serde(skip)]
    change: Change,
}

#[derive(Debug, Serialize)]
struct Fix {
    code: &'static str,
    line: usize,
    key: Option<String>,
    message: String,
    edits: Vec<Edit>,
}

impl From<Applied> for Fix {
    fn from(applied: Applied) -> Self {
        let finding = applied.finding;
        Self {
            code: finding.code,
            line: finding.line,
            key: finding.key,
            message: finding.message,
            edits: applied.edits,
        }
    }
}

/// The rule about secrets in a file that others may read or write. No edit of a text mends that.
const READABLE: &str = "FC073";

impl FixedFile {
    /// Takes the file out of other users' hands, where the linter asks for it.
    fn close(&mut self, remaining: &mut Report) -> Result<(), Failure> {
        let found = |finding: &Finding| finding.code == READABLE && finding.file == self.file;
        let Some(at) = remaining.findings.iter().position(found) else { return Ok(()) };
        files::forbid_others(&self.change.file)?;
        let finding = remaining.findings.remove(at);
        self.applied.push(Fix::from(Applied { finding, edits: Vec::new() }));
        self.written = true;
        Ok(())
    }
}

impl Fixed {
    /// The changes of all files.
    pub(super) fn diff(&self) -> String {
        self.files.iter().map(|file| file.change.diff()).collect()
    }
}

/// Mends every file below the paths. All of them are read before the first is written.
pub(super) fn mend(
    paths: &[PathBuf],
    version: Option<FlinkVersion>,
    level: FixLevel,
    mode: Mode,
) -> Result<Fixed, Failure> {
    let mut fixed = Fixed { files: Vec::new(), remaining: Report::default(), level };
    for path in paths {
        let version = target::version(version, path)?;
        let mut files = keystores::read(path, version)?;
        let before: Vec<Text> = texts(&files);
        let mended = conf_lint::mend_files(&mut files, level);
        fixed.remaining.extend([mended.remaining]);
        let names: Vec<PathBuf> = files.texts().map(|(file, _)| file).collect();
        let mut applied = mended.applied;
        for (file, (before, after)) in names.into_iter().zip(before.into_iter().zip(texts(&files))) {
            let name = file.display().to_string();
            let (here, elsewhere) = applied.into_iter().partition(|applied| applied.finding.file == name);
            applied = elsewhere;
            let here: Vec<Applied> = here;
            fixed.files.push(FixedFile {
                file: name,
                written: false,
                applied: here.into_iter().map(Fix::from).collect(),
                change: Change { file, before, after },
            });
        }
    }
    for file in &mut fixed.files {
        file.written = file.change.write(mode)?;
    }
    if level == FixLevel::Unsafe && mode == Mode::Write {
        let Fixed { files, remaining, .. } = &mut fixed;
        for file in files {
            file.close(remaining)?;
        }
    }
    Ok(fixed)
}

/// The texts of the configuration and of the files beside it.
fn texts(files: &Files) -> Vec<Text> {
    let others = files.texts().skip(1).map(|(_, text)| Text::plain(text));
    std::iter::once(Text::from(files.document())).chain(others).collect()
}

fn human(fixed: &Fixed) -> String {
    let mut text = fixed.diff();
    for file in &fixed.files {
        let (good, count) = (style::GOOD, file.applied.len());
        let what = match (file.written, count) {
            (_, 0) => continue,
            (true, _) => "written",
            (false, _) => "not written: this was a dry run",
        };
        let _ = writeln!(text, "{}: {good}{count} mended{good:#}, {what}", file.file);
        for fix in &file.applied {
            let edits: Vec<_> = fix.edits.iter().map(ToString::to_string).collect();
            let what = if edits.is_empty() { "chmod g-w,o-rwx".to_owned() } else { edits.join(", ") };
            let _ = writeln!(text, "  {} line {}: {what}", fix.code, fix.line);
        }
    }
    let left = &fixed.remaining.findings;
    if !left.is_empty() {
        let _ = writeln!(text, "left to be mended by hand:");
    }
    let after = fixed.files.iter().map(|file| (file.file.as_str(), file.change.after.shown()));
    text.push_str(&render::human_of(&fixed.remaining, after));
    let others = left.iter().filter(|finding| finding.fix.as_ref().is_some_and(|fix| !fix.safe)).count();
    if others > 0 && fixed.level == FixLevel::Safe {
        let _ = writeln!(text, "{others} of them can be mended with --unsafe-fixes");
    }
    text
}

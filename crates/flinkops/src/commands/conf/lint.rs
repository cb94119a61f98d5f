//! `flinkops conf lint PATH…`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use conf_lint::{Files, Finding, Report, Severity};
use ops_core::spec::ClusterSpec;
use ops_core::version::FlinkVersion;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf lint /opt/flink/conf --flink-version 1.20
  flinkops conf lint flink-conf.yaml --flink-version 1.18 --fail-on error -o json

In a conf directory, masters, workers, zoo.cfg and log4j*.properties are linted too. A finding that is right to stay is
allowed by a comment, `# flinkops: allow(FC054) reason`, or in a flinkops.yaml beside the file.

Exit code: 0 nothing at or above --fail-on, 1 findings, 2 a file cannot be read.")]
pub(crate) struct Options {
    /// Configuration files, or conf directories.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The Flink that will read it, such as 1.20 [default: the one in the directory's cluster.yaml].
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: FailOn,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum FailOn {
    Error,
    #[default]
    Warning,
    Info,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Info => Self::Info,
        }
    }
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let mut report = Report::default();
    for path in &options.paths {
        let files = Files::read(path, version(options, path)?)?;
        report.extend([conf_lint::lint_files(&files)]);
    }
    output.result(&report, human)?;
    let failed = report.worst().is_some_and(|worst| worst >= options.fail_on.into());
    Ok(if failed { exit::FINDINGS } else { exit::DONE })
}

fn version(options: &Options, path: &Path) -> Result<FlinkVersion, Failure> {
    if let Some(version) = options.flink_version {
        return Ok(version);
    }
    let description = path.join("cluster.yaml");
    if description.is_file() {
        return Ok(ClusterSpec::read(&description)?.flink_version);
    }
    Err(Failure::usage("what is right depends on the version of Flink, and none was given")
        .help("add --flink-version, for example --flink-version 1.20"))
}

fn human(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        write_finding(&mut text, finding);
    }
    let summary = report.summary();
    if report.findings.is_empty() {
        let good = style::GOOD;
        let _ = writeln!(text, "{good}nothing found{good:#}");
    } else {
        let _ = writeln!(
            text,
            "{} errors, {} warnings, {} notes",
            summary.errors, summary.warnings, summary.infos
        );
    }
    text
}

fn write_finding(text: &mut String, finding: &Finding) {
    let severity = match finding.severity {
        Severity::Error => style::ERROR,
        Severity::Warning => style::WARNING,
        Severity::Info => style::INFO,
    };
    let help = style::HELP;
    let _ = writeln!(
        text,
        "{}:{}:{}: {severity}{}[{}]{severity:#} {}",
        finding.file, finding.line, finding.column, finding.severity, finding.code, finding.message
    );
    if !finding.help.is_empty() {
        let _ = writeln!(text, "  {help}help:{help:#} {}", finding.help);
    }
    if let Some(fix) = &finding.fix {
        let edits: Vec<_> = fix.edits.iter().map(ToString::to_string).collect();
        let safety = if fix.safe { "" } else { " (changes what Flink does)" };
        let _ = writeln!(text, "  {help}fix:{help:#} {}{safety}", edits.join(", "));
    }
}

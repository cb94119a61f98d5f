//! `flinkops conf lint PATH…`.

use std::path::PathBuf;

use clap::Args;
use conf_lint::{Files, FixLevel, Report};
use ops_core::version::FlinkVersion;

use super::change::Mode;
use super::fail_on::FailOn;
use super::fix;
use super::keystores;
use super::render::{self, Form};
use super::target;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops conf lint /opt/flink/conf --flink-version 1.20
  flinkops conf lint flink-conf.yaml --flink-version 1.18 --fail-on error -o json
  flinkops conf lint conf --flink-version 2.3 --format sarif > flink.sarif
  flinkops conf lint conf --flink-version 2.3 --fix

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
    #[command(flatten)]
    fail_on: FailOn,
    /// Print for another program than -o knows.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Form>,
    /// Apply the safe fixes first, and report what is left.
    #[arg(long)]
    fix: bool,
    /// With --fix: apply those, too, that change what Flink does.
    #[arg(long, requires = "fix")]
    unsafe_fixes: bool,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let (report, linted) = if options.fix {
        let level = if options.unsafe_fixes { FixLevel::Unsafe } else { FixLevel::Safe };
        let fixed = fix::mend(&options.paths, options.flink_version, level, Mode::Write)?;
        if output.is_human() && options.format.is_none() {
            output.text(&fixed.diff())?;
        }
        (fixed.remaining, Vec::new())
    } else {
        check(&options.paths, options.flink_version)?
    };
    match options.format {
        Some(form) => output.text(&render::render(form, &report)?)?,
        None => output.result(&report, |report| render::human(report, &linted))?,
    }
    Ok(options.fail_on.exit_code(&report))
}

/// What is wrong in the files and conf directories, and what was read of them.
fn check(paths: &[PathBuf], version: Option<FlinkVersion>) -> Result<(Report, Vec<Files>), Failure> {
    let mut report = Report::default();
    let mut linted = Vec::new();
    for path in paths {
        let files = keystores::read(path, target::version(version, path)?)?;
        report.extend([conf_lint::lint_files(&files)]);
        linted.push(files);
    }
    Ok((report, linted))
}

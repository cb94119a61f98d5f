//! `flinkops monitor report`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use conf_lint::Severity;
use jiff::SignedDuration;
use jobs::JobRef;
use monitor::report::{Certificate, Input, Level, Remark, page};
use monitor::top::{Sample, Workers, sample};
use ops_core::rest::{RestClient, RestError};
use ops_core::version::FlinkVersion;
use pki::authority::Register;
use pki::status::{Include, StatusReport, Thresholds};
use recovery::doctor::{Severity as Weight, examine};

use super::written::put_all;
use crate::adapters;
use crate::cli::ClusterOptions;
use crate::commands::conf::{read_files, version};
use crate::commands::{doctor, runtime};
use crate::connection;
use crate::failure::Failure;
use crate::output::Output;

/// TaskManagers whose memory in use is shown.
const ASKED: usize = 64;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops monitor report --html cluster.html
  flinkops monitor report --html cluster.html --job orders --for 120 --interval 5
  flinkops monitor report --html cluster.html --pki pki --conf /opt/flink/conf --flink-version 2.3

The page loads nothing from elsewhere and runs no script: it can be mailed and printed.")]
pub(crate) struct Options {
    /// Where the page is written.
    #[arg(long, value_name = "FILE")]
    html: PathBuf,
    /// The job whose vertices and checkpoints are shown: its name, its id, or the beginning of one [default: the one that was
    /// started last].
    #[arg(long, value_name = "JOB")]
    job: Option<JobRef>,
    /// For how many seconds the cluster is watched, for plots over time.
    #[arg(long = "for", value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(0..=86_400))]
    time: u64,
    /// Seconds between two looks.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    interval: u64,
    /// The directory of an authority: when its certificates end.
    #[arg(long, value_name = "DIR")]
    pki: Option<PathBuf>,
    /// A configuration file or conf directory: what the linter says.
    #[arg(long, value_name = "PATH")]
    conf: Option<PathBuf>,
    /// The Flink that reads it [default: the one in the directory's cluster.yaml].
    #[arg(long, value_name = "VERSION", requires = "conf")]
    flink_version: Option<FlinkVersion>,
}

pub(crate) fn run(options: &Options, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    // What can be wrong without waiting is said without waiting.
    let certificates = options.certificates()?;
    let findings = options.findings()?;
    let client = connection::client(cluster)?;
    let samples = runtime()?.block_on(options.watch(&client, output))?;
    let diagnosis = options.diagnosis(cluster)?;
    let input = Input {
        diagnosis: Some(diagnosis),
        title: format!("Flink at {}", client.url()),
        at: adapters::now().as_millisecond(),
        samples,
        certificates,
        findings,
    };
    put_all(&[(options.html.clone(), page(&input))], output)
}

impl Options {
    async fn watch(&self, client: &RestClient, output: &Output) -> Result<Vec<Sample>, Failure> {
        let mut job = match &self.job {
            Some(job) => Some(jobs::find(client, job).await?),
            None => None,
        };
        let looks = self.time / self.interval;
        let bar = if output.draws_progress() && looks > 0 {
            indicatif::ProgressBar::new(looks).with_message("watching")
        } else {
            indicatif::ProgressBar::hidden()
        };
        let mut samples: Vec<Sample> = Vec::new();
        let mut failed: Option<RestError> = None;
        for number in 0..=looks {
            if number > 0 {
                tokio::time::sleep(Duration::from_secs(self.interval)).await;
                bar.inc(1);
            }
            let workers = Workers { first: 0, count: if number == looks { ASKED } else { 0 } };
            match sample(client, job, workers, adapters::now().as_millisecond()).await {
                Ok(sample) => {
                    // The page is about one job.
                    job = sample.job.as_ref().map(|job| job.details.jid).or(job);
                    samples.push(sample);
                }
                Err(error) => failed = Some(error),
            }
        }
        bar.finish_and_clear();
        match (samples.is_empty(), failed) {
            (true, Some(error)) => Err(error.into()),
            (_, Some(error)) => {
                output.warning(format!("not every look at the cluster succeeded: {error}"));
                Ok(samples)
            }
            _ => Ok(samples),
        }
    }

    /// What the doctor says of the job, or of all; notes are left to it.
    fn diagnosis(&self, cluster: &ClusterOptions) -> Result<Vec<Remark>, Failure> {
        let found = examine(&doctor::asked(self.job.as_ref(), cluster)?).into_iter();
        let matters = found.filter(|finding| finding.severity > Weight::Info);
        Ok(matters
            .map(|finding| Remark {
                level: match finding.severity {
                    Weight::Error => Level::Error,
                    _ => Level::Warning,
                },
                code: finding.code.to_owned(),
                place: [finding.job.map(|job| job.name), finding.subject]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(": "),
                message: finding.message,
                help: finding.next.into_iter().next().map(|next| next.what).unwrap_or_default(),
            })
            .collect())
    }

    fn certificates(&self) -> Result<Option<Vec<Certificate>>, Failure> {
        let Some(directory) = &self.pki else { return Ok(None) };
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        let thresholds = Thresholds { warning: days(30), critical: days(7) };
        let report =
            StatusReport::new(&Register::open(directory)?, Include::Current, thresholds, adapters::now())?;
        let rows = report.certificates.into_iter().map(|row| Certificate {
            name: row.name,
            kind: row.kind.to_owned(),
            not_before: row.not_before.as_second(),
            not_after: row.not_after.as_second(),
        });
        Ok(Some(rows.collect()))
    }

    fn findings(&self) -> Result<Option<Vec<Remark>>, Failure> {
        let Some(path) = &self.conf else { return Ok(None) };
        let report = conf_lint::lint_files(&read_files(path, version(self.flink_version, path)?)?);
        let findings = report.findings.into_iter().map(|finding| Remark {
            level: match finding.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
                Severity::Info => Level::Info,
            },
            code: finding.code.to_owned(),
            place: format!("{}:{}", finding.file, finding.line),
            message: finding.message,
            help: finding.help,
        });
        Ok(Some(findings.collect()))
    }
}

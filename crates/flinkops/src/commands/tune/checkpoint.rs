//! `flinkops tune checkpoint`.

use std::fmt::Write as _;
use std::time::Duration;

use clap::Args;
use jobs::{JobRef, find};
use ops_core::units::{FlinkDuration, MemorySize};
use tuning::checkpoint::{CheckpointReport, Goal, Observed, advise};
use tuning::settings::Settings;

use super::advised::{self, WriteOptions};
use super::subject::Subject;
use crate::cli::ClusterOptions;
use crate::commands::runtime;
use crate::connection;
use crate::failure::Failure;
use crate::output::{Output, human_duration, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops tune checkpoint 0123456789abcdef0123456789abcdef --url http://jm-1:8081
  flinkops tune checkpoint --state-size 200g --throughput 500m --max-replay 10min --flink-version 1.20
  flinkops tune checkpoint --duration 40s --alignment 25s --conf conf --flink-version 2.3 --write conf")]
pub(crate) struct Options {
    /// A running job, whose checkpoints are looked at: its name, its id, or the beginning of one.
    #[arg(value_name = "JOB")]
    job: Option<JobRef>,
    #[command(flatten)]
    subject: Subject,
    /// The most work, as time, that may be repeated after a failure.
    #[arg(long, value_name = "DURATION", default_value = "10 min")]
    max_replay: FlinkDuration,
    /// The size of the whole state, such as 200g.
    #[arg(long, value_name = "SIZE")]
    state_size: Option<MemorySize>,
    /// What all TaskManagers together write to the checkpoint storage in a second, such as 500m.
    #[arg(long, value_name = "SIZE")]
    throughput: Option<MemorySize>,
    /// How long a checkpoint takes.
    #[arg(long, value_name = "DURATION")]
    duration: Option<FlinkDuration>,
    /// How long the slowest one took.
    #[arg(long, value_name = "DURATION")]
    worst: Option<FlinkDuration>,
    /// How long barriers wait for each other.
    #[arg(long, value_name = "DURATION")]
    alignment: Option<FlinkDuration>,
    #[command(flatten)]
    write: WriteOptions,
}

pub(crate) fn run(options: &Options, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    let (settings, seen) = match &options.job {
        Some(job) => live(options, job, cluster)?,
        None => (options.subject.settings(options.write.write.as_deref())?, Observed::default()),
    };
    let span = |given: Option<FlinkDuration>| given.map(FlinkDuration::as_std);
    let observed = Observed {
        state: options.state_size.or(seen.state),
        throughput: options.throughput.or(seen.throughput),
        typical: span(options.duration).or(seen.typical),
        worst: span(options.worst).or(seen.worst),
        alignment: span(options.alignment).or(seen.alignment),
        failed: seen.failed,
    };
    let goal = Goal { replay: options.max_replay.as_std() };
    let report = advise(&settings, observed, goal).map_err(|error| {
        Failure::from(error)
            .help("give --duration, or --state-size with --throughput, or a JOB whose checkpoints completed")
    })?;
    advised::finish(&report, &report.advice, &settings, &options.write, output, human)
}

fn live(options: &Options, job: &JobRef, cluster: &ClusterOptions) -> Result<(Settings, Observed), Failure> {
    let client = connection::client(cluster)?;
    runtime()?.block_on(async {
        let statistics = client.checkpoints(find(&client, job).await?).await?;
        let settings = options.subject.settings_or_live(options.write.write.as_deref(), &client).await?;
        Ok((settings, Observed::of(&statistics)))
    })
}

fn human(report: &CheckpointReport) -> String {
    let span = |millis: u64| human_duration(Duration::from_millis(millis));
    let goal = if report.within_goal { style::GOOD } else { style::WARNING };
    let mut text =
        format!("a checkpoint takes {}, the slowest {}\n", span(report.typical_ms), span(report.worst_ms));
    let _ = writeln!(text, "{goal}a failure repeats up to {} of work{goal:#}", span(report.replay_ms));
    text + &advised::notes(&report.notes)
}

//! `flinkops tune parallelism JOB`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jobs::{JobRef, Patience, Scale, find, plan_scale, scale};
use ops_core::ids::{JobId, VertexId};
use ops_core::rest::wire::job::JobDetails;
use ops_core::rest::{RestClient, RestError};
use ops_core::units::FlinkDuration;
use serde::Serialize;
use tuning::parallelism::{Measured, NoMeasure, Pending, Report, Wishes, advise, measure, unreported};

use crate::adapters::{self, Stopwatch};
use crate::cli::ClusterOptions;
use crate::commands::{key_and_value, runtime};
use crate::connection;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style, table};

/// How long a job may take to run with its new parallelism.
const SCALING: Duration = Duration::from_secs(300);

/// The metric of sources that know how much waits, such as Kafka's.
const PENDING: &str = ".pendingRecords";

/// Sources in one vertex that are asked.
const MOST_SOURCES: usize = 16;

/// How long Flink may take to collect its figures.
const COLLECTING: Duration = Duration::from_secs(2);

/// How long every subtask may take to report.
const REPORTING: Duration = Duration::from_secs(45);

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops tune parallelism orders
  flinkops tune parallelism orders --window 2min --target 0.6 -o json
  flinkops tune parallelism orders --rate 'Source: orders=12000' --partitions 'Source: orders=24'
  flinkops tune parallelism orders --apply
  flinkops tune parallelism orders --watch --record advice.jsonl

What a subtask can do is measured, not guessed: the records that it did for each second that it worked. What it has to do follows
from what comes in at the sources and waits there, where they tell so (Kafka's do), else from what they would send if nobody held
them up; --rate says it better. A source of which only its own speed is known is never given more subtasks. --apply needs an adaptive scheduler.

Exit code: 0 it is as it should be, or was made so; 1 it should be changed, or nothing can be said; 3 the cluster cannot be
reached.")]
pub(crate) struct Options {
    /// The job: its name, its id, or the beginning of one.
    #[arg(value_name = "JOB")]
    job: JobRef,
    /// How long it is measured. Flink collects its figures every 10 s.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    window: Duration,
    /// The share of its time that a subtask should work.
    #[arg(long, value_name = "SHARE", default_value_t = 0.75, value_parser = share)]
    target: f64,
    /// How long a restart takes: records come in meanwhile.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    restart: Duration,
    /// Within which time those have to be worked off.
    #[arg(long, value_name = "TIME", default_value = "10min", value_parser = duration)]
    catch_up: Duration,
    /// What a source has to send, in records a second, by its name or id; may be repeated.
    #[arg(long = "rate", value_name = "VERTEX=N", value_parser = key_and_value)]
    rates: Vec<(String, String)>,
    /// How many partitions a source reads; may be repeated.
    #[arg(long = "partitions", value_name = "VERTEX=N", value_parser = key_and_value)]
    partitions: Vec<(String, String)>,
    /// Follow the advice, as `job scale` does.
    #[arg(long, conflicts_with = "watch")]
    apply: bool,
    /// Go on measuring and advising, until interrupted.
    #[arg(long)]
    watch: bool,
    /// Append each advice to this file, a JSON object a line, with how good the one before was.
    #[arg(long, value_name = "FILE", requires = "watch")]
    record: Option<PathBuf>,
}

fn duration(text: &str) -> Result<Duration, String> {
    match Duration::from(FlinkDuration::parse(text).map_err(|error| error.to_string())?) {
        Duration::ZERO => Err("more than nothing is needed".to_owned()),
        duration => Ok(duration),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if share > 0.0 && share <= 1.0 => Ok(share),
        _ => Err("a share of more than 0 and at most 1 is needed, such as 0.75".to_owned()),
    }
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Advised<'a> {
    job_id: JobId,
    #[serde(flatten)]
    report: &'a Report,
    /// Whether it was followed.
    applied: bool,
}

/// A line of the record; its fields are stable.
#[derive(Debug, Serialize)]
struct Record<'a> {
    at: String,
    job_id: JobId,
    #[serde(flatten)]
    report: &'a Report,
    /// Of vertices that run as was advised before: the share that they were expected to work, and do.
    earlier: Vec<Earlier>,
}

#[derive(Debug, Serialize)]
struct Earlier {
    name: String,
    expected: f64,
    measured: f64,
}

pub(crate) fn run(options: &Options, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    let client = connection::client(cluster)?;
    runtime()?.block_on(async {
        let job = find(&client, &options.job).await?;
        if options.watch {
            return tokio::select! {
                ended = watch(options, &client, job, output) => ended,
                Ok(()) = tokio::signal::ctrl_c() => Ok(exit::INTERRUPTED),
            };
        }
        let report = look(options, &client, job, output).await?;
        let changes = report.changes();
        if options.apply && !changes.is_empty() {
            follow(&client, job, &report).await?;
        }
        let applied = options.apply && !changes.is_empty();
        output.result(&Advised { job_id: job, report: &report, applied }, |advised| {
            human(advised.report, applied)
        })?;
        Ok(if changes.is_empty() || applied { exit::DONE } else { exit::FINDINGS })
    })
}

/// Measures, and says what follows.
async fn look(
    options: &Options,
    client: &RestClient,
    job: JobId,
    output: &Output,
) -> Result<Report, Failure> {
    let before = reported(client, job).await?;
    if output.draws_progress() {
        anstream::eprintln!("measuring for {} s", options.window.as_secs());
    }
    let waits = pending(client, &before).await?;
    let since = Stopwatch::start();
    tokio::time::sleep(options.window).await;
    let (after, overview) = tokio::try_join!(fresh(client, job), client.overview())?;
    let seconds = since.elapsed().as_secs_f64();
    let now_waits = pending(client, &after).await?;
    let both = waits.iter().filter_map(|(id, before)| Some((*id, *before, *now_waits.get(id)?)));
    let pending = both.map(|(id, before, after)| (id, Pending { before, after, seconds })).collect();
    let measured = measure(&before, &after)
        .map_err(|why| Failure::new(exit::FINDINGS, format!("there is no advice: {why}")))?;
    let catch_up = 1.0 + options.restart.as_secs_f64() / options.catch_up.as_secs_f64();
    let wishes = Wishes {
        target: options.target,
        catch_up,
        pending,
        work_off: options.catch_up.as_secs_f64(),
        rates: by_vertex(&after, &options.rates, "rate")?,
        partitions: by_vertex(&after, &options.partitions, "number of partitions")?,
        free_slots: overview.slots_available,
    };
    Ok(advise(&measured as &[Measured], &wishes))
}

/// Records that wait to be read, of the sources that tell so.
async fn pending(client: &RestClient, job: &JobDetails) -> Result<BTreeMap<VertexId, f64>, RestError> {
    let mut all = BTreeMap::new();
    let nodes = job.plan.nodes.as_deref().unwrap_or_default();
    for source in nodes.iter().filter(|node| node.inputs.is_empty()) {
        let names = client.subtask_metrics(job.jid, source.id, &[]).await?;
        let names = names.into_iter().map(|metric| metric.id).filter(|name| name.ends_with(PENDING));
        let names: Vec<String> = names.take(MOST_SOURCES).collect();
        if names.is_empty() {
            continue;
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let values = client.subtask_metrics(job.jid, source.id, &names).await?;
        let sums: Vec<f64> = values.iter().filter_map(|metric| Some(metric.sum?.0)).collect();
        // A chained vertex may have several sources; one that does not tell makes the sum too small.
        if sums.len() == names.len() && sums.iter().all(|sum| sum.is_finite() && *sum >= 0.0) {
            all.insert(source.id, sums.iter().sum());
        }
    }
    Ok(all)
}

/// The job, with figures of now: Flink collects them when somebody asks, and answers with what it had before.
async fn fresh(client: &RestClient, job: JobId) -> Result<JobDetails, RestError> {
    client.job(job).await?;
    tokio::time::sleep(COLLECTING).await;
    client.job(job).await
}

/// The job, once every subtask has reported: after a start that takes as long as Flink's own rounds.
async fn reported(client: &RestClient, job: JobId) -> Result<JobDetails, Failure> {
    let waited = Stopwatch::start();
    loop {
        let details = fresh(client, job).await?;
        let Some(vertex) = unreported(&details).map(str::to_owned) else { return Ok(details) };
        if details.state.is_terminal() {
            return Err(Failure::usage(format!("the job is {}: there is nothing to measure", details.state)));
        }
        if waited.elapsed() > REPORTING {
            let why = NoMeasure::Incomplete { vertex };
            return Err(Failure::new(exit::FINDINGS, format!("there is no advice: {why}")));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Figures by the ids of the vertices that are named.
fn by_vertex<T: std::str::FromStr>(
    job: &JobDetails,
    given: &[(String, String)],
    what: &str,
) -> Result<BTreeMap<VertexId, T>, Failure> {
    let mut all = BTreeMap::new();
    for (name, value) in given {
        let vertex =
            job.vertices.iter().find(|vertex| vertex.name == *name || vertex.id.to_string() == *name);
        let vertex =
            vertex.or_else(|| job.vertices.iter().find(|vertex| vertex.name.starts_with(name.as_str())));
        let vertex = vertex.ok_or_else(|| {
            let known: Vec<&str> = job.vertices.iter().map(|vertex| vertex.name.as_str()).collect();
            Failure::usage(format!("the job has no vertex `{name}`; it has {}", known.join(", ")))
        })?;
        let value =
            value.parse().map_err(|_| Failure::usage(format!("`{value}` is no {what} of `{name}`")))?;
        all.insert(vertex.id, value);
    }
    Ok(all)
}

async fn follow(client: &RestClient, job: JobId, report: &Report) -> Result<(), Failure> {
    let wanted = report.changes().into_iter();
    let wanted = wanted.map(|(id, advised)| (id, i32::try_from(advised).unwrap_or(i32::MAX))).collect();
    let plan = plan_scale(client, job, &Scale::Vertices(wanted)).await?;
    if plan.requirements.is_none() {
        let most = report.vertices.iter().map(|vertex| vertex.advised).max().unwrap_or(1);
        let message = "the job's scheduler cannot change a job that runs, nor single vertices by a restart";
        return Err(Failure::new(exit::REFUSED, message).help(format!(
            "set jobmanager.scheduler: adaptive, or flinkops job scale {job} -p {most} --jar JAR"
        )));
    }
    Ok(scale(client, job, &plan, Patience::new(SCALING)).await?)
}

async fn watch(options: &Options, client: &RestClient, job: JobId, output: &Output) -> Result<u8, Failure> {
    let mut last: Option<Report> = None;
    loop {
        let report = match look(options, client, job, output).await {
            Ok(report) => report,
            // A restart in between, figures that are not there: measured again.
            Err(failure) if failure.code == exit::FINDINGS => {
                output.warning(&failure.message);
                continue;
            }
            Err(failure) => return Err(failure),
        };
        if let Some(path) = &options.record {
            let earlier = last.as_ref().map(|last| judged(last, &report)).unwrap_or_default();
            let at = adapters::now().to_string();
            let record = Record { at, job_id: job, report: &report, earlier };
            let cannot = |error| Failure::usage(format!("cannot write {}: {error}", path.display()));
            let line = serde_json::to_string(&record).map_err(std::io::Error::other).map_err(cannot)? + "\n";
            let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(cannot)?;
            file.write_all(line.as_bytes()).map_err(cannot)?;
        }
        if last.as_ref().map(Report::changes) != Some(report.changes()) {
            output.result(&Advised { job_id: job, report: &report, applied: false }, |advised| {
                human(advised.report, false)
            })?;
        }
        last = Some(report);
    }
}

/// How good earlier advice was, where it was followed.
fn judged(before: &Report, now: &Report) -> Vec<Earlier> {
    let followed = now.vertices.iter().filter_map(|vertex| {
        let earlier = before.vertices.iter().find(|one| one.id == vertex.id)?;
        let as_advised = earlier.advised == vertex.parallelism;
        let (expected, measured) = earlier.utilisation_expected.zip(vertex.utilisation)?;
        as_advised.then(|| Earlier { name: vertex.name.clone(), expected, measured })
    });
    followed.collect()
}

fn human(report: &Report, applied: bool) -> String {
    let percent =
        |share: Option<f64>| share.map_or_else(|| "?".to_owned(), |share| format!("{:.0} %", share * 100.0));
    let rows = report.vertices.iter().map(|vertex| {
        [
            vertex.name.clone(),
            vertex.parallelism.to_string(),
            vertex.advised.to_string(),
            format!("{:.0}", vertex.rate),
            format!("{:.0}", vertex.rate_needed),
            vertex.rate_of_subtask.map_or_else(|| "?".to_owned(), |rate| format!("{rate:.0}")),
            percent(vertex.utilisation),
            percent(vertex.utilisation_expected),
        ]
    });
    let mut text = table(
        ["VERTEX", "NOW", "ADVISED", "RECORDS/S", "NEEDED", "A SUBTASK CAN", "WORKS", "WILL WORK"],
        rows,
    );
    text.push('\n');
    for vertex in &report.vertices {
        let _ = writeln!(text, "{}: {}", vertex.name, vertex.why);
    }
    if let Some(limit) = &report.limited_by {
        let heading = style::HEADING;
        let _ = writeln!(text, "\nthe job is limited by {heading}{limit}{heading:#}");
    }
    let _ = writeln!(text, "slots: {} now, {} then", report.slots, report.slots_advised);
    for note in &report.notes {
        let warning = style::WARNING;
        let _ = writeln!(text, "{warning}note:{warning:#} {note}");
    }
    if applied {
        text.push_str("done: the job runs with it\n");
    }
    text
}

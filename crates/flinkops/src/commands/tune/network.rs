//! `flinkops tune network`.

use std::fmt::Write as _;

use clap::Args;
use jobs::{JobRef, find};
use tuning::network::{Edge, Exchange, JobGraph, NetworkReport, Pattern, Verdict, Vertex, advise};
use tuning::settings::Settings;

use super::advised::{self, WriteOptions};
use super::subject::{Subject, job_or_figures};
use ops_core::units::human_bytes;

use crate::cli::ClusterOptions;
use crate::commands::key_and_value;
use crate::commands::runtime;
use crate::connection;
use crate::failure::Failure;
use crate::output::{Output, style, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops tune network 0123456789abcdef0123456789abcdef --url http://jm-1:8081
  flinkops tune network --vertex source=8 --vertex window=32 --edge source,window,hash \\
      --task-managers 4 --slots 8 --conf conf --flink-version 1.20 --write conf --dry-run")]
pub(crate) struct Options {
    /// A running job, whose plan is taken: its name, its id, or the beginning of one.
    #[arg(value_name = "JOB", conflicts_with = "vertices")]
    job: Option<JobRef>,
    #[command(flatten)]
    subject: Subject,
    /// A vertex of the job. May be given several times.
    #[arg(long = "vertex", value_name = "NAME=PARALLELISM", value_parser = key_and_value)]
    vertices: Vec<(String, String)>,
    /// An edge: hash, rebalance, broadcast, global, forward or rescale; with `,blocking` for batch exchanges. May be given
    /// several times.
    #[arg(long = "edge", value_name = "FROM,TO,STRATEGY", requires = "vertices")]
    edges: Vec<String>,
    /// TaskManagers that the job is spread over [default: those of the running cluster].
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    task_managers: Option<u32>,
    /// Slots of each [default: those of the running cluster, or of the configuration].
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    slots: Option<u32>,
    #[command(flatten)]
    write: WriteOptions,
}

/// What is known about the job and its cluster.
struct Known {
    settings: Settings,
    graph: JobGraph,
    task_managers: u32,
    slots: u32,
}

pub(crate) fn run(options: &Options, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    let known = if options.vertices.is_empty() { live(options, cluster)? } else { given(options)? };
    let report = advise(&known.settings, &[known.graph], known.task_managers, known.slots)?;
    advised::finish(&report, &report.advice, &known.settings, &options.write, output, human)
}

/// The figures of a running job.
fn live(options: &Options, cluster: &ClusterOptions) -> Result<Known, Failure> {
    let job = job_or_figures(
        options.job.as_ref(),
        "give a JOB and --url, or --vertex, --edge and --task-managers",
    )?;
    let client = connection::client(cluster)?;
    runtime()?.block_on(async {
        let details = client.job(find(&client, job).await?).await?;
        let there = client.task_managers().await?;
        let count = u32::try_from(there.len()).unwrap_or(u32::MAX).max(1);
        let slots = there.iter().map(|one| one.slots_number).max().unwrap_or(1).max(1);
        Ok(Known {
            settings: options.subject.settings_or_live(options.write.write.as_deref(), &client).await?,
            graph: JobGraph::of_plan(&details.plan)?,
            task_managers: options.task_managers.unwrap_or(count),
            slots: options.slots.unwrap_or(slots),
        })
    })
}

/// The figures of the command line.
fn given(options: &Options) -> Result<Known, Failure> {
    let settings = options.subject.settings(options.write.write.as_deref())?;
    let mut vertices = Vec::new();
    for (name, parallelism) in &options.vertices {
        let parallelism = parallelism
            .parse()
            .map_err(|_| Failure::usage(format!("`{parallelism}` is no parallelism of vertex `{name}`")))?;
        vertices.push(Vertex { name: name.clone(), parallelism, inputs: Vec::new() });
    }
    for text in &options.edges {
        let (to, edge) = edge(text, &vertices)?;
        vertices[to].inputs.push(edge);
    }
    let slots = match options.slots {
        Some(slots) => slots,
        None => {
            let given =
                settings.int("taskmanager.numberOfTaskSlots", 1).map_err(tuning::TuningError::from)?;
            u32::try_from(given.value).unwrap_or(1).max(1)
        }
    };
    let widest = vertices.iter().map(|vertex| vertex.parallelism).max().unwrap_or(1);
    Ok(Known {
        settings,
        graph: JobGraph::new(vertices)?,
        task_managers: options.task_managers.unwrap_or(widest.div_ceil(slots)),
        slots,
    })
}

/// `FROM,TO,STRATEGY` or `FROM,TO,STRATEGY,blocking`.
fn edge(text: &str, vertices: &[Vertex]) -> Result<(usize, Edge), Failure> {
    const STRATEGIES: [&str; 7] =
        ["hash", "rebalance", "broadcast", "global", "shuffle", "forward", "rescale"];
    let position = |name: &str| {
        vertices.iter().position(|vertex| vertex.name == name).ok_or_else(|| {
            let known: Vec<_> = vertices.iter().map(|vertex| vertex.name.as_str()).collect();
            Failure::usage(format!("there is no vertex `{name}`; there are {}", known.join(", ")))
        })
    };
    let words: Vec<_> = text.split(',').map(str::trim).collect();
    let (from, to, strategy, exchange) = match words.as_slice() {
        [from, to, strategy] => (from, to, strategy, Exchange::Pipelined),
        [from, to, strategy, "blocking"] => (from, to, strategy, Exchange::Blocking),
        _ => {
            return Err(Failure::usage(format!("`{text}` is no edge"))
                .help("write FROM,TO,STRATEGY, such as source,window,hash, or FROM,TO,STRATEGY,blocking"));
        }
    };
    if !STRATEGIES.contains(&strategy.to_lowercase().as_str()) {
        return Err(Failure::usage(format!("`{strategy}` is no strategy that flinkops knows"))
            .help(format!("there are {}", STRATEGIES.join(", "))));
    }
    let pattern = Pattern::of_strategy(strategy);
    Ok((position(to)?, Edge { from: position(from)?, pattern, exchange }))
}

fn human(report: &NetworkReport) -> String {
    let (verdict, meaning) = match report.verdict {
        Verdict::Insufficient => {
            (style::ERROR, "too few: tasks may fail with \"Insufficient number of network buffers\"")
        }
        Verdict::Tight => (style::WARNING, "enough to start, fewer than the job can use"),
        Verdict::Enough => (style::GOOD, "enough"),
        Verdict::Generous => (style::GOOD, "far more than the job can use"),
    };
    let size = |buffers: u64| human_bytes(buffers.saturating_mul(report.segment_size));
    let mut text = format!("{verdict}{meaning}{verdict:#}\n\n");
    for (name, buffers) in
        [("available", report.available), ("required", report.required), ("usable", report.target)]
    {
        let _ = writeln!(text, "{name:<10} {buffers:>10} buffers {:>12}", size(buffers));
    }
    text.push_str("\non a TaskManager that is full of subtasks whose peers are elsewhere:\n");
    let rows = report.vertices.iter().map(|vertex| {
        [
            vertex.name.clone(),
            vertex.parallelism.to_string(),
            vertex.subtasks.to_string(),
            vertex.required.to_string(),
            vertex.target.to_string(),
        ]
    });
    text + &table(["VERTEX", "PARALLELISM", "SUBTASKS", "REQUIRED", "USABLE"], rows)
}

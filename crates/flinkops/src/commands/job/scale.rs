//! `flinkops job scale JOB`: another parallelism, while it runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;
use jobs::{JobRef, Scale, ScalePlan};
use ops_core::ids::{JobId, VertexId};
use ops_core::rest::RestClient;
use serde::Serialize;

use super::Wait;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job scale orders --parallelism 8
  flinkops job scale orders --vertex bc764cd8ddf7a0cff126f51c16239658=4 --dry-run

Only an adaptive scheduler (jobmanager.scheduler: adaptive) changes a job that runs. Under another one the job has to
be stopped and started again:
  flinkops job stop orders
  flinkops job submit orders.jar --parallelism 8 --from-savepoint PATH")]
pub(crate) struct Options {
    /// The job: its id, the beginning of it, or its name.
    #[arg(value_name = "JOB")]
    job: JobRef,
    /// The parallelism of every vertex.
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=32768), required_unless_present = "vertex")]
    parallelism: Option<i32>,
    /// The parallelism of one vertex; may be repeated. `job show -o json` tells the ids.
    #[arg(long, value_name = "ID=N", value_parser = vertex, conflicts_with = "parallelism")]
    vertex: Vec<(VertexId, i32)>,
    /// Says what would change, and how; changes nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wait: Wait,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Scaled {
    job_id: JobId,
    /// `in-place`, or `restart` where only stopping and starting again would do it.
    how: &'static str,
    done: bool,
    vertices: Vec<Vertex>,
}

#[derive(Debug, Serialize)]
struct Vertex {
    id: String,
    name: String,
    from: i32,
    to: i32,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let job_id = jobs::find(client, &options.job).await?;
    let wanted = match options.parallelism {
        Some(parallelism) => Scale::All(parallelism),
        None => Scale::Vertices(options.vertex.into_iter().collect::<BTreeMap<_, _>>()),
    };
    let plan = jobs::plan_scale(client, job_id, &wanted).await?;
    if !options.dry_run {
        jobs::scale(client, job_id, &plan, options.wait.patience()).await?;
    }
    output.result(&Scaled::of(job_id, plan, !options.dry_run), human)?;
    Ok(exit::DONE)
}

impl Scaled {
    fn of(job_id: JobId, plan: ScalePlan, done: bool) -> Self {
        let vertices = plan.changes.into_iter().map(|change| Vertex {
            id: change.vertex.to_string(),
            name: change.name,
            from: change.from,
            to: change.to,
        });
        let how = if plan.requirements.is_some() { "in-place" } else { "restart" };
        Self { job_id, how, done, vertices: vertices.collect() }
    }
}

fn human(scaled: &Scaled) -> String {
    if scaled.vertices.is_empty() {
        return "the job has this parallelism already\n".to_owned();
    }
    let mut text = String::new();
    for vertex in &scaled.vertices {
        let _ = writeln!(text, "{}: {} -> {}", vertex.name, vertex.from, vertex.to);
    }
    text.push_str(match (scaled.how, scaled.done) {
        ("in-place", true) => "done, while the job runs\n",
        ("in-place", false) => "would be done while the job runs\n",
        _ => "its scheduler cannot do that while the job runs: stop it with a savepoint, and start it again from there\n",
    });
    text
}

fn vertex(text: &str) -> Result<(VertexId, i32), String> {
    let (id, parallelism) = text.split_once('=').ok_or("ID=N is needed")?;
    let id = id.trim().parse().map_err(|error| format!("{error}"))?;
    match parallelism.trim().parse() {
        Ok(parallelism @ 1..=32_768) => Ok((id, parallelism)),
        _ => Err(format!("`{parallelism}` is no parallelism: a number from 1 to 32768 is needed")),
    }
}

//! `flinkops job scale JOB`: another parallelism, while it runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use jobs::{Goal, Jar, JobRef, JobsError, Rescaled, Rescaling, Scale, ScalePlan, Submission};
use ops_core::ids::{JobId, VertexId};
use ops_core::rest::{RestClient, RunRequest, SavepointRequest};
use serde::Serialize;

use super::Wait;
use crate::commands::key_and_value;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job scale orders --parallelism 8
  flinkops job scale orders --vertex bc764cd8ddf7a0cff126f51c16239658=4 --dry-run

  flinkops job scale orders --parallelism 8 --jar orders.jar -- --topic orders

Only an adaptive scheduler (jobmanager.scheduler: adaptive) changes a job that runs. Under another one the job is
stopped with a savepoint and started again from it, as another job; that needs --jar, and the class, the options and
the arguments that the job was started with.")]
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
    /// The job's jar, for a job that has to be started again.
    #[arg(long, value_name = "JAR", requires = "parallelism")]
    jar: Option<PathBuf>,
    /// The class with its main method [default: the one in the jar's manifest].
    #[arg(long, value_name = "CLASS", requires = "jar")]
    class: Option<String>,
    /// A Flink option that it is started with; may be repeated.
    #[arg(long = "conf", value_name = "KEY=VALUE", value_parser = key_and_value, requires = "jar")]
    configuration: Vec<(String, String)>,
    /// Where its savepoint goes [default: the cluster's savepoint directory].
    #[arg(long, value_name = "DIR", requires = "jar")]
    dir: Option<String>,
    /// Says what would change, and how; changes nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wait: Wait,
    /// The arguments that its main method is started with.
    #[arg(last = true, value_name = "ARGS", requires = "jar")]
    arguments: Vec<String>,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Scaled {
    /// The job that goes on: another one, where it was started again.
    job_id: JobId,
    /// What it was started again from.
    #[serde(skip_serializing_if = "Option::is_none")]
    savepoint: Option<String>,
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
        None => Scale::Vertices(options.vertex.iter().copied().collect::<BTreeMap<_, _>>()),
    };
    let plan = jobs::plan_scale(client, job_id, &wanted).await?;
    let mut scaled = Scaled::of(job_id, &plan, !options.dry_run);
    if !options.dry_run {
        match (plan.requirements.is_some() || plan.changes.is_empty(), &options.jar, options.parallelism) {
            (false, Some(jar), Some(parallelism)) => {
                let rescaled = restart(&options, (job_id, jar, parallelism), client).await?;
                scaled.job_id = rescaled.started;
                scaled.savepoint = Some(rescaled.savepoint.to_string());
            }
            _ => jobs::scale(client, job_id, &plan, options.wait.patience()).await.map_err(|error| {
                let needs_jar = matches!(error, JobsError::NotScalable { .. });
                let failure = Failure::from(error);
                if needs_jar { failure.help("with --jar JAR -- ARGS, this command does so") } else { failure }
            })?,
        }
    }
    output.result(&scaled, human)?;
    Ok(exit::DONE)
}

/// Stops the job with a savepoint, and starts it again from there.
async fn restart(
    options: &Options,
    (job, jar, parallelism): (JobId, &Path, i32),
    client: &RestClient,
) -> Result<Rescaled, Failure> {
    let run = RunRequest {
        entry_class: options.class.clone(),
        args: options.arguments.clone(),
        configuration: options.configuration.iter().cloned().collect(),
        ..RunRequest::default()
    };
    let rescaling = Rescaling {
        submission: Submission { jar: Jar::File(jar.to_owned()), run },
        parallelism,
        savepoint: SavepointRequest::new(options.dir.clone()),
    };
    let patience = options.wait.patience();
    let rescaled = jobs::rescale_from_savepoint(client, job, &rescaling, patience).await?;
    jobs::wait_until(client, rescaled.started, Goal::AllTasksRunning, patience, |_| {}).await?;
    Ok(rescaled)
}

impl Scaled {
    fn of(job_id: JobId, plan: &ScalePlan, done: bool) -> Self {
        let vertices = plan.changes.iter().map(|change| Vertex {
            id: change.vertex.to_string(),
            name: change.name.clone(),
            from: change.from,
            to: change.to,
        });
        let how = if plan.requirements.is_some() { "in-place" } else { "restart" };
        Self { job_id, savepoint: None, how, done, vertices: vertices.collect() }
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
    let how = match (scaled.how, scaled.done) {
        ("in-place", true) => "done, while the job runs".to_owned(),
        ("in-place", false) => "would be done while the job runs".to_owned(),
        (_, true) => format!(
            "started again as job {}, from {}",
            scaled.job_id,
            scaled.savepoint.as_deref().unwrap_or("-")
        ),
        (_, false) => {
            "would stop the job with a savepoint, and start it again from there: that needs --jar".to_owned()
        }
    };
    text + &how + "\n"
}

fn vertex(text: &str) -> Result<(VertexId, i32), String> {
    let (id, parallelism) = text.split_once('=').ok_or("ID=N is needed")?;
    let id = id.trim().parse().map_err(|error| format!("{error}"))?;
    match parallelism.trim().parse() {
        Ok(parallelism @ 1..=32_768) => Ok((id, parallelism)),
        _ => Err(format!("`{parallelism}` is no parallelism: a number from 1 to 32768 is needed")),
    }
}

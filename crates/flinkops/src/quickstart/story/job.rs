//! A job's life on the cluster: submitted, listed, saved, rescaled, brought through a crash, stopped.

use std::fs;
use std::path::PathBuf;

use jobs::{Goal, Jar, JobProgress, JobReport, Patience, Rescaling, SavepointPath, Submission};
use ops_core::ids::JobId;
use ops_core::rest::{Drain, JarSource, RestClient, RunRequest, SavepointRequest};

use super::launch::Launched;
use super::prepare::Plan;
use ops_core::units::human_bytes;

use crate::exit;
use crate::failure::Failure;
use crate::quickstart::cluster::Cluster;
use crate::quickstart::job_jar;
use crate::quickstart::steps::Steps;

/// The parallelism the job starts with, and the one it is rescaled to; less where there are fewer slots.
const PARALLELISM: (u32, u32) = (2, 4);

/// What came of the job.
pub(super) struct Lived {
    /// The job first started, and the one that it was rescaled into.
    pub(super) jobs: Vec<JobId>,
    pub(super) savepoints: Vec<String>,
    pub(super) restarts: u64,
}

/// Runs the job through everything.
pub(super) async fn run(
    plan: &Plan,
    launched: &Launched,
    cluster: &mut Cluster,
    steps: &mut Steps<'_>,
) -> Result<Lived, Failure> {
    let client = &launched.client;
    let patience = || Patience::new(plan.timeout);
    let at_most = |wanted: u32| i32::try_from(wanted.min(launched.slots)).unwrap_or(1).max(1);
    let (before, after) = (at_most(PARALLELISM.0), at_most(PARALLELISM.1));

    steps.begin("submit", "preparing the job");
    let jar = jar(plan, launched).await?;
    steps.doing("submitting the job");
    let run = RunRequest {
        entry_class: plan.job.entry_class.clone(),
        parallelism: Some(before),
        ..RunRequest::default()
    };
    let submission = Submission { jar: Jar::Upload(JarSource::File(jar)), run };
    let submitted = jobs::submit(client, &submission).await?;
    let first = submitted.job_id;
    steps.done(format!("uploaded {}, started job {first}", submitted.jar_id), &[])?;

    steps.begin("running", "waiting until the job runs");
    let job = jobs::wait_until(client, first, Goal::AllTasksRunning, patience(), |seen: JobProgress| {
        steps.doing(&format!("waiting until the job runs: {seen}"));
    })
    .await?;
    let shown = jobs::show(client, first).await?.details;
    let listed = jobs::list(client).await?;
    steps.done(
        format!(
            "`{}` is {}: {} vertices, {} tasks",
            job.name,
            job.state,
            shown.vertices.len(),
            job.tasks.total
        ),
        &listed.iter().map(|job| format!("{} {} {}", job.jid, job.state, job.name)).collect::<Vec<_>>(),
    )?;

    steps.begin("save", "taking a savepoint");
    let savepoint = jobs::savepoint(client, first, &SavepointRequest::new(None), patience()).await?;
    let size = on_disk(&savepoint)?;
    steps.done(format!("savepoint {savepoint} ({})", human_bytes(size)), &[])?;

    steps.begin("rescale", &format!("rescaling from {before} to {after}"));
    let rescaling = Rescaling {
        submission: Submission { jar: Jar::Uploaded(submitted.jar_id.clone()), run: submission.run },
        parallelism: after,
        savepoint: SavepointRequest::new(None),
    };
    let rescaled = jobs::rescale_from_savepoint(client, first, &rescaling, patience()).await?;
    on_disk(&rescaled.savepoint)?;
    let second = rescaled.started;
    jobs::wait_until(client, second, Goal::AllTasksRunning, patience(), |_| {}).await?;
    steps.done(format!("job {second} goes on from it with parallelism {after} instead of {before}"), &[])?;

    let restarts = crash(client, second, cluster, plan, steps).await?;

    steps.begin("stop", "stopping the job with a savepoint");
    let last =
        jobs::stop_with_savepoint(client, second, &SavepointRequest::new(None), Drain::Keep, patience())
            .await?;
    on_disk(&last)?;
    let state = client.job_status(second).await?;
    steps.done(format!("job {second} is {state}; its state is in {last}"), &[])?;
    let savepoints = [savepoint, rescaled.savepoint, last].map(|path| path.to_string()).into();
    Ok(Lived { jobs: vec![first, second], savepoints, restarts })
}

/// Kills a TaskManager that runs tasks of the job, and waits until the job is back.
async fn crash(
    client: &RestClient,
    job: JobId,
    cluster: &mut Cluster,
    plan: &Plan,
    steps: &mut Steps<'_>,
) -> Result<u64, Failure> {
    steps.begin("crash", "killing a TaskManager");
    checkpointed(client, job, plan).await?;
    let mark = jobs::run_mark(client, job).await?;
    let lost = cluster.kill_task_manager(client).await?;
    cluster.replace_task_manager()?;
    let doing = |seen: JobProgress| steps.doing(&format!("killed {lost}; the job is {seen}"));
    let back = jobs::wait_for_restart(client, job, mark, Patience::new(plan.timeout), doing).await?;
    let JobReport { checkpoints, exceptions, restarts, .. } = jobs::show(client, job).await?;
    let restored = checkpoints.map_or(0, |checkpoints| checkpoints.counts.restored);
    let failures = exceptions.exception_history.entries.len() as u64;
    let cause = exceptions.latest().and_then(|stack| stack.lines().next()).unwrap_or("no cause was recorded");
    let running = JobProgress::of(&back);
    steps.done(
        format!(
            "killed TaskManager {lost}; the job restarted by itself: {running}, {restored} times restored"
        ),
        &[format!("because of {cause}")],
    )?;
    // The metric is some seconds old; the history of failures is not.
    Ok(restarts.unwrap_or(0).max(failures).max(1))
}

/// Waits for a checkpoint, so that the restart has something to go back to.
async fn checkpointed(client: &RestClient, job: JobId, plan: &Plan) -> Result<(), Failure> {
    let watch = crate::adapters::Stopwatch::start();
    loop {
        let seen = client.checkpoints(job).await?.counts;
        if seen.completed > 0 {
            return Ok(());
        }
        if watch.elapsed() > plan.timeout {
            let message =
                format!("job {job} has completed no checkpoint within {} s", plan.timeout.as_secs());
            return Err(Failure::new(exit::TIMED_OUT, message)
                .help("give a job more time with --timeout, or look at its checkpoints in run/logs"));
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

async fn jar(plan: &Plan, launched: &Launched) -> Result<PathBuf, Failure> {
    match (&plan.job.jar, &plan.home) {
        (Some(jar), _) => Ok(jar.clone()),
        (None, Some(home)) => job_jar::compile(&launched.run, home).await,
        (None, None) => job_jar::uncompiled(&launched.run),
    }
}

/// The size of a savepoint's metadata on this machine's disk, which proves that it is there.
fn on_disk(savepoint: &SavepointPath) -> Result<u64, Failure> {
    let path = savepoint.as_str().trim_start_matches("file:").trim_start_matches("//");
    let metadata = PathBuf::from(path).join("_metadata");
    fs::metadata(&metadata).map(|found| found.len()).map_err(|error| {
        Failure::new(
            exit::REFUSED,
            format!(
                "the cluster names the savepoint {savepoint}, but {} is not there: {error}",
                metadata.display()
            ),
        )
    })
}

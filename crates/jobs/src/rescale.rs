//! Rescaling by stopping a job with a savepoint and submitting it again from there: works with every scheduler.

use ops_core::ids::{JarId, JobId};
use ops_core::rest::wire::job::JobDetails;
use ops_core::rest::{Drain, RestClient, SavepointRequest};

use crate::submit::place;
use crate::{Jar, JobsError, Patience, SavepointPath, Submission, stop_with_savepoint, submit};

/// How to rescale a job.
#[derive(Clone, Debug)]
pub struct Rescaling {
    /// The job's own jar and arguments. Parallelism, savepoint and job id in it are replaced.
    pub submission: Submission,
    /// The new parallelism.
    pub parallelism: i32,
    /// Where and how to take the savepoint.
    pub savepoint: SavepointRequest,
}

/// A job that was rescaled: to Flink, another job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rescaled {
    /// The job that was stopped.
    pub stopped: JobId,
    /// The job that goes on.
    pub started: JobId,
    /// The jar it was started from.
    pub jar_id: JarId,
    /// What it was started from.
    pub savepoint: SavepointPath,
}

/// Stops a job with a savepoint and submits it again from that with another parallelism. The new job need not run
/// yet: see [`crate::wait_until`]. What can be found wrong beforehand is, and the jar is uploaded, before the job is stopped.
///
/// # Errors
/// [`JobsError::TooParallel`] or a failed stop: the job goes on as it was. [`JobsError::NotResumed`]: it was stopped,
/// its state is safe, and the error says where.
pub async fn rescale_from_savepoint(
    client: &RestClient,
    job: JobId,
    rescaling: &Rescaling,
    patience: Patience,
) -> Result<Rescaled, JobsError> {
    check(&client.job(job).await?, rescaling.parallelism)?;
    let jar_id = place(client, &rescaling.submission.jar).await?.id;
    let savepoint = stop_with_savepoint(client, job, &rescaling.savepoint, Drain::Keep, patience).await?;
    let mut run = rescaling.submission.run.clone();
    run.parallelism = Some(rescaling.parallelism);
    run.savepoint = Some(savepoint.0.clone());
    run.job_id = None;
    let submission = Submission { jar: Jar::Uploaded(jar_id.clone()), run };
    match submit(client, &submission).await {
        Ok(submitted) => Ok(Rescaled { stopped: job, started: submitted.job_id, jar_id, savepoint }),
        Err(why) => Err(JobsError::NotResumed { job, savepoint, why: Box::new(why) }),
    }
}

/// The state of a vertex is divided into as many key groups as its maximum parallelism, and no further.
fn check(details: &JobDetails, wanted: i32) -> Result<(), JobsError> {
    let lowest = details.vertices.iter().filter(|vertex| vertex.max_parallelism > 0);
    match lowest.min_by_key(|vertex| vertex.max_parallelism) {
        Some(vertex) if vertex.max_parallelism < wanted => Err(JobsError::TooParallel {
            job: details.jid,
            wanted,
            vertex: vertex.name.clone(),
            maximum: vertex.max_parallelism,
        }),
        _ => Ok(()),
    }
}

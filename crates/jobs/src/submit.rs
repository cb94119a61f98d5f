//! From a jar to a job.

use std::path::PathBuf;
use std::time::Duration;

use ops_core::ids::{JarId, JobId};
use ops_core::rest::{JarSource, RestClient, RestError, RunRequest, UploadProgress};

use crate::{JobsError, Patience, UploadedJar, upload};

/// How long to look for a job whose submission was not answered.
const LOOK_FOR: Duration = Duration::from_secs(10);

/// The jar of a submission.
#[derive(Clone, Debug)]
pub enum Jar {
    /// A file, to be uploaded unless the cluster has its content already.
    File(PathBuf),
    /// The same, and somebody watches how it goes.
    Watched {
        /// The file.
        path: PathBuf,
        /// Is told how much was sent.
        progress: UploadProgress,
    },
    /// To be uploaded under its own name.
    Upload(JarSource),
    /// Uploaded before.
    Uploaded(JarId),
}

/// A job to be submitted.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The jar with its main method.
    pub jar: Jar,
    /// How to run it. Without a job id, one is chosen, so that the job can be found when the answer is lost.
    pub run: RunRequest,
}

/// A job that was submitted. It need not run yet: see [`crate::wait_until`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// The job.
    pub job_id: JobId,
    /// Its jar, which stays uploaded.
    pub jar_id: JarId,
}

/// Uploads the jar where that is to be done, and runs it. A jar uploaded for a submission that the cluster refuses
/// is deleted again.
///
/// # Errors
/// [`JobsError::Rest`]: the jar cannot be read or sent, or its main method fails. When the answer was lost and the
/// job is not found afterwards, the error is the loss.
pub async fn submit(client: &RestClient, submission: &Submission) -> Result<Submitted, JobsError> {
    let UploadedJar { id: jar_id, reused } = place(client, &submission.jar).await?;
    let chosen = submission.run.job_id.unwrap_or_else(JobId::random);
    let run = RunRequest { job_id: Some(chosen), ..submission.run.clone() };
    match client.run_jar(&jar_id, &run).await {
        Ok(job_id) => Ok(Submitted { job_id, jar_id }),
        Err(error) if error.is_unknown_outcome() => {
            look_for(client, chosen, error).await.map(|()| Submitted { job_id: chosen, jar_id })
        }
        Err(error) => {
            if error.is_refused()
                && !reused
                && let Err(error) = client.delete_jar(&jar_id).await
            {
                tracing::warn!(%error, %jar_id, "the jar of the refused job stays uploaded");
            }
            Err(error.into())
        }
    }
}

/// The jar on the cluster, uploaded where that is to be done.
pub(crate) async fn place(client: &RestClient, jar: &Jar) -> Result<UploadedJar, JobsError> {
    match jar {
        Jar::File(path) => upload(client, path, None).await,
        Jar::Watched { path, progress } => upload(client, path, Some(progress)).await,
        Jar::Upload(source) => Ok(UploadedJar { id: client.upload_jar(source).await?, reused: false }),
        Jar::Uploaded(id) => Ok(UploadedJar { id: id.clone(), reused: true }),
    }
}

/// Whether the job is there after all.
async fn look_for(client: &RestClient, job: JobId, lost: RestError) -> Result<(), JobsError> {
    let mut patience = Patience::new(LOOK_FOR);
    loop {
        if client.job(job).await.is_ok() {
            return Ok(());
        }
        if !patience.pause().await {
            return Err(lost.into());
        }
    }
}

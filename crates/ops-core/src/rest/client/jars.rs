//! `/jars`: upload, list, delete, run.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method};
use tokio_util::io::{InspectReader, ReaderStream};

use super::RestClient;
use crate::files;
use crate::ids::{JarId, JobId};
use crate::rest::RestError;
use crate::rest::wire::jars::{JarList, JarRunRequest, JarRunResponse, JarUpload, RestoreMode};
use crate::rest::wire::plan::{Plan, PlanBody};
use crate::version::FlinkVersion;

/// The only media type that says what a jar is.
const MEDIA_TYPE: &str = "application/java-archive";

/// A jar to upload.
#[derive(Clone)]
pub enum JarSource {
    /// A file, read while it is sent.
    File(PathBuf),
    /// A file that is uploaded under another name, which has to end in `.jar`.
    Renamed {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// In memory, with the name it shall have; Flink wants it to end in `.jar`.
    Bytes {
        /// The file name.
        name: String,
        /// The whole jar.
        bytes: Vec<u8>,
    },
}

/// Is told how many bytes of a jar were sent, each time some were.
#[derive(Clone)]
pub struct UploadProgress(pub Arc<dyn Fn(u64) + Send + Sync>);

impl fmt::Debug for UploadProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UploadProgress(…)")
    }
}

impl JarSource {
    /// The form that carries the jar; made anew for each attempt.
    pub(super) async fn form(&self, progress: Option<&UploadProgress>) -> Result<Form, RestError> {
        let part = match self {
            Self::Bytes { name, bytes } => Part::bytes(bytes.clone()).file_name(name.clone()),
            Self::File(path) | Self::Renamed { path, .. } => {
                let unreadable = |error| RestError::Jar(files::context("read", path)(error));
                let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
                let metadata = file.metadata().await.map_err(unreadable)?;
                if !metadata.is_file() {
                    let error = std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is no file");
                    return Err(unreadable(error));
                }
                let name = match self {
                    Self::Renamed { name, .. } => name.clone(),
                    _ => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                };
                let progress = progress.cloned();
                let file = InspectReader::new(file, move |sent: &[u8]| {
                    if let Some(progress) = &progress {
                        progress.0(sent.len() as u64);
                    }
                });
                let body = Body::wrap_stream(ReaderStream::new(file));
                Part::stream_with_length(body, metadata.len()).file_name(name)
            }
        };
        let part = part.mime_str(MEDIA_TYPE).map_err(|error| RestError::Setup { why: error.to_string() })?;
        Ok(Form::new().part("jarfile", part))
    }
}

impl fmt::Debug for JarSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "JarSource({})", path.display()),
            Self::Renamed { path, name } => write!(f, "JarSource({} as {name})", path.display()),
            Self::Bytes { name, bytes } => write!(f, "JarSource({name}, {} bytes)", bytes.len()),
        }
    }
}

/// How to run a jar. The names of the fields on the wire differ between versions; the client sees to that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunRequest {
    /// The class with the main method; the manifest's when `None`.
    pub entry_class: Option<String>,
    /// The parallelism; the cluster's default when `None`.
    pub parallelism: Option<i32>,
    /// The arguments of the main method, one by one.
    pub args: Vec<String>,
    /// The id that the job shall have; a random one when `None`. Flink takes each id once.
    pub job_id: Option<JobId>,
    /// The savepoint or retained checkpoint to start from.
    pub savepoint: Option<String>,
    /// Whether the savepoint may hold state of operators that the job no longer has.
    pub allow_non_restored_state: bool,
    /// Which of the savepoint's files Flink may take over; the cluster's default when `None`.
    pub claim_mode: Option<RestoreMode>,
    /// Configuration of this job alone.
    pub configuration: BTreeMap<String, String>,
}

impl RunRequest {
    /// The body for a version; 1.18 refuses fields that it does not know.
    fn shaped(&self, version: Option<FlinkVersion>) -> JarRunRequest {
        let renamed = version.is_some_and(|version| version.at_least(1, 20));
        JarRunRequest {
            entry_class: self.entry_class.clone(),
            program_args: None,
            program_args_list: (!self.args.is_empty()).then(|| self.args.clone()),
            parallelism: self.parallelism,
            job_id: self.job_id,
            allow_non_restored_state: self.allow_non_restored_state.then_some(true),
            savepoint_path: self.savepoint.clone(),
            restore_mode: self.claim_mode.filter(|_| !renamed),
            claim_mode: self.claim_mode.filter(|_| renamed),
            flink_configuration: (!self.configuration.is_empty()).then(|| self.configuration.clone()),
        }
    }
}

impl RestClient {
    /// Uploads a jar; it is kept until it is deleted, or the JobManager's upload directory goes.
    ///
    /// # Errors
    /// The file cannot be read, or Flink does not take it: its name must end in `.jar`. See [`RestError`].
    pub async fn upload_jar(&self, jar: &JarSource) -> Result<JarId, RestError> {
        self.upload_jar_watched(jar, None).await
    }

    /// The same; `progress` is told how much of a file was sent.
    ///
    /// # Errors
    /// As [`RestClient::upload_jar`].
    pub async fn upload_jar_watched(
        &self,
        jar: &JarSource,
        progress: Option<&UploadProgress>,
    ) -> Result<JarId, RestError> {
        let request = self.act(Method::POST, &["jars", "upload"], &[]).jar(jar, progress);
        let upload: JarUpload = self.fetch(request.within(self.timeouts().submission)).await?;
        Ok(upload.jar_id())
    }

    /// The uploaded jars, latest first.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn list_jars(&self) -> Result<JarList, RestError> {
        self.fetch(self.get(&["jars"], &[])).await
    }

    /// Deletes an uploaded jar. Jobs started from it go on.
    ///
    /// # Errors
    /// 400 for a jar that the cluster does not have; otherwise see [`RestError`].
    pub async fn delete_jar(&self, jar: &JarId) -> Result<(), RestError> {
        self.carry_out(self.act(Method::DELETE, &["jars", jar.as_str()], &[])).await
    }

    /// Runs the main method of an uploaded jar, and answers when it has submitted its job.
    ///
    /// # Errors
    /// 400 when the main method throws or the job id was used before, 500 for a missing jar. When the answer is
    /// lost ([`RestError::is_unknown_outcome`]) the job may run nevertheless: with a chosen id it can be looked for.
    pub async fn run_jar(&self, jar: &JarId, run: &RunRequest) -> Result<JobId, RestError> {
        let version = if run.claim_mode.is_some() { Some(self.version().await?) } else { None };
        let request = self.act(Method::POST, &["jars", jar.as_str(), "run"], &[]).json(&run.shaped(version));
        let response: JarRunResponse = self.fetch(request.within(self.timeouts().submission)).await?;
        Ok(response.jobid)
    }

    /// Runs the main method of an uploaded jar up to the point where it would submit its job; the graph of that job.
    /// Nothing is submitted. What a plan has no use for in the request (savepoint, claim mode) is not sent.
    ///
    /// # Errors
    /// 400 or 500 when the main method throws or submits no job; otherwise see [`RestError`].
    pub async fn plan_jar(&self, jar: &JarId, run: &RunRequest) -> Result<Plan, RestError> {
        let body = JarRunRequest {
            allow_non_restored_state: None,
            savepoint_path: None,
            job_id: None,
            ..run.shaped(None)
        };
        let body = JarRunRequest { restore_mode: None, claim_mode: None, ..body };
        let request = self.act(Method::POST, &["jars", jar.as_str(), "plan"], &[]).json(&body);
        let request = request.within(self.timeouts().submission).harmless_to_repeat();
        Ok(self.fetch::<PlanBody>(request).await?.plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_claim_mode_goes_by_the_name_the_version_knows() {
        let run = RunRequest { claim_mode: Some(RestoreMode::NoClaim), ..RunRequest::default() };
        for (version, name) in
            [("1.18", "restoreMode"), ("1.19", "restoreMode"), ("1.20", "claimMode"), ("2.3", "claimMode")]
        {
            let body = serde_json::to_value(run.shaped(Some(version.parse().unwrap()))).unwrap();
            assert_eq!(body, serde_json::json!({ name: "NO_CLAIM" }), "{version}");
        }
    }

    #[test]
    fn only_what_was_asked_for_is_sent() {
        let body = |run: &RunRequest| serde_json::to_value(run.shaped(None)).unwrap();
        assert_eq!(body(&RunRequest::default()), serde_json::json!({}));
        let run = RunRequest {
            entry_class: Some("a.B".to_owned()),
            parallelism: Some(2),
            args: vec!["--in".to_owned(), "a b".to_owned()],
            savepoint: Some("file:/s".to_owned()),
            allow_non_restored_state: true,
            ..RunRequest::default()
        };
        let expected = serde_json::json!({
            "entryClass": "a.B", "programArgsList": ["--in", "a b"], "parallelism": 2,
            "allowNonRestoredState": true, "savepointPath": "file:/s",
        });
        assert_eq!(body(&run), expected);
    }
}

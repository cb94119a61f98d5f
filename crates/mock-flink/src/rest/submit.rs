//! `POST /jobs`: what `bin/flink run` sends, a request and the files that it names.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::json;

use super::error::{Reply, RestError};
use super::versions::{Feature, supports};
use crate::app::App;
use crate::serialized::{self, StreamError};
use crate::sim::{Submission, SubmitError, Throwable};

/// The longest job graph or execution plan that is read.
const LONGEST: u64 = 32 << 20;

/// A submission as it came in.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// The field `request`, or the whole body.
    pub(crate) request: Vec<u8>,
    /// The files, by the names they were sent under.
    pub(crate) files: Vec<(String, PathBuf)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Body {
    job_graph_file_name: Option<String>,
    execution_plan_file_name: Option<String>,
    job_jar_file_names: Vec<String>,
}

/// The answer to a request that names no file. Even versions that call the field otherwise say it like this.
pub(crate) fn no_plan() -> RestError {
    RestError::refused(400, "The jobGraphFileName field must not be omitted or be null.")
}

/// Reads the job and starts it.
pub(crate) fn submit(app: &App, parts: &Parts) -> Reply {
    try_submit(app, parts).unwrap_or_else(|error| error.reply())
}

fn try_submit(app: &App, parts: &Parts) -> Result<Reply, RestError> {
    let version = app.version;
    let what = if supports(version, Feature::ExecutionPlan) { "ExecutionPlan" } else { "JobGraph" };
    let text =
        if parts.request.iter().all(u8::is_ascii_whitespace) { b"{}" } else { parts.request.as_slice() };
    let body: Body = serde_json::from_slice(text).map_err(|error| {
        let class = "org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParseException";
        let message = "Request did not match expected format JobSubmitRequestBody.";
        RestError::refused_by(400, message, Throwable::new(class, error.to_string()))
    })?;
    let plan = if supports(version, Feature::ExecutionPlan) {
        body.execution_plan_file_name
    } else {
        body.job_graph_file_name
    };
    let plan = plan.ok_or_else(no_plan)?;
    let file = |name: &str, kind: &str| {
        let found = parts.files.iter().find(|(sent, _)| sent == name);
        found.map(|(_, path)| path).ok_or_else(|| {
            let class = "org.apache.flink.runtime.rest.handler.job.JobSubmitHandler$MissingFileException";
            RestError::Refused(
                400,
                Throwable::new(class, format!("{kind} file {name} could not be found on the server.")),
            )
        })
    };
    let path = file(&plan, what)?;
    for jar in &body.job_jar_file_names {
        file(jar, "Jar")?;
    }
    let broken = |error: StreamError| {
        RestError::refused_by(
            400,
            format!("Failed to deserialize {what}."),
            Throwable::new(error.class, error.message),
        )
    };
    let unreadable = |message: String| StreamError { class: "java.io.IOException", message };
    let length = std::fs::metadata(path).map_err(|error| broken(unreadable(error.to_string())))?.len();
    if length > LONGEST {
        return Err(broken(unreadable(format!("{length} bytes, more than {LONGEST}"))));
    }
    let bytes = std::fs::read(path).map_err(|error| broken(unreadable(error.to_string())))?;
    let mut submitted = serialized::read(&bytes).map_err(broken)?;
    app.programs.adjust(&mut submitted.graph);
    let id = submitted.id;
    let submission = Submission {
        id: Some(id),
        parallelism: submitted.parallelism,
        savepoint: submitted.savepoint,
        configuration: submitted.configuration,
        client_timeout: submitted.client_timeout,
        ..Submission::new(submitted.graph)
    };
    match app.cluster().submit(submission) {
        // A job that fails while it starts was accepted all the same: its client learns that by asking.
        Ok(_) | Err(SubmitError::NotInitialized { .. }) => {
            Ok(Reply::json(202, &json!({ "jobUrl": format!("/jobs/{id}") })))
        }
        Err(SubmitError::Duplicate(_)) => {
            let applications = supports(version, Feature::Applications);
            let (class, message) = if applications {
                ("DuplicateApplicationSubmissionException", "Application has already been submitted.")
            } else {
                ("DuplicateJobSubmissionException", "Job has already been submitted.")
            };
            let cause = Throwable::new(format!("org.apache.flink.runtime.client.{class}"), message);
            Err(RestError::Internal(cause.completion()))
        }
    }
}

//! Uploaded jars: `/jars`, `/jars/upload`, `/jars/:jarid/run`, `/jars/:jarid/plan`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{JarId, JobId};

/// `POST /jars/upload`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JarUpload {
    /// Where the JobManager keeps it. The last component of the path is the jar's id.
    pub filename: String,
    /// `success`.
    pub status: String,
}

impl JarUpload {
    /// The jar's id: the last component of the path.
    pub fn jar_id(&self) -> JarId {
        JarId(self.filename.rsplit('/').next().unwrap_or_default().to_owned())
    }
}

/// `GET /jars`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JarList {
    /// The address of this JobManager's REST server.
    pub address: String,
    /// One entry a jar, latest upload first.
    pub files: Vec<JarFile>,
}

/// An uploaded jar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JarFile {
    /// Its id.
    pub id: JarId,
    /// The name it was uploaded under.
    #[serde(default)]
    pub name: String,
    /// When it was uploaded.
    #[serde(default)]
    pub uploaded: i64,
    /// The entry classes its manifest names.
    #[serde(default)]
    pub entry: Vec<JarEntry>,
}

/// An entry class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JarEntry {
    /// The class.
    pub name: String,
    /// Its description, if the program has one.
    pub description: Option<String>,
}

/// Which files of a savepoint Flink may take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RestoreMode {
    /// Flink owns the savepoint from now on, and deletes it when it is subsumed.
    Claim,
    /// Flink leaves the savepoint alone; the first checkpoint is a full one.
    NoClaim,
    /// Flink relies on the savepoint's files but never deletes them (1.x).
    Legacy,
}

/// `POST /jars/:jarid/run`. Missing fields are left out: 1.18 refuses fields that it does not know, `claimMode` among them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct JarRunRequest {
    /// The class with the main method; the manifest's when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_class: Option<String>,
    /// The arguments as one text (1.x).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program_args: Option<String>,
    /// The arguments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program_args_list: Option<Vec<String>>,
    /// The parallelism; the cluster's default when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallelism: Option<i32>,
    /// The id the job shall have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<JobId>,
    /// Whether state of operators that are gone may be dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_non_restored_state: Option<bool>,
    /// The savepoint or checkpoint to start from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub savepoint_path: Option<String>,
    /// Which of its files Flink may take over (the name up to 1.19).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_mode: Option<RestoreMode>,
    /// Which of its files Flink may take over (1.20 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_mode: Option<RestoreMode>,
    /// Configuration of this job alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flink_configuration: Option<BTreeMap<String, String>>,
}

/// What `POST /jars/:jarid/run` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JarRunResponse {
    /// The job.
    pub jobid: JobId,
    /// The application that the job belongs to (late 2.x).
    #[serde(default, rename = "applicationId", skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
}

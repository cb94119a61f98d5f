//! What a release is called, and when it was made.

use std::path::Path;

use super::{build, graph};
use crate::error::XtaskError;
use crate::process;

/// What a release is called.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    /// The version.
    pub(crate) version: String,
    /// The target triple.
    pub(crate) triple: String,
    /// When the commit was made, in seconds since 1970: the time of every file.
    pub(crate) epoch: u64,
}

impl Release {
    /// The release that a checkout would make.
    pub(super) fn of(workspace: &Path, target: Option<&str>) -> Result<Self, XtaskError> {
        let triple = match target {
            Some(target) => target.to_owned(),
            None => build::host_triple()?,
        };
        Ok(Self { version: graph::version(workspace)?, triple, epoch: epoch(workspace)? })
    }

    pub(super) fn name(&self) -> String {
        format!("flinkops-{}-{}", self.version, self.triple)
    }
}

/// The time that everything in a release has: `SOURCE_DATE_EPOCH`, or else that of the commit.
fn epoch(workspace: &Path) -> Result<u64, XtaskError> {
    let text = match process::variable("SOURCE_DATE_EPOCH") {
        Some(text) => text,
        None => process::capture(process::command("git").current_dir(workspace).args([
            "log",
            "-1",
            "--format=%ct",
        ]))?,
    };
    let time = text.trim().parse();
    time.map_err(|_| XtaskError::Answer { what: "SOURCE_DATE_EPOCH or git".to_owned(), answer: text })
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A size for people.
#[expect(clippy::cast_precision_loss, reason = "it is shown with one digit")]
pub(super) fn human(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / (1024.0 * 1024.0))
}

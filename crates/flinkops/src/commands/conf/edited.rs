//! What `conf set` and `conf unset` did.

use serde::Serialize;

use super::change::{Change, Mode};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

/// A file of which one key was changed.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct Edited {
    key: String,
    file: String,
    /// Whether the text of the file differs.
    changed: bool,
    /// Whether it was written.
    written: bool,
    #[serde(skip)]
    diff: String,
}

impl Edited {
    /// Makes the change.
    pub(in crate::commands) fn make(key: &str, change: Change, mode: Mode) -> Result<Self, Failure> {
        Ok(Self {
            key: key.to_owned(),
            file: change.file.display().to_string(),
            changed: change.is_real(),
            diff: change.diff(),
            written: change.write(mode)?,
        })
    }

    pub(in crate::commands) fn print(&self, output: &Output) -> Result<u8, Failure> {
        output.result(self, |edited| {
            let what = match (edited.changed, edited.written) {
                (false, _) => "nothing to change",
                (true, true) => "written",
                (true, false) => "not written: this was a dry run",
            };
            format!("{}{}: {what}\n", edited.diff, edited.file)
        })?;
        Ok(exit::DONE)
    }
}

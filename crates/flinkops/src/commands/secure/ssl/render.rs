//! What changed, in words. Values that are secrets are shown as `…`.

use std::fmt::Write as _;

use serde::Serialize;

use super::write::Written;
use crate::output::style;

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    pub(super) result: Written,
    /// What is left to do.
    pub(super) notes: Vec<String>,
}

pub(super) fn human(report: &Report) -> String {
    let Report { result, notes } = report;
    let (heading, gone, come, help) = (style::HEADING, style::ERROR, style::GOOD, style::HELP);
    let mut text = String::new();
    let file = result.file.display();
    if result.changes.is_empty() {
        let _ = writeln!(text, "{heading}{file}{heading:#}: every key is as it should be");
    } else {
        let _ = writeln!(text, "{heading}{file}{heading:#}");
        for change in &result.changes {
            if let Some(before) = &change.before {
                let _ = writeln!(text, "{gone}-{gone:#} {}: {before}", change.key);
            }
            if let Some(after) = &change.after {
                let _ = writeln!(text, "{come}+{come:#} {}: {after}", change.key);
            }
        }
    }
    if let Some(secret) = &result.secret {
        let _ = writeln!(text, "the passwords are in {}", secret.display());
    }
    let _ = match (result.written, result.changes.is_empty()) {
        (true, _) => writeln!(text, "written for Flink {}", result.flink_version),
        (false, true) => writeln!(text, "nothing was written"),
        (false, false) => writeln!(text, "nothing was written: this is a dry run"),
    };
    for note in notes {
        let _ = writeln!(text, "{help}note:{help:#} {note}");
    }
    text
}

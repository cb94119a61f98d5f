//! Whether the expectations were met, and what came instead.

use std::fmt;

use serde::Serialize;

use super::expectation::Expectation;
use crate::journal::RecordedRequest;

/// Requests that are shown beside an expectation that was not met.
const SHOWN: usize = 3;

/// Whether every expectation is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether all are.
    pub verified: bool,
    /// Those that are not.
    pub unmet: Vec<Unmet>,
}

/// An expectation that is not met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unmet {
    /// What was expected.
    pub expected: String,
    /// Requests that met it.
    pub found: u64,
    /// What is wrong.
    pub problem: String,
    /// The requests that are most like it.
    pub nearest: Vec<String>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unmet.len() {
            0 => return f.write_str("every expectation is met"),
            1 => f.write_str("1 expectation is not met:")?,
            count => write!(f, "{count} expectations are not met:")?,
        }
        for unmet in &self.unmet {
            write!(f, "\n  {}: {}", unmet.expected, unmet.problem)?;
            for nearest in &unmet.nearest {
                write!(f, "\n    nearest: {nearest}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Verdict {}

/// The different requests that are most like what was expected, the most alike first.
pub(super) fn nearest(expectation: &Expectation, requests: &[RecordedRequest]) -> Vec<String> {
    let mut shown: Vec<(usize, String)> = requests
        .iter()
        .map(|request| {
            let line = format!("{} {}", request.method, request.target);
            let body = if expectation.body.is_some() && !request.body.is_empty() {
                format!(" with {}", request.body)
            } else {
                String::new()
            };
            (
                expectation.on.distance(&request.method, &request.target),
                format!("{line}{body} -> {}", request.status),
            )
        })
        .collect();
    shown.sort();
    shown.dedup();
    shown.into_iter().take(SHOWN).map(|(_, line)| line).collect()
}

//! What is said about one thing.

use serde::Serialize;

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It could not be found out.
    Unknown,
    /// Flink runs, and not well, or not always.
    Warning,
    /// Flink does not run so.
    Failure,
}

/// What is said about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at: `Java`, `port 8081`, `/data/tmp`.
    pub what: String,
    /// How it stands.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What is required.
    pub required: String,
    /// How to mend it; `None` where there is nothing to mend.
    pub mend: Option<String>,
}

impl Check {
    /// As it should be.
    pub(super) fn ok(what: impl Into<String>, found: impl Into<String>, required: impl Into<String>) -> Self {
        let (what, found, required) = (what.into(), found.into(), required.into());
        Self { what, verdict: Verdict::Ok, found, required, mend: None }
    }

    /// The same with another verdict, and how to mend it.
    pub(super) fn but(self, verdict: Verdict, mend: impl Into<String>) -> Self {
        Self { verdict, mend: Some(mend.into()), ..self }
    }

    /// With this verdict where the condition holds.
    pub(super) fn but_if(self, condition: bool, verdict: Verdict, mend: impl Into<String>) -> Self {
        if condition { self.but(verdict, mend) } else { self }
    }
}

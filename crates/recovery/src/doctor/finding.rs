//! What was found.

use std::fmt;

use ops_core::ids::JobId;
use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing: nothing has to be done.
    Info,
    /// It works, not well, or not for long.
    Warning,
    /// It does not work.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It fits, other things would, too.
    Possible,
    /// Hardly anything else looks like that.
    Likely,
    /// Flink says so itself.
    Certain,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        })
    }
}

/// What it is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// By what was thrown.
    Failure,
    /// By how a job behaves.
    Behaviour,
    /// By how it is configured.
    Configuration,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Failure => "failure",
            Self::Behaviour => "behaviour",
            Self::Configuration => "configuration",
        })
    }
}

/// A job that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JobName {
    /// Its id.
    pub id: JobId,
    /// Its name.
    pub name: String,
}

/// A finding. Its fields are stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The signature's code, `DR…`.
    pub code: &'static str,
    /// The signature's name.
    pub name: &'static str,
    /// What it is found by.
    pub kind: Kind,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The job, where it is about one.
    pub job: Option<JobName>,
    /// The vertex, subtask, TaskManager or file, where it is about one.
    pub subject: Option<String>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// Figures, hosts, lines of logs.
    pub evidence: Vec<String>,
    /// Why that is so, most likely.
    pub cause: String,
    /// What to do, first things first.
    pub next: Vec<Next>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Next {
    /// What, in a sentence.
    pub what: String,
    /// The command that does it, or helps to.
    pub command: Option<String>,
    /// What that does to the cluster or to files.
    #[serde(flatten)]
    pub effect: Effect,
}

/// What a step does to the cluster or to files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "effect", rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing: it only looks.
    Looks,
    /// It changes something.
    Changes {
        /// What that costs.
        cost: &'static str,
    },
    /// It destroys something that does not come back.
    Destroys {
        /// What.
        cost: &'static str,
    },
    /// There is no command: it is done by hand.
    ByHand,
}

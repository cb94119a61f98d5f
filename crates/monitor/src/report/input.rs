//! What the page is made of. Callers hand in what they know; what they do not know is left out.

use crate::top::Sample;

/// Everything that the page shows.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// What was looked at, such as its address. Without secrets.
    pub title: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The looks, oldest first; at least one.
    pub samples: Vec<Sample>,
    /// Certificates, where an authority's directory was given.
    pub certificates: Option<Vec<Certificate>>,
    /// What the doctor says, where it was asked.
    pub diagnosis: Option<Vec<Remark>>,
    /// What the linter says, where a configuration was given.
    pub findings: Option<Vec<Remark>>,
}

/// A certificate and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its name.
    pub name: String,
    /// `authority`, or the role of a leaf.
    pub kind: String,
    /// In seconds since 1970.
    pub not_before: i64,
    /// In seconds since 1970.
    pub not_after: i64,
}

/// Something that is wrong with a job or in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How bad it is.
    pub level: Level,
    /// The signature or the rule.
    pub code: String,
    /// Job and vertex, or file and line.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It does not work.
    Error,
    /// It does not do what it seems to.
    Warning,
    /// Worth knowing.
    Info,
}

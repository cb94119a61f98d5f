//! What an alert consists of, and what of it can be set.

use std::fmt;

use super::case::Case;
use super::settings::Chosen;

/// An alert.
#[derive(Debug)]
pub struct Alert {
    /// Its name, `Flink…`.
    pub name: &'static str,
    /// Which rule group it stands in.
    pub group: Group,
    /// Who has to be woken.
    pub severity: Severity,
    /// How long the condition holds before it fires, in seconds, unless set otherwise.
    pub pending: u64,
    /// What else can be set.
    pub parameters: &'static [Parameter],
    /// The condition, in PromQL.
    pub expression: fn(&Chosen<'_>) -> String,
    /// What it says in English.
    pub english: Texts,
    /// What it says in Chinese.
    pub chinese: Texts,
    /// The command to run next. Labels of the alert may stand in it.
    pub command: &'static str,
    /// What it means and what it does not, for the runbook. One paragraph.
    pub meaning: &'static str,
    /// What to do, step by step, for the runbook.
    pub steps: &'static [&'static str],
    /// When it fires, and when it does not.
    pub cases: fn() -> Vec<Case>,
}

/// What an alert says, with the placeholders of Prometheus' templates.
#[derive(Debug)]
pub struct Texts {
    /// One line.
    pub summary: &'static str,
    /// What was measured.
    pub description: &'static str,
}

/// A threshold or a window.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name: with the alert's before it, `FlinkJobRestartLoop.window`.
    pub name: &'static str,
    /// What it is unless it is set.
    pub default: Value,
    /// What it means, with its unit.
    pub meaning: &'static str,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A span of time, in seconds.
    Span(u64),
    /// Any number, zero or more.
    Number(f64),
}

/// The rule groups, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Jobs that do not run.
    Jobs,
    /// Checkpoints.
    Checkpoints,
    /// How records flow.
    Flow,
    /// Memory and garbage collection.
    Memory,
    /// Processes and slots.
    Cluster,
    /// Certificates and keytabs.
    Security,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nobody is woken.
    Info,
    /// Somebody has to look today.
    Warning,
    /// Somebody has to act now.
    Critical,
}

/// The language of annotations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese.
    Chinese,
}

impl Alert {
    /// What it says in this language.
    pub fn texts(&self, language: Language) -> &Texts {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

impl Parameter {
    /// A span of time.
    pub(crate) const fn span(name: &'static str, seconds: u64, meaning: &'static str) -> Self {
        Self { name, default: Value::Span(seconds), meaning }
    }

    /// A number.
    pub(crate) const fn number(name: &'static str, default: f64, meaning: &'static str) -> Self {
        Self { name, default: Value::Number(default), meaning }
    }
}

impl Group {
    /// Its name in rule files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jobs => "flink-jobs",
            Self::Checkpoints => "flink-checkpoints",
            Self::Flow => "flink-flow",
            Self::Memory => "flink-memory",
            Self::Cluster => "flink-cluster",
            Self::Security => "flink-security",
        }
    }
}

impl Severity {
    /// The value of the label `severity`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Span(seconds) => f.write_str(&span(*seconds)),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

/// As Prometheus writes it: `90s`, `5m`, `1h30m`, `2d`.
pub(crate) fn span(seconds: u64) -> String {
    if seconds == 0 {
        return "0s".to_owned();
    }
    let mut rest = seconds;
    let mut text = String::new();
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        if rest >= length {
            text.push_str(&format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    text
}

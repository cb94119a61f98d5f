//! One metric.

use ops_core::version::FlinkVersion;
use serde::Serialize;

/// A metric as Flink registers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its logical scope, `taskmanager.job.task`. Parts in angle brackets are names of the job, of the JVM or of a connection.
    pub scope: &'static str,
    /// Its name in the scope, `numRecordsIn`.
    pub name: &'static str,
    /// What it is to Flink. Prometheus sees counters, gauges and meters as gauges, and histograms as summaries.
    pub kind: Kind,
    /// Labels beside `host`.
    pub labels: &'static str,
    /// The release lines that have it, in the order of [`FlinkVersion::KNOWN`].
    pub versions: Vec<FlinkVersion>,
    /// What has to be set to see it; `None` for what is exported by default.
    pub option: Option<&'static str>,
    /// `ms`, `bytes`, `records`; `-` for a plain number.
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// How this is known.
    pub origin: Origin,
}

/// What a metric is to Flink.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It grows, and begins at 0 with each attempt.
    Counter,
    /// A value at a moment. Some grow like counters.
    Gauge,
    /// A rate over the last minute.
    Meter,
    /// Quantiles.
    Histogram,
    /// A text, which Prometheus shows as 0.
    Text,
}

/// How it is known that there is such a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A real cluster has registered it.
    Measured,
    /// It is documented for a connector, by this name.
    Documented(&'static str),
}

/// Whose metric it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Process {
    /// The leading JobManager's, for what is about the cluster and its jobs.
    JobManager,
    /// A TaskManager's.
    TaskManager,
}

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Meter => "meter",
            Self::Histogram => "histogram",
            Self::Text => "text",
        }
    }
}

impl Metric {
    /// Whose it is.
    pub fn process(&self) -> Process {
        if self.scope.starts_with("jobmanager") { Process::JobManager } else { Process::TaskManager }
    }

    /// All of its labels, those of the process first.
    pub fn all_labels(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once("host").chain(self.labels.split_terminator(','))
    }

    /// `1.18-2.3`, `2.1+`: since when, and until when where it is gone.
    pub fn span(&self) -> String {
        let (Some(first), Some(last)) = (self.versions.first(), self.versions.last()) else {
            return "any".to_owned();
        };
        let newest = FlinkVersion::KNOWN.last().is_some_and(|newest| newest == last);
        match (first == last, newest) {
            (_, true) => format!("{}+", first.line()),
            (true, false) => first.line(),
            (false, false) => format!("{}-{}", first.line(), last.line()),
        }
    }
}

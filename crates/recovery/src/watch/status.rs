//! What a watcher shows of itself: for `/metrics` and `/healthz`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use jobs::description::JobName;
use serde::Serialize;

/// What a watcher shows of itself.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Status {
    /// When the loop went round last.
    pub alive: Option<Timestamp>,
    /// When the cluster answered last.
    pub looked: Option<Timestamp>,
    /// Whether it answered the last question.
    pub reachable: bool,
    /// The jobs.
    pub jobs: BTreeMap<JobName, JobStatus>,
}

/// What it shows of a job.
#[derive(Clone, Debug, Default, Serialize)]
pub struct JobStatus {
    /// How the job fares.
    pub phase: Phase,
    /// Why.
    pub why: String,
    /// How often it was started again.
    pub restarts: u64,
    /// How often an older state was taken.
    pub fallbacks: u64,
    /// Seconds from being seen down to running again, the last time.
    pub last_recovery: Option<f64>,
    /// The newest state that is known of it.
    pub state: Option<String>,
}

/// How a job fares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// It has not been looked at.
    #[default]
    Unknown,
    /// All its tasks run.
    Running,
    /// Flink is starting it.
    Starting,
    /// It does not run, and is waited for something.
    Waiting,
    /// Somebody stopped it, or it came to its end.
    Stays,
    /// It was given up.
    GivenUp,
}

impl Phase {
    const ALL: [Self; 6] =
        [Self::Unknown, Self::Running, Self::Starting, Self::Waiting, Self::Stays, Self::GivenUp];

    const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Running => "running",
            Self::Starting => "starting",
            Self::Waiting => "waiting",
            Self::Stays => "stays",
            Self::GivenUp => "given-up",
        }
    }
}

impl Status {
    /// In the text format of Prometheus.
    pub fn metrics(&self) -> String {
        let mut text = String::new();
        let mut family = |name: &str, kind: &str, help: &str, rows: Vec<(String, f64)>| {
            let _ =
                writeln!(text, "# HELP flinkops_watch_{name} {help}\n# TYPE flinkops_watch_{name} {kind}");
            for (labels, value) in rows {
                let _ = writeln!(text, "flinkops_watch_{name}{labels} {value}");
            }
        };
        let looked = self.looked.map_or(0.0, |at| at.as_millisecond() as f64 / 1000.0);
        family(
            "last_look_timestamp_seconds",
            "gauge",
            "When the cluster answered last.",
            vec![(String::new(), looked)],
        );
        family(
            "cluster_reachable",
            "gauge",
            "Whether the cluster answered the last question.",
            vec![(String::new(), f64::from(u8::from(self.reachable)))],
        );
        let each = |value: fn(&JobStatus) -> Option<f64>| -> Vec<(String, f64)> {
            let rows = self
                .jobs
                .iter()
                .filter_map(|(name, job)| Some((format!("{{job={}}}", quoted(name)), value(job)?)));
            rows.collect()
        };
        let phases = self.jobs.iter().flat_map(|(name, job)| {
            Phase::ALL.map(|phase| {
                let labels = format!("{{job={},phase=\"{}\"}}", quoted(name), phase.name());
                (labels, f64::from(u8::from(job.phase == phase)))
            })
        });
        family("job_phase", "gauge", "1 for the phase that the job is in.", phases.collect());
        family(
            "restarts_total",
            "counter",
            "How often the job was started again.",
            each(|job| Some(job.restarts as f64)),
        );
        family(
            "fallbacks_total",
            "counter",
            "How often an older state was taken.",
            each(|job| Some(job.fallbacks as f64)),
        );
        family(
            "last_recovery_seconds",
            "gauge",
            "From being seen down to running again, the last time.",
            each(|job| job.last_recovery),
        );
        text
    }
}

/// A label's value.
fn quoted(name: &JobName) -> String {
    format!("\"{}\"", name.as_str().replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

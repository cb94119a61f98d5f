//! The Flink configuration in effect, and what the simulation reads from it. A value that does not parse counts as absent.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use ops_core::units::{FlinkDuration, MemorySize};
use ops_core::version::FlinkVersion;
use serde::{Deserialize, Serialize};

/// Flink's `Long.MAX_VALUE`, the interval of a job without checkpoints.
pub(crate) const NEVER: i64 = i64::MAX;

/// A configuration, of the cluster or of one job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    version: FlinkVersion,
    /// Shared by the cluster and every job that sets nothing itself.
    entries: Arc<BTreeMap<String, String>>,
}

/// How a job takes checkpoints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CheckpointPlan {
    pub(crate) interval: Option<i64>,
    pub(crate) timeout: i64,
    pub(crate) min_pause: i64,
    pub(crate) max_concurrent: i64,
    pub(crate) exactly_once: bool,
    pub(crate) retained: bool,
    pub(crate) delete_on_cancellation: bool,
    pub(crate) unaligned: bool,
    pub(crate) tolerable_failures: i32,
    pub(crate) aligned_timeout: i64,
    pub(crate) after_tasks_finish: bool,
    pub(crate) changelog: bool,
    pub(crate) incremental: bool,
    pub(crate) backend: Cow<'static, str>,
    pub(crate) directory: Option<String>,
    pub(crate) history: usize,
}

impl Settings {
    /// The configuration of a cluster.
    pub fn new(version: FlinkVersion, entries: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { version, entries: Arc::new(entries.into_iter().collect()) }
    }

    /// This configuration with a job's own entries over it.
    #[must_use]
    pub fn overlaid(&self, entries: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut all = self.clone();
        let mut entries = entries.into_iter().peekable();
        if entries.peek().is_some() {
            Arc::make_mut(&mut all.entries).extend(entries);
        }
        all
    }

    /// Shares the entries of `other` where they are the same.
    pub(super) fn share(&mut self, other: &Self) {
        if self.entries == other.entries {
            self.entries = Arc::clone(&other.entries);
        }
    }

    /// The version whose defaults apply.
    pub fn version(&self) -> FlinkVersion {
        self.version
    }

    /// Every entry, by key.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Sets an entry unless it is there.
    pub(crate) fn set_default(&mut self, key: &str, value: String) {
        Arc::make_mut(&mut self.entries).entry(key.to_owned()).or_insert(value);
    }

    /// The value of the first key that is set: an option's name, then its older names.
    pub(crate) fn text(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| self.entries.get(*key)).map(|value| value.trim())
    }

    pub(crate) fn flag(&self, keys: &[&str], default: Flag) -> bool {
        match self.text(keys).map(str::to_ascii_lowercase).as_deref() {
            Some("true") => true,
            Some("false") => false,
            _ => default == Flag::On,
        }
    }

    pub(crate) fn number(&self, keys: &[&str]) -> Option<i64> {
        self.text(keys)?.parse().ok()
    }

    pub(crate) fn real(&self, keys: &[&str]) -> Option<f64> {
        self.text(keys)?.parse().ok()
    }

    pub(crate) fn bytes(&self, keys: &[&str]) -> Option<i64> {
        i64::try_from(MemorySize::parse(self.text(keys)?).ok()?.bytes()).ok()
    }

    pub(crate) fn millis(&self, keys: &[&str]) -> Option<i64> {
        let duration = FlinkDuration::parse_for(self.text(keys)?, self.version).ok()?;
        i64::try_from(duration.as_std().as_millis()).ok()
    }

    pub(crate) fn slot_request_timeout(&self) -> i64 {
        self.millis(&["slot.request.timeout"]).unwrap_or(300_000)
    }

    /// How long a standalone cluster waits for TaskManagers after its start before it calls a request hopeless.
    pub(crate) fn start_up_period(&self) -> i64 {
        let configured = self.millis(&["resourcemanager.standalone.start-up-time"]);
        configured.filter(|millis| *millis >= 0).unwrap_or_else(|| self.slot_request_timeout())
    }

    /// How long the adaptive scheduler waits for the slots that it wants; `None` for ever.
    pub(crate) fn resource_wait(&self) -> Option<i64> {
        let millis = self.millis(&[
            "jobmanager.adaptive-scheduler.submission.resource-wait-timeout",
            "jobmanager.adaptive-scheduler.resource-wait-timeout",
        ]);
        Some(millis.unwrap_or(300_000)).filter(|millis| *millis >= 0)
    }

    /// How long the adaptive scheduler leaves a job alone after it has scheduled it.
    pub(crate) fn rescale_cooldown(&self) -> i64 {
        let default = if self.version.at_least(1, 19) { 30_000 } else { 0 };
        let keys = [
            "jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling",
            "jobmanager.adaptive-scheduler.scaling-interval.min",
        ];
        self.millis(&keys).unwrap_or(default)
    }

    /// Rescales that are remembered (`web.adaptive-scheduler.rescale-history.size`).
    pub(crate) fn rescale_history(&self) -> usize {
        let configured = self.number(&["web.adaptive-scheduler.rescale-history.size"]);
        configured.and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
    }

    pub(crate) fn default_parallelism(&self) -> u32 {
        self.number(&["parallelism.default"])
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| *n > 0)
            .unwrap_or(1)
    }

    pub(crate) fn exception_history(&self) -> usize {
        self.number(&["web.exception-history-size"]).and_then(|n| usize::try_from(n).ok()).unwrap_or(16)
    }

    /// How long an ended job is kept, in milliseconds.
    pub(crate) fn job_retention(&self) -> i64 {
        self.number(&["jobstore.expiration-time"]).unwrap_or(3600) * 1000
    }

    /// How long the result of an operation is kept, in milliseconds.
    pub(crate) fn operation_retention(&self) -> i64 {
        self.millis(&["rest.async.store-duration"]).unwrap_or(300_000)
    }

    /// The option that holds the default savepoint directory, under the name this version gives it.
    pub fn savepoint_option(&self) -> &'static str {
        if self.version.at_least(1, 20) {
            "execution.checkpointing.savepoint-dir"
        } else {
            "state.savepoints.dir"
        }
    }

    pub(crate) fn savepoint_directory(&self) -> Option<&str> {
        self.text(&[
            "execution.checkpointing.savepoint-dir",
            "state.savepoints.dir",
            "savepoints.state.backend.fs.dir",
        ])
    }

    pub(crate) fn checkpoints(&self) -> CheckpointPlan {
        let retention = self
            .text(&[
                "execution.checkpointing.externalized-checkpoint-retention",
                "execution.checkpointing.externalized-checkpoint-retention.mode",
            ])
            .unwrap_or("NO_EXTERNALIZED_CHECKPOINTS");
        let mode = self.text(&["execution.checkpointing.mode"]).unwrap_or("EXACTLY_ONCE");
        CheckpointPlan {
            interval: self.millis(&["execution.checkpointing.interval"]).filter(|millis| *millis > 0),
            timeout: self.millis(&["execution.checkpointing.timeout"]).unwrap_or(600_000),
            min_pause: self.millis(&["execution.checkpointing.min-pause"]).unwrap_or(0),
            max_concurrent: self.number(&["execution.checkpointing.max-concurrent-checkpoints"]).unwrap_or(1),
            exactly_once: !mode.eq_ignore_ascii_case("AT_LEAST_ONCE"),
            retained: retention != "NO_EXTERNALIZED_CHECKPOINTS",
            delete_on_cancellation: retention != "RETAIN_ON_CANCELLATION",
            unaligned: self.flag(
                &["execution.checkpointing.unaligned.enabled", "execution.checkpointing.unaligned"],
                Flag::Off,
            ),
            tolerable_failures: self
                .number(&["execution.checkpointing.tolerable-failed-checkpoints"])
                .and_then(|n| i32::try_from(n).ok())
                .unwrap_or(0),
            aligned_timeout: self
                .millis(&["execution.checkpointing.aligned-checkpoint-timeout"])
                .unwrap_or(0),
            after_tasks_finish: self
                .flag(&["execution.checkpointing.checkpoints-after-tasks-finish.enabled"], Flag::On),
            changelog: self.flag(&["state.changelog.enabled", "state.backend.changelog.enabled"], Flag::Off),
            incremental: self
                .flag(&["execution.checkpointing.incremental", "state.backend.incremental"], Flag::Off),
            backend: match self.text(&["state.backend.type", "state.backend"]) {
                Some("rocksdb") => "EmbeddedRocksDBStateBackend".into(),
                Some("forst") => "ForStStateBackend".into(),
                _ => "HashMapStateBackend".into(),
            },
            directory: self
                .text(&[
                    "execution.checkpointing.dir",
                    "state.checkpoints.dir",
                    "state.backend.fs.checkpointdir",
                ])
                .map(str::to_owned),
            history: self
                .number(&["web.checkpoints.history"])
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(10),
        }
    }
}

/// The class that makes Flink's reporter for Prometheus.
pub(crate) const PROMETHEUS_FACTORY: &str = "org.apache.flink.metrics.prometheus.PrometheusReporterFactory";

/// How Flink's reporter for Prometheus is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reporter {
    /// `9250-9260`, `9250,9252`, or one port.
    ports: String,
    /// Whether odd characters in the values of labels are replaced.
    pub(crate) filters: bool,
}

impl Reporter {
    /// The ports to try, in order. What is no port is left out.
    pub(crate) fn ports(&self) -> impl Iterator<Item = u16> {
        self.ports.split(',').flat_map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let bound = |text: &str| text.trim().parse::<u16>().ok();
            bound(first).zip(bound(last)).map(|(first, last)| first..=last).into_iter().flatten()
        })
    }
}

impl Settings {
    /// The reporter for Prometheus, if there is one.
    pub(crate) fn prometheus(&self) -> Option<Reporter> {
        let factory = |key: &str| {
            let name = key.strip_prefix("metrics.reporter.")?.strip_suffix(".factory.class")?;
            Some(name.to_owned())
        };
        let mut reporters = self.entries.iter().filter(|(_, class)| class.trim() == PROMETHEUS_FACTORY);
        let enabled = self.text(&["metrics.reporters"]);
        let name = reporters.find_map(|(key, _)| {
            factory(key).filter(|name| {
                enabled.is_none_or(|enabled| enabled.split(',').any(|enabled| enabled.trim() == name))
            })
        })?;
        let of = |option: &str| format!("metrics.reporter.{name}.{option}");
        Some(Reporter {
            ports: self.text(&[&of("port")]).unwrap_or("9249").to_owned(),
            filters: self.flag(&[&of("filterLabelValueCharacters")], Flag::On),
        })
    }
}

/// The default of a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flag {
    On,
    Off,
}

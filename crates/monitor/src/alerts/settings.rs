//! Thresholds and windows as the user wants them, and what is known of the clusters.

use std::collections::BTreeMap;

use ops_core::spec::ClusterSpec;

use super::alert::{Alert, Language, Value, span};
use super::registry;

/// The parameter that every alert has.
const PENDING: &str = "for";

/// Where the runbook is, unless it is said otherwise.
pub const RUNBOOK: &str = "https://github.com/flinkops/flinkops/blob/main/docs/alerts.md";

/// What is chosen for all alerts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The language of annotations.
    pub language: Language,
    /// Where the runbook is: the name of the alert, in lower case, is appended after `#`.
    pub runbook: String,
    /// Labels that every alert gets beside its severity.
    pub labels: Vec<(String, String)>,
    /// What has to be there.
    pub expected: Expected,
    /// Values other than the defaults, by `Alert.parameter`.
    values: BTreeMap<String, Value>,
    /// Alerts that are not wanted.
    left_out: Vec<&'static str>,
}

/// What has to be there, where that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The clusters, as the label `cluster` names them.
    pub clusters: Vec<String>,
    /// Names of jobs that must always run.
    pub jobs: Vec<String>,
    /// How many TaskManagers each of the clusters has at least.
    pub task_managers: Option<usize>,
}

/// Why something cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    /// There is no such alert.
    #[error("there is no alert `{0}`; `flinkops monitor alerts --list` shows them all")]
    NoAlert(String),
    /// The alert has no such parameter.
    #[error("{alert} has no parameter `{parameter}`; it has {}", .known.join(", "))]
    NoParameter {
        /// The alert.
        alert: &'static str,
        /// What was to be set.
        parameter: String,
        /// What can be.
        known: Vec<&'static str>,
    },
    /// No parameter is named at all.
    #[error("`{0}` is no setting: write ALERT.PARAMETER=VALUE, such as FlinkJobRestartLoop.window=10m")]
    NoSetting(String),
    /// The value does not fit.
    #[error("`{value}` does not fit {name}: {needed} is needed")]
    BadValue {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
        /// What is needed.
        needed: &'static str,
    },
}

impl Settings {
    /// The defaults, in English, with a runbook below this URL.
    pub fn new(runbook: impl Into<String>) -> Self {
        Self {
            language: Language::English,
            runbook: runbook.into(),
            labels: Vec::new(),
            expected: Expected::default(),
            values: BTreeMap::new(),
            left_out: Vec::new(),
        }
    }

    /// Sets `ALERT.PARAMETER=VALUE`.
    ///
    /// # Errors
    /// There is no such alert or parameter, or the value does not fit it.
    pub fn set(&mut self, setting: &str) -> Result<(), SettingError> {
        let no_setting = || SettingError::NoSetting(setting.to_owned());
        let (name, value) = setting.split_once('=').ok_or_else(no_setting)?;
        let (alert, parameter) = name.split_once('.').ok_or_else(no_setting)?;
        let alert = registry::find(alert).ok_or_else(|| SettingError::NoAlert(alert.to_owned()))?;
        let default = match alert.parameters.iter().find(|known| known.name == parameter) {
            Some(found) => found.default,
            None if parameter == PENDING => Value::Span(alert.pending),
            None => {
                let known = std::iter::once(PENDING).chain(alert.parameters.iter().map(|known| known.name));
                return Err(SettingError::NoParameter {
                    alert: alert.name,
                    parameter: parameter.to_owned(),
                    known: known.collect(),
                });
            }
        };
        let bad = |needed| SettingError::BadValue { name: name.to_owned(), value: value.to_owned(), needed };
        let value = match default {
            Value::Span(_) => {
                let seconds =
                    seconds(value).ok_or_else(|| bad("a span of time such as 90s, 5m, 1h30m or 2d"))?;
                if seconds == 0 && parameter != PENDING {
                    return Err(bad("a span of time above zero"));
                }
                Value::Span(seconds)
            }
            Value::Number(_) => {
                let number: f64 = value.parse().map_err(|_| bad("a number"))?;
                if !(0.0..=1e18).contains(&number) {
                    return Err(bad("a number, zero or more,"));
                }
                Value::Number(number)
            }
        };
        self.values.insert(name.to_owned(), value);
        Ok(())
    }

    /// Expects these clusters: their names, and what is known of checkpoints. How many TaskManagers there must be is only known
    /// of one: each of several may have another number.
    pub fn expect(&mut self, clusters: &[ClusterSpec]) {
        self.expected.clusters.extend(clusters.iter().map(|spec| spec.name.to_string()));
        self.expected.task_managers = match clusters {
            [one] => Some(one.task_manager_count()),
            _ => None,
        };
        // The longest of them: what is near the end of a shorter one is fine for the others.
        let timeouts = clusters.iter().filter_map(|spec| spec.checkpoints.timeout);
        if let Some(seconds) = timeouts.map(|timeout| timeout.as_std().as_secs().max(1)).max() {
            self.values.insert("FlinkCheckpointNearTimeout.timeout".to_owned(), Value::Span(seconds));
        }
    }

    /// Leaves an alert out.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn leave_out(&mut self, alert: &str) -> Result<(), SettingError> {
        let alert = registry::find(alert).ok_or_else(|| SettingError::NoAlert(alert.to_owned()))?;
        self.left_out.push(alert.name);
        Ok(())
    }

    /// The alerts that are wanted.
    pub fn wanted(&self) -> impl Iterator<Item = &'static Alert> {
        registry::all().iter().copied().filter(|alert| !self.left_out.contains(&alert.name))
    }

    /// What is chosen for one alert.
    pub fn chosen<'a>(&'a self, alert: &'static Alert) -> Chosen<'a> {
        Chosen { settings: self, alert }
    }
}

/// What is chosen for one alert.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    settings: &'a Settings,
    alert: &'static Alert,
}

impl Chosen<'_> {
    /// How long the condition holds before it fires.
    pub fn pending(&self) -> String {
        let name = format!("{}.{PENDING}", self.alert.name);
        self.settings.values.get(&name).map_or_else(|| span(self.alert.pending), Value::to_string)
    }

    /// A parameter as PromQL writes it.
    ///
    /// # Panics
    /// The alert does not declare it. A test renders every alert.
    pub(crate) fn value(&self, parameter: &str) -> String {
        self.raw(parameter).to_string()
    }

    /// A span of time in seconds, times so much.
    pub(crate) fn times(&self, parameter: &str, factor: f64) -> String {
        match self.raw(parameter) {
            Value::Span(seconds) => format!("{}", seconds as f64 * factor),
            Value::Number(number) => format!("{}", number * factor),
        }
    }

    fn raw(&self, parameter: &str) -> Value {
        let name = format!("{}.{parameter}", self.alert.name);
        let declared = self.alert.parameters.iter().find(|known| known.name == parameter);
        let declared = declared.unwrap_or_else(|| panic!("{name} is not declared"));
        self.settings.values.get(&name).copied().unwrap_or(declared.default)
    }

    /// What has to be there.
    pub(crate) fn expected(&self) -> &Expected {
        &self.settings.expected
    }
}

/// As Prometheus reads it: units from large to small, each once.
fn seconds(text: &str) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let mut rest = text;
    let mut seconds = 0_u64;
    let mut last = u64::MAX;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (count, unit) = rest.split_at(digits);
        let length = match unit.chars().next()? {
            'w' => 604_800,
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        if length >= last {
            return None;
        }
        last = length;
        seconds = seconds.checked_add(count.parse::<u64>().ok()?.checked_mul(length)?)?;
        rest = unit.get(1..)?;
    }
    (!text.is_empty()).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn mistakes_say_what_would_be_right() {
        let mut settings = Settings::new("");
        for (setting, expected) in [
            ("FlinkJobRestartLoop", "`FlinkJobRestartLoop` is no setting: write ALERT.PARAMETER=VALUE"),
            ("FlinkNothing.for=1m", "there is no alert `FlinkNothing`"),
            ("FlinkJobRestartLoop.span=1m", "has no parameter `span`; it has for, window, restarts"),
            ("FlinkJobRestartLoop.window=0s", "a span of time above zero"),
            ("FlinkJobRestartLoop.window=5", "a span of time such as 90s"),
            ("FlinkJobRestartLoop.restarts=-1", "zero or more"),
            ("FlinkJobRestartLoop.restarts=NaN", "zero or more"),
        ] {
            let error = settings.set(setting).unwrap_err().to_string();
            assert!(error.contains(expected), "{setting}: {error}");
        }
        settings.set("FlinkJobRestartLoop.window=1h30m").unwrap();
        settings.set("FlinkJobRestartLoop.for=0").unwrap();
        let chosen = settings.chosen(registry::find("FlinkJobRestartLoop").unwrap());
        assert_eq!((chosen.value("window").as_str(), chosen.pending().as_str()), ("1h30m", "0s"));
    }

    proptest! {
        #[test]
        fn spans_are_read_as_they_are_written(total in 1_u64..100_000_000) {
            prop_assert_eq!(seconds(&span(total)), Some(total));
        }

        #[test]
        fn no_setting_makes_it_panic(text in ".{0,60}") {
            let _ = Settings::new("").set(&text);
            let _ = Settings::new("").set(&format!("FlinkJobRestartLoop.window={text}"));
        }
    }
}

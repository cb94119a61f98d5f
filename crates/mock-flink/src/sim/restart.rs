//! Restart strategies: whether a job restarts after a failure, and when.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::random::Random;
use super::settings::Settings;

/// What the configuration says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum RestartStrategy {
    Never,
    FixedDelay { attempts: i64, delay: i64 },
    FailureRate { failures: i64, interval: i64, delay: i64 },
    ExponentialDelay(Backoff),
}

/// Delays that grow from `initial` by `multiplier` to `max`, and start over after `reset` without a failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Backoff {
    pub(crate) initial: i64,
    pub(crate) max: i64,
    pub(crate) multiplier: f64,
    pub(crate) reset: i64,
    pub(crate) jitter: f64,
    pub(crate) attempts: i64,
}

impl RestartStrategy {
    /// The configured one, or the version's default: none without checkpoints; with them, a fixed delay of one
    /// second for ever (1.18), a growing delay (1.19 and later).
    pub(crate) fn of(settings: &Settings) -> Self {
        let exponential_default = settings.version().at_least(1, 19);
        let name = settings.text(&["restart-strategy.type", "restart-strategy"]).map(str::to_ascii_lowercase);
        match name.as_deref() {
            Some("none" | "off" | "disable") => Self::Never,
            Some("fixed-delay" | "fixeddelay") => Self::FixedDelay {
                attempts: settings.number(&["restart-strategy.fixed-delay.attempts"]).unwrap_or(1),
                delay: settings.millis(&["restart-strategy.fixed-delay.delay"]).unwrap_or(1000),
            },
            Some("failure-rate" | "failurerate") => Self::FailureRate {
                failures: settings
                    .number(&["restart-strategy.failure-rate.max-failures-per-interval"])
                    .unwrap_or(1),
                interval: settings
                    .millis(&["restart-strategy.failure-rate.failure-rate-interval"])
                    .unwrap_or(60_000),
                delay: settings.millis(&["restart-strategy.failure-rate.delay"]).unwrap_or(1000),
            },
            Some("exponential-delay" | "exponentialdelay") => Self::ExponentialDelay(Backoff::of(settings)),
            _ if settings.checkpoints().interval.is_none() => Self::Never,
            _ if exponential_default => Self::ExponentialDelay(Backoff::of(settings)),
            _ => Self::FixedDelay { attempts: i64::from(i32::MAX), delay: 1000 },
        }
    }

    /// How Flink prints it when it suppresses a recovery.
    pub(crate) fn printed(&self) -> String {
        match self {
            Self::Never => "NoRestartBackoffTimeStrategy".to_owned(),
            Self::FixedDelay { attempts, delay } => format!(
                "FixedDelayRestartBackoffTimeStrategy(maxNumberRestartAttempts={attempts}, backoffTimeMS={delay})"
            ),
            Self::FailureRate { failures, interval, delay } => format!(
                "FailureRateRestartBackoffTimeStrategy(FailureRateRestartBackoffTimeStrategy(failuresIntervalMS={interval},backoffTimeMS={delay},maxFailuresPerInterval={failures})"
            ),
            Self::ExponentialDelay(backoff) => format!(
                "ExponentialDelayRestartBackoffTimeStrategy(initialBackoffMS={}, maxBackoffMS={}, backoffMultiplier={:?}, resetBackoffThresholdMS={}, jitterFactor={:?})",
                backoff.initial, backoff.max, backoff.multiplier, backoff.reset, backoff.jitter
            ),
        }
    }
}

impl Backoff {
    fn of(settings: &Settings) -> Self {
        let newer = settings.version().at_least(1, 19);
        let key = |name: &str| format!("restart-strategy.exponential-delay.{name}");
        let millis = |name: &str, default: i64| settings.millis(&[&key(name)]).unwrap_or(default);
        let real = |name: &str, default: f64| settings.real(&[&key(name)]).unwrap_or(default);
        Self {
            initial: millis("initial-backoff", 1000),
            max: millis("max-backoff", if newer { 60_000 } else { 300_000 }),
            multiplier: real("backoff-multiplier", if newer { 1.5 } else { 2.0 }),
            reset: millis("reset-backoff-threshold", 3_600_000),
            jitter: real("jitter-factor", 0.1),
            attempts: settings.number(&[&key("attempts-before-reset-backoff")]).unwrap_or(i64::MAX),
        }
    }
}

/// A strategy and what it remembers of one job's failures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RestartState {
    pub(crate) strategy: RestartStrategy,
    failures: i64,
    backoff: f64,
    last: Option<i64>,
    recent: VecDeque<i64>,
}

impl RestartState {
    pub(crate) fn new(strategy: RestartStrategy) -> Self {
        Self { strategy, failures: 0, backoff: 0.0, last: None, recent: VecDeque::new() }
    }

    /// The delay before the restart after a failure now; `None` when there is none.
    pub(crate) fn after_failure(&mut self, now: i64, random: &mut Random) -> Option<i64> {
        match &self.strategy {
            RestartStrategy::Never => None,
            RestartStrategy::FixedDelay { attempts, delay } => {
                self.failures += 1;
                (self.failures <= *attempts).then_some(*delay)
            }
            RestartStrategy::FailureRate { failures, interval, delay } => {
                self.recent.push_back(now);
                while self.recent.front().is_some_and(|at| now - at > *interval) {
                    self.recent.pop_front();
                }
                (self.recent.len() as i64 <= *failures).then_some(*delay)
            }
            RestartStrategy::ExponentialDelay(plan) => {
                let fresh = self.last.is_none_or(|last| now - last > plan.reset + self.backoff as i64);
                self.failures = if fresh { 1 } else { self.failures + 1 };
                self.backoff = if fresh {
                    plan.initial as f64
                } else {
                    (self.backoff * plan.multiplier).min(plan.max as f64)
                };
                self.last = Some(now);
                let spread = (self.backoff * plan.jitter) as i64;
                let jitter = if spread > 0 { random.between(-spread, spread) } else { 0 };
                let delay = (self.backoff as i64 + jitter).clamp(plan.initial.min(plan.max), plan.max);
                (self.failures <= plan.attempts).then_some(delay)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(version: &str, entries: &[(&str, &str)]) -> Settings {
        let entries = entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Settings::new(version.parse().unwrap(), entries)
    }

    #[test]
    fn the_default_depends_on_checkpoints_and_on_the_version() {
        let with = [("execution.checkpointing.interval", "10s")];
        assert_eq!(RestartStrategy::of(&settings("1.20", &[])), RestartStrategy::Never);
        assert_eq!(
            RestartStrategy::of(&settings("1.18", &with)),
            RestartStrategy::FixedDelay { attempts: 2_147_483_647, delay: 1000 }
        );
        for version in ["1.19", "1.20", "2.3"] {
            let RestartStrategy::ExponentialDelay(backoff) = RestartStrategy::of(&settings(version, &with))
            else {
                panic!("{version}")
            };
            assert_eq!((backoff.initial, backoff.max), (1000, 60_000));
        }
    }

    #[test]
    fn a_fixed_delay_gives_up_after_its_attempts() {
        let strategy = RestartStrategy::of(&settings(
            "2.3",
            &[
                ("restart-strategy.type", "fixed-delay"),
                ("restart-strategy.fixed-delay.attempts", "2"),
                ("restart-strategy.fixed-delay.delay", "3 s"),
            ],
        ));
        let mut state = RestartState::new(strategy);
        let mut random = Random::seeded(1);
        let delays: Vec<_> = (0..3).map(|at| state.after_failure(at, &mut random)).collect();
        assert_eq!(delays, [Some(3000), Some(3000), None]);
    }

    #[test]
    fn a_failure_rate_forgets_old_failures() {
        let strategy = RestartStrategy::FailureRate { failures: 1, interval: 60_000, delay: 5 };
        let mut state = RestartState::new(strategy);
        let mut random = Random::seeded(1);
        assert_eq!(state.after_failure(0, &mut random), Some(5));
        assert_eq!(state.after_failure(70_000, &mut random), Some(5));
        assert_eq!(state.after_failure(80_000, &mut random), None);
    }

    #[test]
    fn exponential_delays_grow_to_their_maximum_and_start_over() {
        let strategy = RestartStrategy::of(&settings("1.20", &[("restart-strategy", "exponential-delay")]));
        let mut state = RestartState::new(strategy);
        let mut random = Random::seeded(7);
        let mut now = 0;
        let mut delays = Vec::new();
        for _ in 0..20 {
            let delay = state.after_failure(now, &mut random).unwrap();
            delays.push(delay);
            now += delay + 100;
        }
        assert!((1000..=1100).contains(&delays[0]), "{delays:?}");
        assert!((1350..=1650).contains(&delays[1]), "{delays:?}");
        assert!((54_000..=60_000).contains(&delays[19]), "{delays:?}");
        let rested = state.after_failure(now + 3_700_000, &mut random).unwrap();
        assert!((1000..=1100).contains(&rested), "{rested}");
    }
}

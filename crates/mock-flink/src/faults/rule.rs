//! What goes wrong, with which requests, and when.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::matcher::Matcher;
use crate::sim::Random;
use crate::span::Span;

/// A rule.
///
/// ```
/// use std::time::Duration;
/// use mock_flink::{Fault, When};
///
/// // The second attempt to take a savepoint meets a JobManager that is not the leader.
/// let refused = Fault::status("POST /jobs/*/savepoints".parse()?, 503).when(When::Nth(2));
/// // Every tenth answer comes a second late.
/// let slow = Fault::latency("/**".parse()?, Duration::from_secs(1)).when(When::Every(10));
/// # Ok::<(), mock_flink::MatcherError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fault {
    /// The requests it is about.
    pub on: Matcher,
    /// Which of them; all by default.
    #[serde(default)]
    pub when: When,
    /// How long after it was added it begins, in the cluster's time; at once by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Span>,
    /// How long it lasts from then; for ever by default.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub lasts: Option<Span>,
    /// What happens to them.
    #[serde(rename = "do")]
    pub action: Action,
}

/// Which of the requests that match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// All.
    #[default]
    Always,
    /// The one of this number, from 1.
    Nth(u64),
    /// So many, and then no more.
    First(u64),
    /// Every so many.
    Every(u64),
    /// This share of them, by chance; the same seed meets the same.
    Fraction(f64),
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The answer comes late.
    Latency(Latency),
    /// The request is not carried out; the answer has this status.
    Status {
        /// The status.
        code: u16,
        /// The body; an error as Flink writes it by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
    /// The request is not carried out: no leader is there to do it.
    LeaderChange,
    /// The answer's body is no JSON any more.
    Malformed,
    /// The connection closes after so many bytes of the body.
    Truncated {
        /// Bytes that arrive.
        after: usize,
    },
    /// The connection is reset.
    Reset {
        /// Whether the request was carried out, and part of the answer's body arrived.
        #[serde(default)]
        in_body: bool,
    },
    /// The connection is reset at once, and the request is carried out nevertheless, so much later; uploads are not.
    Late {
        /// How much later, in real time.
        by: Span,
    },
    /// The body arrives piece by piece.
    Drip {
        /// Bytes of a piece.
        bytes: usize,
        /// The pause before each.
        every: Span,
    },
}

/// How long an answer takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Latency {
    /// As long as this.
    Fixed(Span),
    /// Anything between these, evenly.
    Uniform {
        /// The shortest.
        min: Span,
        /// The longest.
        max: Span,
    },
    /// Around a mean.
    Normal {
        /// The mean.
        mean: Span,
        /// The standard deviation.
        deviation: Span,
    },
    /// Mostly short, sometimes long.
    Exponential {
        /// The mean.
        mean: Span,
    },
}

impl Latency {
    /// How long it is this time.
    pub(crate) fn sample(self, random: &mut Random) -> Duration {
        match self {
            Self::Fixed(span) => span.0,
            Self::Uniform { min, max } => {
                min.0 + Duration::from_secs_f64((max.0.saturating_sub(min.0)).as_secs_f64() * random.share())
            }
            Self::Normal { mean, deviation } => {
                // Box and Muller.
                let (one, other) = (1.0 - random.share(), random.share());
                let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos();
                seconds(mean.0.as_secs_f64() + deviation.0.as_secs_f64() * normal)
            }
            Self::Exponential { mean } => seconds(mean.0.as_secs_f64() * -(1.0 - random.share()).ln()),
        }
    }
}

/// At least nothing, and at most an hour.
fn seconds(value: f64) -> Duration {
    Duration::from_secs_f64(value.clamp(0.0, 3600.0))
}

impl Action {
    /// How much later the request is carried out.
    pub(crate) fn late(&self) -> Option<Duration> {
        match self {
            Self::Late { by } => Some(by.0),
            _ => None,
        }
    }
}

impl When {
    /// Whether it is the turn of the request with this number, from 1.
    pub(crate) fn meets(self, number: u64, random: &mut Random) -> bool {
        match self {
            Self::Always => true,
            Self::Nth(nth) => number == nth,
            Self::First(count) => number <= count,
            Self::Every(count) => count > 0 && number.is_multiple_of(count),
            Self::Fraction(share) => random.share() < share,
        }
    }
}

impl Fault {
    /// A rule for every request that matches, from now on.
    pub fn new(on: Matcher, action: Action) -> Self {
        Self { on, when: When::Always, after: None, lasts: None, action }
    }

    /// Answers with a status, and an error as Flink writes it.
    pub fn status(on: Matcher, code: u16) -> Self {
        Self::new(on, Action::Status { code, body: None })
    }

    /// Answers late.
    pub fn latency(on: Matcher, delay: Duration) -> Self {
        Self::new(on, Action::Latency(Latency::Fixed(Span(delay))))
    }

    /// Resets the connection before anything is done.
    pub fn reset(on: Matcher) -> Self {
        Self::new(on, Action::Reset { in_body: false })
    }

    /// Meets some of the requests only.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// Ends after a while.
    #[must_use]
    pub fn lasting(mut self, time: Duration) -> Self {
        self.lasts = Some(Span(time));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_from_json() {
        let text =
            r#"{"on":"POST /jobs/*/savepoints","when":{"nth":2},"for":"8 s","do":{"status":{"code":503}}}"#;
        let fault: Fault = serde_json::from_str(text).unwrap();
        let expected = Fault::status("POST /jobs/*/savepoints".parse().unwrap(), 503)
            .when(When::Nth(2))
            .lasting(Duration::from_secs(8));
        assert_eq!(fault, expected);
        assert_eq!(serde_json::from_str::<Fault>(&serde_json::to_string(&fault).unwrap()).unwrap(), fault);
        let simple: Fault = serde_json::from_str(r#"{"on":"/**","do":"leader-change"}"#).unwrap();
        assert_eq!(simple.action, Action::LeaderChange);
        assert!(serde_json::from_str::<Fault>(r#"{"on":"/**","do":"malformed","wen":"always"}"#).is_err());
    }

    #[test]
    fn latencies_are_spread_as_they_say() {
        let ms = |millis| Span(Duration::from_millis(millis));
        let mean = |latency: Latency| {
            let mut random = Random::seeded(7);
            let all: Vec<f64> =
                (0..20_000).map(|_| latency.sample(&mut random).as_secs_f64() * 1e3).collect();
            all.iter().sum::<f64>() / 20_000.0
        };
        assert!((mean(Latency::Uniform { min: ms(100), max: ms(300) }) - 200.0).abs() < 2.0);
        assert!((mean(Latency::Normal { mean: ms(200), deviation: ms(20) }) - 200.0).abs() < 1.0);
        assert!((mean(Latency::Exponential { mean: ms(200) }) - 200.0).abs() < 6.0);
        assert_eq!(Latency::Fixed(ms(5)).sample(&mut Random::seeded(1)), Duration::from_millis(5));
        // Bounds the wrong way round do not panic.
        assert_eq!(Latency::Uniform { min: ms(5), max: ms(1) }.sample(&mut Random::seeded(1)), ms(5).0);
    }

    #[test]
    fn counts_meet_whom_they_say() {
        let met = |when: When| {
            let mut random = Random::seeded(3);
            (1..=6).filter(|number| when.meets(*number, &mut random)).collect::<Vec<u64>>()
        };
        assert_eq!(met(When::Always), [1, 2, 3, 4, 5, 6]);
        assert_eq!((met(When::Nth(2)), met(When::First(2))), (vec![2], vec![1, 2]));
        assert_eq!((met(When::Every(3)), met(When::Every(0))), (vec![3, 6], vec![]));
        assert_eq!((met(When::Fraction(0.0)).len(), met(When::Fraction(1.0)).len()), (0, 6));
    }
}

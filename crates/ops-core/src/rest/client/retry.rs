//! How often and how patiently a call is repeated.

use std::time::Duration;

use rand::Rng as _;

use crate::rest::RestError;

/// Whether a request may reach the cluster twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Twice is as good as once.
    Harmless,
    /// Twice would do it twice. Repeated only when the cluster said that it did nothing.
    Harmful,
}

/// The longest wait that an answer may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(30);

/// How often and how patiently a call is repeated. The wait doubles from one repetition to the next, up to
/// `longest`, and half of it is random, so that many clients do not come back at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Repetitions when a connection failed or broke.
    pub connection: u32,
    /// Repetitions while a leader is being elected.
    pub leader_change: u32,
    /// The wait before the first repetition.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl RetryPolicy {
    /// No call is repeated.
    pub const NEVER: Self =
        Self { connection: 0, leader_change: 0, first: Duration::ZERO, longest: Duration::ZERO };

    /// The wait before repetition `repeated + 1`, or `None` when the error stands.
    pub(super) fn next(&self, error: &RestError, repeat: Repeat, repeated: u32) -> Option<Duration> {
        let limit = if error.is_leader_change() {
            self.leader_change
        } else if error.is_retryable() && repeat == Repeat::Harmless {
            self.connection
        } else {
            0
        };
        if repeated >= limit {
            return None;
        }
        if let Some(asked) = error.retry_after() {
            // Longer than we would wait by ourselves: somebody should know.
            return (asked <= LONGEST_ASKED).then_some(asked);
        }
        let whole = self.first.saturating_mul(1 << repeated.min(20)).min(self.longest);
        Some(whole.mul_f64(rand::rng().random_range(0.5..=1.0)))
    }
}

impl Default for RetryPolicy {
    /// A refused connection is tried again for about a second, an election waited out for about 25 seconds.
    fn default() -> Self {
        Self {
            connection: 3,
            leader_change: 9,
            first: Duration::from_millis(200),
            longest: Duration::from_secs(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::Failure;

    fn refused(status: u16, text: &str) -> RestError {
        let (call, failure) = ("POST x".to_owned(), Failure::from_stack(text));
        RestError::Refused { call, status, failure, retry_after: None }
    }

    #[test]
    fn who_is_overloaded_says_when_to_come_back() {
        let policy = RetryPolicy::default();
        let hinted = |status, seconds| match refused(status, "busy") {
            RestError::Refused { call, status, failure, .. } => {
                RestError::Refused { call, status, failure, retry_after: Some(Duration::from_secs(seconds)) }
            }
            other => other,
        };
        for status in [429, 503] {
            let wait = policy.next(&hinted(status, 7), Repeat::Harmless, 0);
            assert_eq!(wait, Some(Duration::from_secs(7)));
            assert_eq!(policy.next(&hinted(status, 7), Repeat::Harmful, 0), None);
            assert_eq!(policy.next(&hinted(status, 3600), Repeat::Harmless, 0), None);
            assert_eq!(policy.next(&hinted(status, 1), Repeat::Harmless, policy.connection), None);
        }
        assert_eq!(policy.next(&hinted(500, 1), Repeat::Harmless, 0), None);
    }

    #[test]
    fn only_the_harmless_and_the_undone_are_repeated() {
        let policy = RetryPolicy::default();
        let election = refused(503, "Service temporarily unavailable due to an ongoing leader election.");
        let broken = RestError::Broken { call: "POST x".to_owned(), why: "reset".to_owned(), mend: "" };
        for (error, harmless, harmful) in [
            (election, true, true),
            (broken, true, false),
            (refused(502, "Bad Gateway"), true, false),
            (refused(503, "Rescaling is temporarily disabled."), false, false),
            (refused(500, "Internal server error."), false, false),
        ] {
            assert_eq!(policy.next(&error, Repeat::Harmless, 0).is_some(), harmless, "{error}");
            assert_eq!(policy.next(&error, Repeat::Harmful, 0).is_some(), harmful, "{error}");
            assert_eq!(policy.next(&error, Repeat::Harmless, 99), None, "{error}");
            assert_eq!(RetryPolicy::NEVER.next(&error, Repeat::Harmless, 0), None);
        }
    }

    #[test]
    fn waits_grow_within_bounds() {
        let policy = RetryPolicy { leader_change: 64, ..RetryPolicy::default() };
        let error = refused(503, "leader election");
        for repeated in 0..64 {
            let wait = policy.next(&error, Repeat::Harmless, repeated).unwrap();
            let whole = policy.first.saturating_mul(1 << repeated.min(20)).min(policy.longest);
            assert!(wait >= whole / 2 && wait <= whole, "{repeated}: {wait:?}");
        }
    }
}

//! How eager a watcher is.

use std::time::Duration;

/// How eager a watcher is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Between two looks.
    pub interval: Duration,
    /// Before the second restart in a row; the first one is at once.
    pub first_pause: Duration,
    /// The pause that they grow to, each twice as long as the one before.
    pub longest_pause: Duration,
    /// A job that has run for so long begins with short pauses again.
    pub settled_after: Duration,
    /// Restarts within `window`; more wait until there is room again.
    pub budget: usize,
    /// The time that the budget is for.
    pub window: Duration,
    /// Copies that may fail from one state, without a checkpoint of their own, before an older one is taken.
    pub attempts: u32,
    /// Older states that are tried before it is given up.
    pub fallbacks: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(5),
            first_pause: Duration::from_secs(5),
            longest_pause: Duration::from_secs(300),
            settled_after: Duration::from_secs(600),
            budget: 12,
            window: Duration::from_secs(3600),
            attempts: 2,
            fallbacks: 3,
        }
    }
}

impl Policy {
    /// The pause before the restart that follows so many in a row.
    pub(super) fn pause(&self, in_a_row: u32) -> Duration {
        match in_a_row.checked_sub(1) {
            None => Duration::ZERO,
            Some(doublings) => self
                .first_pause
                .saturating_mul(2_u32.saturating_pow(doublings.min(20)))
                .min(self.longest_pause),
        }
    }
}

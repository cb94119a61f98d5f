//! The only places that ask the system for the environment and the time.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// An environment variable, if it is set and Unicode.
#[expect(clippy::disallowed_methods, reason = "this is the adapter that owns the environment")]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Who runs this, as the login says.
pub(crate) fn user() -> Option<String> {
    ["USER", "LOGNAME"].into_iter().filter_map(environment).find(|name| !name.is_empty())
}

/// The wall clock.
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// A running stopwatch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts one.
    #[expect(clippy::disallowed_methods, reason = "this is the adapter that owns the clock")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

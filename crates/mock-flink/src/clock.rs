//! What time it is in the simulation: the system's, or one that only moves when told.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where a virtual clock starts unless told otherwise: 2026-01-01T00:00:00Z.
const VIRTUAL_START: i64 = 1_767_225_600_000;

/// Real or virtual time.
#[derive(Debug)]
pub(crate) enum Clock {
    /// So many milliseconds beside the system's: a state that was loaded goes on from its own time.
    Real(AtomicI64),
    Virtual(AtomicI64),
}

impl Clock {
    pub(crate) fn system() -> Self {
        Self::Real(AtomicI64::new(0))
    }

    pub(crate) fn stopped() -> Self {
        Self::Virtual(AtomicI64::new(VIRTUAL_START))
    }

    /// Milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        match self {
            Self::Real(offset) => system_time().saturating_add(offset.load(Ordering::SeqCst)),
            Self::Virtual(millis) => millis.load(Ordering::SeqCst),
        }
    }

    /// It is `now` now, and goes on from there as before.
    pub(crate) fn set(&self, now: i64) {
        match self {
            Self::Real(offset) => offset.store(now.saturating_sub(system_time()), Ordering::SeqCst),
            Self::Virtual(millis) => millis.store(now, Ordering::SeqCst),
        }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self, Self::Virtual(_))
    }

    /// Moves a virtual clock; whether it is one.
    pub(crate) fn advance(&self, by: Duration) -> bool {
        match self {
            Self::Real(_) => false,
            Self::Virtual(millis) => {
                millis.fetch_add(i64::try_from(by.as_millis()).unwrap_or(0), Ordering::SeqCst);
                true
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the module that owns the clock")]
fn system_time() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}

//! What time it is in the simulation: the system's, or one that only moves when told.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where a virtual clock starts unless told otherwise: 2026-01-01T00:00:00Z.
const VIRTUAL_START: i64 = 1_767_225_600_000;

/// Real or virtual time.
#[derive(Debug)]
pub(crate) enum Clock {
    Real,
    Virtual(AtomicI64),
}

impl Clock {
    pub(crate) fn stopped() -> Self {
        Self::Virtual(AtomicI64::new(VIRTUAL_START))
    }

    /// Milliseconds since 1970.
    #[expect(clippy::disallowed_methods, reason = "this is the module that owns the clock")]
    pub(crate) fn now(&self) -> i64 {
        match self {
            Self::Real => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)),
            Self::Virtual(millis) => millis.load(Ordering::SeqCst),
        }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self, Self::Virtual(_))
    }

    /// Moves a virtual clock; whether it is one.
    pub(crate) fn advance(&self, by: Duration) -> bool {
        match self {
            Self::Real => false,
            Self::Virtual(millis) => {
                millis.fetch_add(i64::try_from(by.as_millis()).unwrap_or(0), Ordering::SeqCst);
                true
            }
        }
    }
}

//! How long to wait for something, and how often to look.

use std::time::Duration;

use tokio::time::Instant;

/// The first pause between two looks. A local cluster answers in a millisecond, and small jobs start in a few dozen.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);

/// The pause that the others grow to: nobody reads faster.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// A deadline, and the growing pauses on the way to it.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    timeout: Duration,
    deadline: Instant,
    pause: Duration,
    shortest: Duration,
    longest: Duration,
}

impl Patience {
    /// Waits no longer than this from now on.
    pub fn new(timeout: Duration) -> Self {
        let now = Instant::now();
        // A century where the sum would be out of range.
        let deadline = now.checked_add(timeout).unwrap_or(now + Duration::from_secs(3_000_000_000));
        Self { timeout, deadline, pause: SHORTEST_PAUSE, shortest: SHORTEST_PAUSE, longest: LONGEST_PAUSE }
    }

    /// With pauses that grow from one length to another.
    #[must_use]
    pub fn pausing(self, shortest: Duration, longest: Duration) -> Self {
        Self { pause: shortest, shortest, longest, ..self }
    }

    /// How long the whole wait may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Pauses; `false` when the time is up. The last pause ends at the deadline, so there is a last look then.
    pub(crate) async fn pause(&mut self) -> bool {
        let now = Instant::now();
        if now >= self.deadline {
            return false;
        }
        tokio::time::sleep(self.pause.min(self.deadline - now)).await;
        self.pause = (self.pause * 3 / 2).min(self.longest);
        true
    }

    /// The same deadline, with short pauses again.
    pub(crate) fn anew(&self) -> Self {
        Self { pause: self.shortest, ..*self }
    }
}

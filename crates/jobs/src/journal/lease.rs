//! Who works on a job. A lease is as alive as the process that holds it; where that cannot be seen from here, as its last sign.

use std::fs;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How often a holder gives a sign.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(5);

/// After so long without a sign, a process that cannot be seen from here counts as dead.
const SILENCE: Duration = Duration::from_secs(60);

/// Who works with the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// `user@host`.
    pub who: String,
    /// The boot and the process namespace in which `process` means something; empty where that is not known.
    pub place: String,
    /// The number of the process.
    pub process: u32,
    /// When the process was started, in ticks since the boot.
    pub started: u64,
}

impl Holder {
    /// This process, run by this user.
    pub fn this_process(user: &str) -> Self {
        let read = |path: &str| fs::read_to_string(path).ok().map(|text| text.trim().to_owned());
        let host = read("/proc/sys/kernel/hostname").unwrap_or_else(|| "localhost".to_owned());
        let place = (read("/proc/sys/kernel/random/boot_id"), fs::read_link("/proc/self/ns/pid"));
        let place = match place {
            (Some(boot), Ok(namespace)) => format!("{boot} {}", namespace.display()),
            _ => String::new(),
        };
        let process = std::process::id();
        Self { who: format!("{user}@{host}"), place, process, started: started(process).unwrap_or(0) }
    }

    /// Whether this other holder, which gave its last sign then, still works.
    pub(super) fn sees_alive(&self, other: &Self, sign: Timestamp, now: Timestamp) -> bool {
        if !self.place.is_empty() && self.place == other.place {
            return started(other.process) == Some(other.started);
        }
        let silent = now.duration_since(sign);
        Duration::try_from(silent).is_ok_and(|silent| silent < SILENCE)
    }
}

/// When a process was started; `None` where there is none. The 22nd field of `/proc/PID/stat`, the 20th after the name.
fn started(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace();
    // A process that has ended and was not yet waited for holds nothing.
    if fields.next()? == "Z" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_lives_as_long_as_its_process() {
        let this = Holder::this_process("ann");
        assert!(this.started > 0 && this.who.starts_with("ann@"));
        let now: Timestamp = "2026-11-26T12:00:00Z".parse().unwrap();
        let long_ago: Timestamp = "2026-11-26T10:00:00Z".parse().unwrap();
        assert!(this.sees_alive(&this, long_ago, now));
        // The number was given to another process since, or to none.
        assert!(!this.sees_alive(&Holder { started: this.started + 1, ..this.clone() }, now, now));
        assert!(!this.sees_alive(&Holder { process: u32::MAX, ..this.clone() }, now, now));
        let elsewhere = Holder { place: "elsewhere".to_owned(), process: u32::MAX, ..this.clone() };
        assert!(this.sees_alive(&elsewhere, now, now) && !this.sees_alive(&elsewhere, long_ago, now));
    }
}

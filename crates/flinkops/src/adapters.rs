//! The only places that ask the system for the environment and the time.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// An environment variable, if it is set and Unicode.
#[expect(clippy::disallowed_methods, reason = "this is the adapter that owns the environment")]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Who runs this, as the login says, or else the system.
pub(crate) fn user() -> Option<String> {
    let login = ["USER", "LOGNAME"].into_iter().filter_map(environment).find(|name| !name.is_empty());
    login.or_else(|| {
        name_in(&std::fs::read_to_string("/etc/passwd").ok()?, rustix::process::getuid().as_raw())
    })
}

/// The name of a user in the text of `/etc/passwd`.
fn name_in(passwd: &str, user: u32) -> Option<String> {
    let fields = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let mut names = fields.filter(|fields| fields.get(2).and_then(|id| id.parse().ok()) == Some(user));
    names.next().and_then(|fields| Some((*fields.first()?).to_owned()))
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

#[cfg(test)]
mod tests {
    #[test]
    fn users_have_names_in_passwd() {
        let passwd = "root:x:0:0::/root:/bin/sh\n\nann:x:1000:1000::/home/ann:/bin/sh\n";
        assert_eq!(super::name_in(passwd, 1000).as_deref(), Some("ann"));
        assert_eq!(super::name_in(passwd, 7), None);
    }
}

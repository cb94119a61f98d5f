//! Whether TLS is on, and where its parts are set.

use ops_core::conf::Entry;

use crate::subject::Subject;

/// The two connections that TLS can be on for.
pub(crate) const SCOPES: [&str; 2] = ["internal", "rest"];

/// The entry that switches TLS on. Before 2.0, `security.ssl.enabled` stands in for a switch that is not set.
pub(crate) fn enabled<'a>(subject: &Subject<'a>, scope: &str) -> Option<&'a Entry> {
    let key = format!("security.ssl.{scope}.enabled");
    match subject.entry(&key) {
        Some(_) => subject.enabled(&key),
        None => subject.enabled("security.ssl.enabled"),
    }
}

/// The entry that sets a part (`keystore`, `truststore-password` …): that of the scope, or the common one.
pub(crate) fn part<'a>(subject: &Subject<'a>, scope: &str, part: &str) -> Option<&'a Entry> {
    let own = subject.entry(&format!("security.ssl.{scope}.{part}"));
    own.or_else(|| subject.entry(&format!("security.ssl.{part}"))).filter(|entry| !entry.value.is_empty())
}

//! FC057: jobs from anybody.

use super::exposure::{Exposure, exposure};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::rules::tls::switch;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Submitting or cancelling jobs by the web interface is asked for (`web.submit.enable`, `web.cancel.enable`), and the
    /// REST API is open to the network.
    ///
    /// ## Why it matters
    /// An uploaded jar runs as Flink's user. Open JobManagers are looked for and used to run other people's programs.
    ///
    /// ## Example
    /// ```yaml
    /// rest.bind-address: 0.0.0.0
    /// web.submit.enable: true
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the switch becomes false.
    "FC057", "open-rest-actions", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Exposure::Network(_) = exposure(subject) else { return };
    if switch::enabled(subject, "rest").is_some() {
        return;
    }
    for (key, what) in [("web.submit.enable", "run programs of theirs"), ("web.cancel.enable", "cancel jobs")]
    {
        let Some(entry) = subject.enabled(key) else { continue };
        let message = format!("strangers may {what}, since the REST API is open and `{}` is true", entry.key);
        let finding = subject.at_value(&RULE, entry, message, "set it to false, or close the REST API");
        findings.push(finding.with_unsafe_fix(vec![subject.give(key, "false")]));
    }
}

//! FC054: a REST API that anybody reaches.

use super::exposure::{Exposure, exposure};
use crate::finding::{Finding, Severity};
use crate::registry::define_rule;
use crate::rules::tls::switch;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The REST API listens on more than this host, without TLS. Without `rest.bind-address` it listens on every
    /// interface, even where `rest.address` is `localhost`; that is only noted, since 1.20 and later come so.
    ///
    /// ## Why it matters
    /// Whoever reaches the REST API may upload a jar and run it: everything that Flink's user may do on every host of the
    /// cluster. It asks for no name.
    ///
    /// ## Example
    /// ```yaml
    /// rest.address: jobmanager-host
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the API listens on this host only. Reach it through a tunnel, or secure it: `flinkops secure ssl` wires
    /// TLS with client certificates. None where Kubernetes or YARN run the cluster.
    "FC054", "open-rest", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if switch::enabled(subject, "rest").is_some() {
        return;
    }
    let (entry, severity, message) = match exposure(subject) {
        Exposure::None => return,
        Exposure::Network(entry) => (
            entry,
            Severity::Warning,
            "the REST API is open to the network without TLS or authentication".to_owned(),
        ),
        Exposure::Unnoticed(entry) => {
            let message = format!(
                "the REST API listens on every interface, since `rest.bind-address` is not set; `{}` does not limit it",
                entry.key
            );
            (entry, Severity::Info, message)
        }
    };
    let help = "set `rest.bind-address` to localhost, or enable TLS with client certificates (`flinkops secure ssl`)";
    let finding = subject.at_value(&RULE, entry, message, help).with_severity(severity);
    findings.push(match subject.is_managed() {
        true => finding,
        false => {
            let local = |key: &'static str| subject.give(key, "localhost");
            let mut edits = vec![local("rest.bind-address")];
            // Clients look where the API listens.
            if subject.entry("rest.address").is_some_and(|address| address.value != "localhost") {
                edits.push(local("rest.address"));
            } else if subject.entry("rest.address").is_none() {
                let value = "localhost".to_owned();
                edits.push(crate::finding::Edit::Append { key: "rest.address".to_owned(), value });
            }
            finding.with_unsafe_fix(edits)
        }
    });
}

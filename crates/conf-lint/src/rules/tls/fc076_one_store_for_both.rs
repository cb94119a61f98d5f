//! FC076: one certificate inside and outside.

use super::switch::{enabled, part};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Internal and REST TLS with the same truststore, while REST asks for client certificates; or with the same keystore.
    ///
    /// ## Why it matters
    /// Whoever is trusted to call the REST API is then trusted as a part of the cluster, and may register as a TaskManager or
    /// fetch jars. Give people certificates of another authority than the processes.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.internal.truststore: /etc/flink/truststore.p12
    /// security.ssl.rest.truststore: /etc/flink/truststore.p12
    /// ```
    ///
    /// ## Fix
    /// None: it takes a second authority.
    "FC076", "one-store-for-both", Info, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if enabled(subject, "internal").is_none() || enabled(subject, "rest").is_none() {
        return;
    }
    for name in ["keystore", "truststore"] {
        let (Some(internal), Some(rest)) = (part(subject, "internal", name), part(subject, "rest", name))
        else {
            continue;
        };
        if internal.value == rest.value {
            let message = format!("internal and REST connections use the same {name}");
            let help = "use stores of two authorities: one for the processes, one for people";
            findings.push(subject.at_value(&RULE, rest, message, help));
        }
    }
}

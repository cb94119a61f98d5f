//! FC064: stores for a TLS that is off.

use super::switch::{SCOPES, enabled};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A keystore or truststore for internal or REST TLS, which is not switched on.
    ///
    /// ## Why it matters
    /// Everything goes over the network in the clear, against what the file seems to say.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.internal.keystore: /etc/flink/internal.p12
    /// ```
    ///
    /// ## Fix
    /// None: set the switch when the stores are complete. `flinkops secure check` proves that they work.
    "FC064", "unused-stores", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for scope in SCOPES.into_iter().filter(|scope| enabled(subject, scope).is_none()) {
        let store = |part: &str| subject.entry(&format!("security.ssl.{scope}.{part}"));
        let Some(entry) = store("keystore").or_else(|| store("truststore")) else { continue };
        let switch = format!("security.ssl.{scope}.enabled");
        let message = format!("`{}` has no effect, since `{switch}` is not true", entry.key);
        findings.push(subject.at_key(&RULE, entry, message, format!("set `{switch}` to true")));
    }
}

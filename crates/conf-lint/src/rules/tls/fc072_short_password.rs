//! FC072: passwords that are guessed by trying.

use ops_core::well_known::is_well_known;

use super::fc004_well_known_password::generate;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A password of fewer than 8 characters.
    ///
    /// ## Why it matters
    /// The password of a store is tried on a copy of it, as fast as machines can.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.internal.keystore-password: Kq7vX
    /// ```
    ///
    /// ## Fix
    /// Unsafe, for stores: as for FC004, a generated password, with which the stores must be issued again.
    "FC072", "short-password", Warning, since "0.1.0", check
}

const LEAST: usize = 8;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries().filter(|entry| entry.key.to_ascii_lowercase().ends_with("password")) {
        let value = entry.value.trim_matches(['"', '\'']);
        if value.is_empty() || value.chars().count() >= LEAST || is_well_known(value) {
            continue;
        }
        let message = format!("the value of `{}` has fewer than {LEAST} characters", entry.key);
        let finding = subject.at_value(&RULE, entry, message, "use a generated one");
        findings.push(generate(subject, entry, finding));
    }
}

//! FC004: passwords that everybody knows.

use ops_core::conf::Entry;
use ops_core::well_known::is_well_known;

use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A password from the examples of manuals and the top of every list of leaked passwords: `password`,
    /// `changeit`, `123456` and their like.
    ///
    /// ## Why it matters
    /// Whoever gets hold of the store (a backup, an image, a world-readable directory) has the private key of the
    /// cluster, and with it every right inside. The password is the only thing that could have stopped him.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.internal.keystore-password: changeit
    /// ```
    ///
    /// ## Fix
    /// Unsafe, for stores: a generated password takes the place of the old one, wherever that is used for a store. The
    /// stores must be issued again with it (`flinkops pki issue --password-from …`, or `flinkops secure ssl`). Keep the
    /// file readable by Flink's user alone. The finding does not repeat the password.
    "FC004", "well-known-password", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries().filter(|entry| entry.key.to_ascii_lowercase().ends_with("password")) {
        // In flink-conf.yaml, quotes are part of the value; they do not make it better.
        let value = entry.value.trim_matches(['"', '\'']);
        if is_well_known(value) {
            let message = format!("the value of `{}` is among the first that anybody tries", entry.key);
            let help = "issue the store again with a generated password, and set that".to_owned();
            let finding = subject.at_value(&RULE, entry, message, help);
            findings.push(generate(subject, entry, finding));
        }
    }
}

/// The finding with the fix that puts a generated password in place of this one, if it is a store's.
pub(super) fn generate(subject: &Subject<'_>, entry: &Entry, finding: Finding) -> Finding {
    if !is_of_store(&entry.key) {
        return finding;
    }
    // One store has one password, which several keys repeat.
    let same = subject.entries().filter(|other| is_of_store(&other.key) && other.value == entry.value);
    let keys = same.map(|other| other.key.clone()).collect();
    finding.with_unsafe_fix(vec![Edit::Generate { keys }])
}

/// Whether the password belongs to a store of TLS, which is the operator's own to issue again.
fn is_of_store(key: &str) -> bool {
    key.starts_with("security.ssl.") && key.ends_with("password")
}

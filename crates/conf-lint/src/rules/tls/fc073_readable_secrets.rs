//! FC073: secrets that everybody on the host may read.

use ops_core::conf::is_sensitive;

use crate::finding::{Finding, Severity};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Passwords or keys in a configuration file that every user of the host may read, or that others may write.
    ///
    /// ## Why it matters
    /// Every process on the host learns the passwords. Who may write the file runs commands as Flink's user, through
    /// `env.java.opts`.
    ///
    /// ## Example
    /// A `config.yaml` of mode 0644 with `security.ssl.internal.key-password` in it.
    ///
    /// ## Fix
    /// None in the text: `chmod 600` the file, and give it to Flink's user. `flinkops conf fix --unsafe-fixes` takes it out
    /// of other users' sight.
    "FC073", "readable-secrets", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(mode) = subject.mode() else { return };
    let Some(secret) = subject.entries().find(|entry| is_sensitive(&entry.key) && !entry.value.is_empty())
    else {
        return;
    };
    let (severity, who) = match mode {
        _ if mode & 0o002 != 0 => (Severity::Error, "every user of the host may read and write it"),
        _ if mode & 0o020 != 0 => (Severity::Error, "its group may write it"),
        _ if mode & 0o004 != 0 => (Severity::Warning, "every user of the host may read it"),
        _ => return,
    };
    let message = format!("the file holds secrets such as `{}`, and {who} (mode {mode:04o})", secret.key);
    let help = format!("chmod 600 {}", subject.file());
    findings.push(subject.at_key(&RULE, secret, message, help).with_severity(severity));
}

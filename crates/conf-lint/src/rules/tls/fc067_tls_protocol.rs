//! FC067: versions of TLS that do not work.

use crate::finding::{Finding, Severity};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A `security.ssl.protocol` that is a list, is no version of TLS, or one that Java has switched off.
    ///
    /// ## Why it matters
    /// Flink takes one version. A list ends the JobManager; with TLS 1.1 or older no connection comes up.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.protocol: TLSv1.2,TLSv1.3
    /// ```
    ///
    /// ## Fix
    /// Unsafe: `TLSv1.2`, the default.
    "FC067", "tls-protocol", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "security.ssl.protocol";
    let Some(entry) = subject.set(key) else { return };
    let (severity, message) = match entry.value.trim() {
        "TLSv1.2" | "TLSv1.3" => return,
        "TLS" | "TLSv1" | "TLSv1.1" | "SSLv3" | "SSL" | "SSLv2Hello" => (
            Severity::Warning,
            format!("`{key}` is {}, which is not safe and mostly switched off", entry.value),
        ),
        list if list.contains([',', ';', ' ']) => {
            (Severity::Error, format!("`{key}` is a list, and Flink takes one version"))
        }
        _ => (Severity::Error, format!("`{key}` is {}, which is no version of TLS", entry.value)),
    };
    let finding = subject.at_value(&RULE, entry, message, "use TLSv1.2 or TLSv1.3").with_severity(severity);
    findings.push(finding.with_unsafe_fix(vec![subject.give(key, "TLSv1.2")]));
}

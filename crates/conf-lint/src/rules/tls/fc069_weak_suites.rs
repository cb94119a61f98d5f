//! FC069: cipher suites of yesterday.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Cipher suites without encryption or authentication, with broken ciphers, or without forward secrecy (`TLS_RSA_…`).
    ///
    /// ## Why it matters
    /// Java has switched most of them off, so that no connection comes up; the rest can be read later by whoever gets the
    /// key. Modern clients do not offer them.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.algorithms: TLS_RSA_WITH_AES_128_CBC_SHA
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the weak ones go; where none is left, those that Flink 1.20 has by default take their place.
    "FC069", "weak-suites", Warning, since "0.1.0", check
}

const WEAK: [&str; 8] = ["NULL", "ANON", "EXPORT", "RC4", "DES", "MD5", "TLS_RSA_", "SSL_"];
const DEFAULT: &str = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "security.ssl.algorithms";
    let Some(entry) = subject.set(key) else { return };
    let is_weak = |suite: &&str| {
        let upper = suite.to_ascii_uppercase();
        WEAK.iter()
            .any(|weak| if weak.ends_with('_') { upper.starts_with(weak) } else { upper.contains(weak) })
    };
    let suites: Vec<&str> = entry.value.split(',').map(str::trim).collect();
    let weak: Vec<&str> = suites.iter().copied().filter(is_weak).collect();
    if weak.is_empty() {
        return;
    }
    let rest: Vec<&str> = suites.iter().copied().filter(|suite| !is_weak(suite)).collect();
    let value = if rest.is_empty() { DEFAULT.to_owned() } else { rest.join(",") };
    let message = format!("{} {} weak", weak.join(" and "), if weak.len() == 1 { "is" } else { "are" });
    let finding = subject.at_value(&RULE, entry, message, format!("set it to `{value}`"));
    findings.push(finding.with_unsafe_fix(vec![subject.give(key, value)]));
}

//! FC042: a changelog that is not kept.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The changelog state backend without storage for the changes.
    ///
    /// ## Why it matters
    /// By default they are kept in memory, which is made for tests: they are lost with the process, and the heap fills.
    ///
    /// ## Example
    /// ```yaml
    /// state.backend.changelog.enabled: true
    /// ```
    ///
    /// ## Fix
    /// None: set the storage to `filesystem`, and its directory by `dstl.dfs.base-path`.
    "FC042", "changelog-in-memory", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(enabled) = subject.enabled("state.backend.changelog.enabled") else { return };
    let key = "state.backend.changelog.storage";
    let (name, path) = (subject.name(key), subject.name("dstl.dfs.base-path"));
    let storage = subject.text(key).map(|storage| storage.value);
    if storage.as_deref() == Some("memory") {
        let message = format!("`{name}` is memory, so the changes of state are lost with the process");
        let help = format!("set `{name}` to filesystem, and `{path}` to its directory");
        findings.push(subject.at_key(&RULE, enabled, message, help));
    } else if subject.set(path).is_none() {
        let message = format!("`{}` is true, and `{path}` is not set", enabled.key);
        findings.push(subject.at_key(
            &RULE,
            enabled,
            message,
            format!("set `{path}` to a directory that every host reaches"),
        ));
    }
}

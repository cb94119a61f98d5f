//! FC015: references to environment variables.

use ops_core::conf::is_sensitive;

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A value with `${NAME}` in it.
    ///
    /// ## Why it matters
    /// Flink puts no variables into its configuration: it looks for a host or directory of that very name. Only
    /// something before Flink can do it, such as the entrypoint of its container image.
    ///
    /// ## Example
    /// ```yaml
    /// high-availability.storageDir: s3://${BUCKET}/ha
    /// ```
    ///
    /// ## Fix
    /// None: write the value, or allow the finding where a tool fills the file in before Flink reads it.
    "FC015", "unexpanded-variable", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries() {
        // What the JVM or a shell in a container gets may hold variables of theirs.
        if entry.key.starts_with("env.java.") || entry.key.starts_with("containerized.") {
            continue;
        }
        let Some(name) = variable(&entry.value) else { continue };
        let shown = if is_sensitive(&entry.key) { "${…}".to_owned() } else { format!("${{{name}}}") };
        let message = format!("Flink does not fill in `{shown}` in the value of `{}`", entry.key);
        let help = "write the value, or let a tool fill the file in before Flink reads it";
        findings.push(subject.at_value(&RULE, entry, message, help));
    }
}

fn variable(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("${")?;
    let (name, _) = rest.split_once('}')?;
    (!name.is_empty()).then_some(name)
}

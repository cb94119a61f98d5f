//! FC016: values that a template left to be filled in.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A value that stands for one: `<bucket>`, `CHANGEME`, `TODO`, `your-password`.
    ///
    /// ## Why it matters
    /// The template was copied and not completed.
    ///
    /// ## Example
    /// ```yaml
    /// high-availability.zookeeper.quorum: <zk-hosts>
    /// ```
    ///
    /// ## Fix
    /// None: only the writer knows the value.
    "FC016", "placeholder-value", Warning, since "0.1.0", check
}

const WORDS: [&str; 8] = ["change_me", "change-me", "fixme", "replace_me", "replaceme", "tbd", "todo", "xxx"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries() {
        // The scopes of metrics have placeholders of their own.
        if !entry.key.starts_with("metrics.scope.") && is_placeholder(&entry.value) {
            let message = format!("the value of `{}` is a placeholder", entry.key);
            findings.push(subject.at_value(&RULE, entry, message, "write the value"));
        }
    }
}

fn is_placeholder(value: &str) -> bool {
    let plain = value.to_ascii_lowercase();
    let bracketed = plain.starts_with('<') && plain.ends_with('>') && plain.len() > 2;
    bracketed || WORDS.contains(&plain.as_str()) || plain.starts_with("your-") || plain.starts_with("your_")
}

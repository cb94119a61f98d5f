//! FC014: quotes that are part of the value.

use ops_core::catalogue::{Known, OptionType};
use ops_core::conf::is_sensitive;
use ops_core::version::Dialect;

use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// In `flink-conf.yaml`, a text in quotes. That file is no YAML: the quotes are part of the value.
    ///
    /// ## Why it matters
    /// Flink looks for a file, a host or a password with quotes in its name.
    ///
    /// ## Example
    /// ```yaml
    /// state.savepoints.dir: "hdfs:///flink/savepoints"
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the quotes are removed, and Flink reads another value. Not for secrets, which no finding repeats. Quotes
    /// that mean something (in lists, and around `env.java.opts`, where the start scripts take them off) are left alone.
    "FC014", "literal-quotes", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.dialect() != Dialect::Legacy {
        return;
    }
    for entry in subject.entries().filter(|entry| !entry.key.starts_with("env.java.")) {
        let quoted =
            ['"', '\''].iter().find_map(|quote| entry.value.strip_prefix(*quote)?.strip_suffix(*quote));
        let Some(inner) = quoted.filter(|inner| !inner.is_empty()) else { continue };
        let text = match subject.known(entry) {
            Some(Known::Option(option) | Known::Alias { option, .. }) => {
                option.value_type == OptionType::String
            }
            Some(Known::MapEntry(_) | Known::Family(_)) => true,
            None => false,
        };
        if !text {
            continue;
        }
        let message = format!("the quotes are part of the value of `{}`", entry.key);
        let finding = subject.at_value(&RULE, entry, message, "write the value without quotes");
        findings.push(match is_sensitive(&entry.key) {
            true => finding,
            false => {
                let edit = Edit::Set { key: entry.key.clone(), value: inner.trim().to_owned() };
                finding.with_unsafe_fix(vec![edit])
            }
        });
    }
}

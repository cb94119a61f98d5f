//! FC090: classes that are looked for in the wrong place first.

use crate::finding::{Finding, Severity};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `classloader.resolve-order` other than `child-first`.
    ///
    /// ## Why it matters
    /// With `parent-first`, a job gets the libraries in Flink's `lib/` even where it brings its own versions, and fails with
    /// `NoSuchMethodError` and the like after an upgrade. Another word is refused.
    ///
    /// ## Example
    /// ```yaml
    /// classloader.resolve-order: parent-first
    /// ```
    ///
    /// ## Fix
    /// Unsafe: `child-first`, the default. Packages that must come from Flink are named in
    /// `classloader.parent-first-patterns.additional`.
    "FC090", "parent-first", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "classloader.resolve-order";
    let Some(entry) = subject.set(key) else { return };
    let finding = match entry.value.to_ascii_lowercase().as_str() {
        "child-first" => return,
        "parent-first" => {
            let message = "jobs get the libraries of Flink's lib/ even where they bring their own";
            let help = "name the packages in `classloader.parent-first-patterns.additional` instead";
            subject.at_value(&RULE, entry, message, help)
        }
        _ => {
            let message = format!("Flink knows no resolve order `{}` and refuses it", entry.value);
            subject.at_value(&RULE, entry, message, "use child-first").with_severity(Severity::Error)
        }
    };
    findings.push(finding.with_unsafe_fix(vec![subject.give(key, "child-first")]));
}

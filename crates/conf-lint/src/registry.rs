//! The rules there are.

use crate::finding::{Finding, Severity};
use crate::rules;
use crate::subject::Subject;

/// A rule.
pub struct Rule {
    /// `FC` and three digits; never reused.
    pub code: &'static str,
    /// A few words, joined by hyphens.
    pub name: &'static str,
    /// How bad its findings usually are.
    pub severity: Severity,
    /// The release of flinkops that brought it.
    pub since: &'static str,
    /// What it finds, why that matters, an example and its fix, in Markdown, line by line.
    pub documentation: &'static [&'static str],
    pub(crate) check: fn(&Subject<'_>, &mut Vec<Finding>),
}

impl Rule {
    /// The documentation as one text.
    pub fn explanation(&self) -> String {
        let lines = self.documentation.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Every rule, by code.
pub const RULES: &[&Rule] = &[
    &rules::fc001_unknown_key::RULE,
    &rules::fc002_wrong_value::RULE,
    &rules::fc003_ssl_incomplete::RULE,
    &rules::fc004_well_known_password::RULE,
    &rules::fc005_dropped_line::RULE,
    &rules::fc006_former_key::RULE,
    &rules::fc007_wrong_file::RULE,
    &rules::fc008_crossed_bounds::RULE,
    &rules::fc009_reporter_class::RULE,
];

/// The rule with this code, in either case.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(code))
}

/// Defines a rule. Its doc comment is both the item's and what `conf rule` shows, so the two cannot differ.
macro_rules! define_rule {
    ($(#[doc = $line:literal])* $code:literal, $name:literal, $severity:ident, since $since:literal, $check:path) => {
        $(#[doc = $line])*
        pub(crate) static RULE: $crate::registry::Rule = $crate::registry::Rule {
            code: $code,
            name: $name,
            severity: $crate::finding::Severity::$severity,
            since: $since,
            documentation: &[$($line),*],
            check: $check,
        };
    };
}
pub(crate) use define_rule;

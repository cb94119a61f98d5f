//! FC012: entries of a map that the map itself hides.

use ops_core::catalogue::{Known, OptionType};

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// An option of pairs that is set as a whole (`option: a:1,b:2`) and by single entries (`option.c: 3`).
    ///
    /// ## Why it matters
    /// Where the option itself is set, Flink does not look for single entries: they are read and swallowed.
    ///
    /// ## Example
    /// ```yaml
    /// pipeline.global-job-parameters: stage:prod
    /// pipeline.global-job-parameters.region: eu
    /// ```
    /// No job sees the region.
    ///
    /// ## Fix
    /// None: write all pairs in one of the two ways.
    "FC012", "swallowed-entries", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries() {
        let Some(Known::MapEntry(option)) = subject.known(entry) else { continue };
        debug_assert_eq!(option.value_type, OptionType::Map);
        let Some(whole) = subject.entry(option.key) else { continue };
        let message = format!(
            "`{}` is set as a whole in line {}, so Flink does not see `{}`",
            whole.key, whole.line, entry.key
        );
        let help = format!("write the pair into `{}`, or every pair as an entry of its own", whole.key);
        findings.push(subject.at_key(&RULE, entry, message, help));
    }
}

//! FC010: exceptions that allow nothing.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// An exception, by comment or in `flinkops.yaml`, for a rule that finds nothing there.
    ///
    /// ## Why it matters
    /// What it excused has been mended, or it never stood in the right place. Left behind, it will hide the next
    /// mistake.
    ///
    /// ## Example
    /// ```yaml
    /// rest.bind-address: localhost # flinkops: allow(FC054) behind a proxy
    /// ```
    ///
    /// ## Fix
    /// None: remove the exception, or move it to the line of the finding.
    "FC010", "needless-allow", Warning, since "0.1.0", check
}

/// The findings come from where the exceptions are applied, after all other rules.
fn check(_: &Subject<'_>, _: &mut Vec<Finding>) {}

pub(crate) fn report(subject: &Subject<'_>, file: &str, place: (usize, usize), code: &str) -> Finding {
    let message = format!("{code} is allowed here, and finds nothing");
    subject.in_file(&RULE, file, place, message, "remove the exception")
}

//! FC011: exceptions that cannot be read.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A comment that begins with `flinkops:` and is no exception: another word than `allow`, no rule, no reason, or a
    /// rule that does not exist.
    ///
    /// ## Why it matters
    /// The exception does not hold. A reason is asked for because the next reader has to judge whether it still does.
    ///
    /// ## Example
    /// ```yaml
    /// rest.bind-address: 0.0.0.0 # flinkops: allow(FC054)
    /// ```
    ///
    /// ## Fix
    /// None: only the writer knows the reason.
    "FC011", "unreadable-allow", Warning, since "0.1.0", check
}

/// The findings come from where the exceptions are applied, after all other rules.
fn check(_: &Subject<'_>, _: &mut Vec<Finding>) {}

pub(crate) fn report(subject: &Subject<'_>, file: &str, place: (usize, usize), why: String) -> Finding {
    let message = format!("this exception does not hold: {why}");
    let help = "write `# flinkops: allow(FC012) the reason`, with the code of the finding";
    subject.in_file(&RULE, file, place, message, help)
}

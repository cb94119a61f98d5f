//! FC083: reporters that are named and not configured.

use super::reporters::{listed, option};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A name in `metrics.reporters` without `metrics.reporter.<name>.factory.class`.
    ///
    /// ## Why it matters
    /// No reporter of that name starts, and no metrics arrive. Names are separated by commas; with blanks, they are one.
    ///
    /// ## Example
    /// ```yaml
    /// metrics.reporters: prom
    /// metrics.reporter.prom.port: 9249
    /// ```
    ///
    /// ## Fix
    /// None: set the factory of the reporter that is meant.
    "FC083", "reporter-without-factory", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some((names, entry)) = listed(subject) else { return };
    for name in names {
        // A former class is a finding by itself.
        if option(subject, name, "factory.class").is_none() && option(subject, name, "class").is_none() {
            let message = format!("the reporter `{name}` has no factory, so it does not start");
            let help = format!("set `metrics.reporter.{name}.factory.class`, or take the name out");
            findings.push(subject.at_value(&RULE, entry, message, help));
        }
    }
}

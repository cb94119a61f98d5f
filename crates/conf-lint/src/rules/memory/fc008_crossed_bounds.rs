//! FC008: lower bounds above their upper bounds.

use ops_core::units::MemorySize;

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The lower bound of network memory or JVM overhead above its upper bound, counting the default of the one that
    /// is not set.
    ///
    /// ## Why it matters
    /// The process does not start.
    ///
    /// ## Example
    /// ```yaml
    /// taskmanager.memory.jvm-overhead.min: 2g
    /// ```
    /// The upper bound is 1 GB by default.
    ///
    /// ## Fix
    /// None: either bound may be the wrong one.
    "FC008", "crossed-bounds", Error, since "0.1.0", check
}

const RANGES: [&str; 3] =
    ["taskmanager.memory.network", "taskmanager.memory.jvm-overhead", "jobmanager.memory.jvm-overhead"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for range in RANGES {
        let bound = |name: &str| {
            let option = subject.catalogue.option(&format!("{range}.{name}"))?;
            let entry = subject.entry_of(&option);
            let text = entry.map(|entry| entry.value.clone()).or(option.default.map(Into::into))?;
            let size = MemorySize::parse(&text).ok()?;
            Some((entry, text, size))
        };
        let (Some(lower), Some(upper)) = (bound("min"), bound("max")) else { continue };
        let Some(entry) = lower.0.or(upper.0).filter(|_| lower.2 > upper.2) else { continue };
        let said = |entry: Option<_>| if entry.is_some() { "" } else { " (the default)" };
        let message = format!(
            "`{range}.min` is {}{}, more than `{range}.max`, {}{}",
            lower.1,
            said(lower.0),
            upper.1,
            said(upper.0)
        );
        let help = format!("lower `{range}.min` or raise `{range}.max`");
        findings.push(subject.at_value(&RULE, entry, message, help));
    }
}

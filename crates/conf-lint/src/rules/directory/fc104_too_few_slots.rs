//! FC104: jobs that wait for slots which will not come.

use crate::finding::Finding;
use crate::host_list::hosts;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A `parallelism.default` above the slots of all TaskManagers in `workers`.
    ///
    /// ## Why it matters
    /// A job that says nothing about its parallelism does not start: `NoResourceAvailableException` after 5 minutes.
    ///
    /// ## Example
    /// ```yaml
    /// parallelism.default: 16
    /// taskmanager.numberOfTaskSlots: 4
    /// ```
    /// with three hosts in `workers`.
    ///
    /// ## Fix
    /// None: lower the parallelism, or add slots or hosts.
    "FC104", "too-few-slots", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(workers) = subject.companion("workers") else { return };
    let (parallelism, slots) =
        (subject.number("parallelism.default"), subject.number("taskmanager.numberOfTaskSlots"));
    let (Some(parallelism), Some(slots)) = (parallelism, slots) else { return };
    let Some(entry) = parallelism.entry.filter(|_| !subject.is_managed()) else { return };
    let hosts = hosts(workers).len();
    let each = slots.value.max(1.0);
    let all = each * f64::from(u32::try_from(hosts).unwrap_or(u32::MAX));
    if parallelism.value > all {
        let message = format!(
            "{hosts} TaskManagers with {each} slots have {all} slots for a parallelism of {}",
            entry.value
        );
        let help = "lower it, raise `taskmanager.numberOfTaskSlots`, or add workers";
        findings.push(subject.at_value(&RULE, entry, message, help));
    }
}

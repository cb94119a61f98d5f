//! FC046: options of a restart strategy that is not the chosen one.

use super::strategy;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `restart-strategy.<name>.…` while another strategy is chosen, or none.
    ///
    /// ## Why it matters
    /// Flink reads the options of the chosen strategy only. Jobs restart as often, and as fast, as that one's defaults say.
    ///
    /// ## Example
    /// ```yaml
    /// restart-strategy.type: exponential-delay
    /// restart-strategy.fixed-delay.attempts: 10
    /// ```
    ///
    /// ## Fix
    /// Unsafe, where no strategy is chosen and the options are all of one: that one is chosen.
    "FC046", "options-of-another-strategy", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let chosen = strategy::entry(subject);
    let name = chosen.and_then(|entry| strategy::known(&entry.value));
    // An unknown strategy is a finding by itself.
    if chosen.is_some() && name.is_none() {
        return;
    }
    let of = |key: &str| strategy::names().find(|name| key.starts_with(&format!("restart-strategy.{name}.")));
    let all: Vec<&str> = subject.entries().filter_map(|entry| of(&entry.key)).collect();
    for entry in subject.entries() {
        let Some(owner) = of(&entry.key).filter(|owner| Some(*owner) != name) else { continue };
        let finding = match chosen {
            Some(chosen) => {
                let message =
                    format!("`{}` has no effect, since `{}` is {}", entry.key, chosen.key, chosen.value);
                subject.at_key(
                    &RULE,
                    entry,
                    message,
                    format!("set `{}` to {owner}, or remove it", chosen.key),
                )
            }
            None => {
                let key = subject.name("restart-strategy");
                let message = format!("`{}` may have no effect, since `{key}` is not set", entry.key);
                let finding = subject.at_key(&RULE, entry, message, format!("set `{key}` to {owner}"));
                match all.iter().all(|other| *other == owner) {
                    true => finding.with_unsafe_fix(vec![subject.give("restart-strategy", owner)]),
                    false => finding,
                }
            }
        };
        findings.push(finding);
    }
}

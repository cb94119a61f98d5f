//! Which restart strategy a configuration chooses.

use ops_core::conf::Entry;

use crate::subject::Subject;

/// The names that Flink takes, the usual one first.
const NAMES: [(&str, &[&str]); 4] = [
    ("none", &["none", "off", "disable"]),
    ("fixed-delay", &["fixed-delay", "fixeddelay"]),
    ("failure-rate", &["failure-rate", "failurerate"]),
    ("exponential-delay", &["exponential-delay", "exponentialdelay"]),
];

pub(super) fn entry<'a>(subject: &Subject<'a>) -> Option<&'a Entry> {
    subject.set("restart-strategy")
}

/// The usual name of a strategy; `None` where Flink has none of that name.
pub(super) fn known(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(usual, _)| *usual)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(usual, _)| *usual)
}

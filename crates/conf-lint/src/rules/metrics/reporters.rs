//! The metric reporters of a configuration.

use ops_core::conf::Entry;

use crate::subject::Subject;

pub(super) const PREFIX: &str = "metrics.reporter.";

/// The entries that name the factory of a reporter, with the reporter's name.
pub(super) fn factories<'a>(subject: &Subject<'a>) -> impl Iterator<Item = (&'a str, &'a Entry)> + use<'a> {
    subject.below(PREFIX).filter_map(|entry| {
        let name = entry.key.strip_prefix(PREFIX)?.strip_suffix(".factory.class")?;
        (!name.contains('.')).then_some((name, entry))
    })
}

/// The names in `metrics.reporters`, where it is set.
pub(super) fn listed<'a>(subject: &Subject<'a>) -> Option<(Vec<&'a str>, &'a Entry)> {
    let entry = subject.set("metrics.reporters")?;
    let names = entry.value.split(',').map(str::trim).filter(|name| !name.is_empty());
    Some((names.collect(), entry))
}

/// An option of one reporter.
pub(super) fn option<'a>(subject: &Subject<'a>, name: &str, option: &str) -> Option<&'a Entry> {
    subject.entry(&format!("{PREFIX}{name}.{option}"))
}

//! Which kind of high availability a configuration chooses.

use ops_core::conf::Entry;

use crate::subject::Subject;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    None,
    ZooKeeper,
    Kubernetes,
    /// A factory of somebody's.
    Class,
    Unknown,
}

pub(crate) fn entry<'a>(subject: &Subject<'a>) -> Option<&'a Entry> {
    subject.set("high-availability")
}

pub(crate) fn mode(subject: &Subject<'_>) -> Mode {
    let Some(entry) = entry(subject) else { return Mode::None };
    match entry.value.to_ascii_lowercase().as_str() {
        "none" | "standalone" => Mode::None,
        "zookeeper" => Mode::ZooKeeper,
        "kubernetes" => Mode::Kubernetes,
        name if name.contains('.') => Mode::Class,
        _ => Mode::Unknown,
    }
}

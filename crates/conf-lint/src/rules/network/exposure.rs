//! Who reaches the REST API.

use ops_core::conf::Entry;

use crate::host_list::is_loopback;
use crate::policy::Reader;
use crate::subject::Subject;

/// How far the REST API is open.
#[derive(Clone, Copy)]
pub(super) enum Exposure<'a> {
    /// To this host only, or nothing is said about it, or no JobManager reads it.
    None,
    /// To every host, which the entry shows.
    Network(&'a Entry),
    /// To every host, while the entry names an address of this one.
    Unnoticed(&'a Entry),
}

/// Without `rest.bind-address`, the REST API listens on every interface, whatever `rest.address` says.
pub(super) fn exposure<'a>(subject: &Subject<'a>) -> Exposure<'a> {
    if !subject.is_read_by(Reader::JobManager) {
        return Exposure::None;
    }
    if let Some(bind) = subject.set("rest.bind-address") {
        return if is_loopback(&bind.value) { Exposure::None } else { Exposure::Network(bind) };
    }
    match subject.set("rest.address") {
        Some(address) if !is_loopback(&address.value) => Exposure::Network(address),
        Some(address) if address.key == "rest.address" => Exposure::Unnoticed(address),
        _ => Exposure::None,
    }
}

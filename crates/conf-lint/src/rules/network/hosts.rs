//! Whether a cluster spans several hosts.

use crate::host_list::{hosts, is_loopback, is_wildcard};
use crate::subject::Subject;

/// A worker or the JobManager's address is not this host.
pub(crate) fn spans_hosts(subject: &Subject<'_>) -> bool {
    has_remote_workers(subject)
        || subject
            .set("jobmanager.rpc.address")
            .is_some_and(|entry| !is_loopback(&entry.value) && !is_wildcard(&entry.value))
}

/// A worker is not this host.
pub(crate) fn has_remote_workers(subject: &Subject<'_>) -> bool {
    subject.companion("workers").is_some_and(|list| hosts(list).iter().any(|host| !host.is_loopback()))
}

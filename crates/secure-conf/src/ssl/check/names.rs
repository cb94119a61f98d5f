//! The names by which clients reach the REST endpoint and TaskManagers each other, against those in their certificates.

use std::net::IpAddr;

use ops_core::conf::ConfDocument;
use pki::verify::certificates::covers;

use super::examination::{Examination, is_true};
use super::finding::{Finding, FindingKind, Scope};
use super::material::Identity;
use crate::ssl::facts;

/// An address, and the setting that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A host name or an IP address.
    pub host: String,
    /// A configuration key, or `masters`.
    pub origin: String,
}

/// The addresses by which clients reach what serves with the REST certificate, each once.
pub fn rest_addresses(doc: &ConfDocument, masters: &[String]) -> Vec<Address> {
    let mut addresses: Vec<Address> = Vec::new();
    let mut add = |host: &str, origin: &str| {
        // `0.0.0.0` is where to listen, not a name that anyone connects to.
        let unspecified = host.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
        if !unspecified && !host.is_empty() && addresses.iter().all(|known| known.host != host) {
            addresses.push(Address { host: host.to_owned(), origin: origin.to_owned() });
        }
    };
    // Clients reach REST by `rest.address`, or by `jobmanager.rpc.address` where that is not set.
    match doc.get("rest.address") {
        Some(address) => add(address, "rest.address"),
        None => add(doc.get("jobmanager.rpc.address").unwrap_or_default(), "jobmanager.rpc.address"),
    }
    masters.iter().for_each(|host| add(host, "masters"));
    for key in ["sql-gateway.endpoint.rest.address", "historyserver.web.address"] {
        let serves = !key.starts_with("historyserver") || is_true(doc.get(facts::HISTORY_SERVER_SSL));
        if let Some(host) = doc.get(key).filter(|_| serves) {
            add(host, key);
        }
    }
    if let Some(cluster) = doc.get("kubernetes.cluster-id") {
        let namespace = doc.get("kubernetes.namespace").unwrap_or("default");
        add(&format!("{cluster}-rest.{namespace}"), "kubernetes.cluster-id");
    }
    addresses
}

pub(super) fn check(examination: &Examination<'_>, identity: &Identity, findings: &mut Vec<Finding>) {
    let info = &identity.identity.info;
    let missing: Vec<_> = rest_addresses(examination.doc, examination.masters)
        .into_iter()
        .filter(|address| !covers(info, &address.host))
        .collect();
    let Some(first) = missing.first() else { return };
    let names = info.names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let names = if names.is_empty() { "no name at all" } else { &names };
    let hosts = missing.iter().map(|address| address.host.as_str()).collect::<Vec<_>>().join(", ");
    let help =
        if missing.len() == 1 { "issue it anew with that name" } else { "issue it anew with these names" };
    let finding = Finding::error(
        FindingKind::NameMissing,
        Scope::Rest,
        Scope::Rest.key("keystore"),
        format!("the certificate in {} holds {names}, and clients reach it as {hosts}", identity.path),
        help,
    )
    .evidence(missing.iter().map(|address| format!("{} comes from {}", address.host, address.origin)));
    // Without name checks Flink's own clients connect all the same; others do not.
    let enforced = facts::has_rest_verify_hostname(examination.version)
        && is_true(examination.doc.get(facts::REST_VERIFY_HOSTNAME))
        && first.origin != "historyserver.web.address";
    findings.push(if enforced { finding } else { finding.warning() });
}

/// From 2.3 on a TaskManager wants the name of a peer's address in the peer's certificate. The address is the peer's
/// `taskmanager.host`; where that is not said, a certificate without any name fits none.
pub(super) fn check_internal(
    examination: &Examination<'_>,
    identity: &Identity,
    findings: &mut Vec<Finding>,
) {
    let doc = examination.doc;
    let option = facts::without_internal_names();
    let is_told = ["env.java.opts.all", "env.java.opts", "env.java.opts.taskmanager", "env.java.opts.tm"]
        .iter()
        .any(|key| doc.get(key).is_some_and(|options| options.split_whitespace().any(|word| word == option)));
    if is_told || !facts::compares_internal_names(examination.version) {
        return;
    }
    let info = &identity.identity.info;
    let is_task_manager = || doc.effective().any(|entry| entry.key.starts_with("taskmanager."));
    let reached = match doc.get("taskmanager.host") {
        Some(host) if covers(info, host) => return,
        Some(host) => format!("other TaskManagers reach this one as {host}"),
        None if info.names.is_empty() && is_task_manager() => {
            "other TaskManagers look for the name of this one".to_owned()
        }
        None => return,
    };
    let names = info.names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let names = if names.is_empty() { "no name at all" } else { &names };
    findings.push(Finding::error(
        FindingKind::InternalNameMissing,
        Scope::Internal,
        Scope::Internal.key("keystore"),
        format!("the certificate in {} holds {names}, and {reached}", identity.path),
        format!(
            "issue one with its name for each host (`flinkops pki bulk`), or add {option} to env.java.opts.all where all share one"
        ),
    ));
}

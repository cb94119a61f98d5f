//! The names by which clients reach the REST endpoint, against those in its certificate.

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

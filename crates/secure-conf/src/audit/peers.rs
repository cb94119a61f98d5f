//! Hosts against each other, as they meet on internal connections.
//!
//! Every identity has shaken hands with its own truststore by now. Here one identity of each chain meets each other set of
//! trusted certificates once: the work grows with the kinds of stores, not with the pairs of hosts.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use pki::verify::handshake::{Handshake, Protocol, Sides, shake_hands};
use rustls_pki_types::CertificateDer;

use super::codes;
use super::finding::{Finding, Severity};
use super::host::{Host, listed};
use crate::ssl::{self, Examined, Scope, facts};

/// A host with what its stores hold.
pub(super) type Member<'a> = (&'a Host, &'a Examined);

/// Checks the hosts of each cluster; the number is that of handshakes.
pub(super) fn check(members: &[Member<'_>], now: Timestamp, findings: &mut Vec<Finding>) -> usize {
    let mut clusters: BTreeMap<String, Vec<Member<'_>>> = BTreeMap::new();
    for member in members.iter().filter(|(host, _)| host.side == ssl::Side::Cluster) {
        clusters.entry(member.0.cluster()).or_default().push(*member);
    }
    let clusters = clusters.into_values().filter(|members| members.len() > 1);
    clusters.map(|members| one(&members, now, findings)).sum()
}

fn one(members: &[Member<'_>], now: Timestamp, findings: &mut Vec<Finding>) -> usize {
    settings(members, findings);
    pins(members, findings);
    trust(members, now, findings)
}

/// The settings that must be the same on every host.
fn settings(members: &[Member<'_>], findings: &mut Vec<Finding>) {
    let on: (Vec<_>, Vec<_>) = members.iter().partition(|(_, examined)| examined.internal.is_some());
    if let ([_, ..], [(without, _), ..]) = (on.0.as_slice(), on.1.as_slice()) {
        let message = format!(
            "internal TLS is on for {} and off for {}, so these do not reach each other",
            names(&on.0),
            names(&on.1)
        );
        let key = Scope::Internal.key("enabled");
        findings.push(without.finding(&codes::HOSTS_DISAGREE, &key, message, "switch it on everywhere"));
    }
    let mut by_protocol: BTreeMap<&str, Vec<&Member<'_>>> = BTreeMap::new();
    for member in members.iter().filter(|(_, examined)| examined.internal.is_some()) {
        let protocol = member.0.doc.get(facts::PROTOCOL).unwrap_or(facts::DEFAULT_PROTOCOL);
        by_protocol.entry(protocol).or_default().push(member);
    }
    if by_protocol.len() > 1 {
        let sides: Vec<_> = by_protocol
            .iter()
            .map(|(protocol, hosts)| format!("{protocol} on {}", names(hosts.iter().copied())))
            .collect();
        let fewest = by_protocol.values().min_by_key(|hosts| hosts.len()).and_then(|hosts| hosts.first());
        if let Some((host, _)) = fewest {
            let message = format!(
                "the hosts speak different versions of TLS: {}; these do not reach each other",
                sides.join(", ")
            );
            findings.push(host.finding(
                &codes::HOSTS_DISAGREE,
                facts::PROTOCOL,
                message,
                "set the same everywhere",
            ));
        }
    }
}

/// A pin must be that of every other host.
fn pins(members: &[Member<'_>], findings: &mut Vec<Finding>) {
    let key = Scope::Internal.key("cert.fingerprint");
    let mut by_pin: BTreeMap<String, Vec<&Member<'_>>> = BTreeMap::new();
    for member in members {
        let pin = member.0.doc.get(&key).filter(|_| member.1.internal.is_some());
        if let Some(pin) = pin {
            by_pin.entry(pin.replace(':', "").to_ascii_uppercase()).or_default().push(member);
        }
    }
    for (pin, pinning) in by_pin {
        let strangers: Vec<_> = members
            .iter()
            .filter(|(_, examined)| {
                let identity = examined.internal.as_ref().and_then(|material| material.identity.as_ref());
                identity
                    .is_some_and(|identity| identity.identity.info.fingerprint_sha1.replace(':', "") != pin)
            })
            .collect();
        // A host whose own certificate is another one was told so already.
        let own_fits =
            pinning.iter().any(|(host, _)| !strangers.iter().any(|(other, _)| std::ptr::eq(*host, *other)));
        if let (Some((host, _)), true, false) = (pinning.first(), own_fits, strangers.is_empty()) {
            let message = format!(
                "`{key}` pins one certificate, and {} show others; {} will refuse them",
                names(strangers.iter().copied()),
                names(pinning.iter().copied())
            );
            let help = "give every host the same certificate, or leave the pin out and trust the authority";
            findings.push(host.finding(&codes::PIN_MISMATCH, &key, message, help));
        }
    }
}

/// Identities that are trusted together: those with the same chain above them.
#[derive(PartialEq, Eq, Hash)]
enum Issuer<'a> {
    Chain(&'a [CertificateDer<'static>]),
    Name(&'a str),
    Leaf(&'a CertificateDer<'static>),
}

fn trust(members: &[Member<'_>], now: Timestamp, findings: &mut Vec<Finding>) -> usize {
    let mut issuers: HashMap<Issuer<'_>, usize> = HashMap::new();
    let mut trusted: HashMap<Vec<&[u8]>, usize> = HashMap::new();
    let (mut identities, mut anchors): (Vec<Vec<Member<'_>>>, Vec<Vec<Member<'_>>>) = Default::default();
    let mut proven = HashSet::new();
    for member in members {
        let Some(material) = &member.1.internal else { continue };
        // A pin takes the place of the truststore.
        let pinned = member.0.doc.get(&Scope::Internal.key("cert.fingerprint")).is_some();
        let mut own = (None, None);
        if let Some(identity) = &material.identity {
            let identity = &identity.identity;
            let issuer = match identity.chain.as_slice() {
                [_, above @ ..] if !above.is_empty() => Issuer::Chain(above),
                [leaf, ..] if identity.info.is_self_issued => Issuer::Leaf(leaf),
                _ => Issuer::Name(&identity.info.issuer),
            };
            let next = issuers.len();
            let group = *issuers.entry(issuer).or_insert(next);
            identities.resize(issuers.len(), Vec::new());
            identities[group].push(*member);
            own.0 = Some(group);
        }
        if let Some(store) = material.anchors.as_ref().filter(|_| !pinned) {
            let mut set: Vec<&[u8]> = store.certificates.iter().map(AsRef::as_ref).collect();
            set.sort_unstable();
            let next = trusted.len();
            let group = *trusted.entry(set).or_insert(next);
            anchors.resize(trusted.len(), Vec::new());
            anchors[group].push(*member);
            own.1 = Some(group);
        }
        if let (Some(identity), Some(store)) = own {
            proven.insert((identity, store));
        }
    }
    let mut handshakes = 0;
    for (store, trusting) in anchors.iter().enumerate() {
        for (issuer, shown) in identities.iter().enumerate() {
            if proven.contains(&(issuer, store)) {
                continue;
            }
            handshakes += 1;
            findings.extend(meet(shown, trusting, now));
        }
    }
    handshakes
}

/// Lets the first of each side shake hands.
fn meet(shown: &[Member<'_>], trusting: &[Member<'_>], now: Timestamp) -> Option<Finding> {
    let identity = &shown.first()?.1.internal.as_ref()?.identity.as_ref()?;
    let (host, examined) = trusting.first()?;
    let anchors = examined.internal.as_ref()?.anchors.as_ref()?;
    let protocol = if host.doc.get(facts::PROTOCOL) == Some(Protocol::Tls13.name()) {
        Protocol::Tls13
    } else {
        Protocol::Tls12
    };
    let info = &identity.identity.info;
    let time = now.clamp(info.not_before, info.not_after);
    let handshake = Handshake::new(&identity.identity, Sides::Both, &anchors.certificates, protocol, time);
    let error = shake_hands(&handshake).err()?;
    let message = format!(
        "the truststore of {} does not vouch for the certificates of {}: TaskManagers will not register",
        names(trusting.iter()),
        names(shown.iter())
    );
    let help = format!("put the root of {} into {}", info.issuer, anchors.path);
    let finding = host.finding(&codes::PEERS_DISTRUST, &Scope::Internal.key("truststore"), message, help);
    let evidence = [
        format!("{} handshake with {}: {error}", protocol.name(), identity.path),
        format!("subject {}, issuer {}", info.subject, info.issuer),
    ];
    Some(finding.with_severity(Severity::Error).with_evidence(evidence))
}

fn names<'a, 'b: 'a>(members: impl IntoIterator<Item = &'a Member<'b>>) -> String {
    listed(members.into_iter().map(|(host, _)| host.name.as_str()))
}

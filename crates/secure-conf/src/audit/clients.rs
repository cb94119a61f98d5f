//! Hosts that run `bin/flink` against the REST servers beside them.

use jiff::Timestamp;
use pki::verify::check_trust;

use super::codes;
use super::finding::Finding;
use super::host::Host;
use super::peers::Member;
use crate::ssl::{Identity, Scope, Side};

pub(super) fn check(members: &[Member<'_>], now: Timestamp, findings: &mut Vec<Finding>) {
    let (clients, servers): (Vec<_>, Vec<_>) =
        members.iter().partition(|(host, _)| host.side == Side::Client);
    for client in &clients {
        for server in servers.iter().filter(|(host, _)| serves(host, members)) {
            meet(client, server, now, findings);
        }
    }
}

/// Of a tree with named JobManagers, only these.
fn serves(host: &Host, members: &[Member<'_>]) -> bool {
    host.is_named_master()
        || !members.iter().any(|(host, _)| host.side == Side::Cluster && host.is_named_master())
}

fn meet(client: &Member<'_>, server: &Member<'_>, now: Timestamp, findings: &mut Vec<Finding>) {
    let ((client, shown), (server, serving)) = (client, server);
    let at = |key: &str| Scope::Rest.key(key);
    let (Some(shown), Some(serving)) = (&shown.rest, &serving.rest) else {
        if shown.rest.is_some() != serving.rest.is_some() {
            let (with, without) =
                if shown.rest.is_some() { ("client", "server") } else { ("server", "client") };
            let message = format!(
                "the {with} speaks TLS and the {without} does not: {} will not reach {}",
                client.name, server.name
            );
            findings.push(client.finding(
                &codes::CLIENT_REFUSED,
                &at("enabled"),
                message,
                "set it as the server does",
            ));
        }
        return;
    };
    let demands = server.is_true(&at("authentication-enabled"), "false");
    let shows = client.is_true(&at("authentication-enabled"), "false") && shown.identity.is_some();
    if demands && !shows {
        let message = format!("{} demands a client certificate, and the client shows none", server.name);
        let help = "`flinkops secure ssl --client` with a rest-client keystore";
        findings.push(client.finding(&codes::CLIENT_REFUSED, &at("authentication-enabled"), message, help));
    }
    let mut distrust = |key: &str, who: &Host, whom: &Host, identity: &Identity, anchors| {
        let problems = check_trust(&identity.identity, anchors, now);
        if let Some(problem) = problems.first() {
            let message = format!("{} does not trust the certificate of {}: {problem}", who.name, whom.name);
            findings.push(who.finding(&codes::CLIENT_REFUSED, &at(key), message, problem.help()));
        }
    };
    if let (Some(identity), Some(anchors), true) = (&shown.identity, &serving.anchors, demands) {
        distrust("truststore", server, client, identity, &anchors.certificates);
    }
    let pin = client.doc.get(&at("cert.fingerprint")).map(|pin| pin.replace(':', "").to_ascii_uppercase());
    match (&serving.identity, &shown.anchors, pin) {
        (Some(identity), _, Some(pin)) => {
            let info = &identity.identity.info;
            let other = info.fingerprint_sha1.replace(':', "") != pin;
            findings.extend(other.then(|| {
                let message = format!("it pins another certificate than the one of {}", server.name);
                let help = format!("set {}", info.fingerprint_sha1);
                client.finding(&codes::PIN_MISMATCH, &at("cert.fingerprint"), message, help)
            }));
        }
        (Some(identity), Some(anchors), None) => {
            distrust("truststore", client, server, identity, &anchors.certificates);
        }
        _ => {}
    }
}

//! The proof: a TLS handshake in memory, with the stores on both sides as Flink has them on two hosts.
//!
//! Names are not checked here, as Flink does not check them on internal connections. The time of the handshake lies
//! within the leaf's validity, so that an expired certificate does not hide a second mistake; time is checked by its own.

use pki::verify::handshake::{Handshake, HandshakeErrorKind, Protocol, Sides, shake_hands};
use rustls_pki_types::CertificateDer;

use super::examination::Examination;
use super::finding::{Finding, FindingKind, Scope};
use super::material::Identity;

pub(super) fn check(
    examination: &Examination<'_>,
    scope: Scope,
    identity: &Identity,
    anchors: &[CertificateDer<'static>],
    findings: &mut Vec<Finding>,
) {
    // What these say is why the handshake would fail, too.
    let known = [FindingKind::KeyMismatch, FindingKind::NotForServers, FindingKind::NotForClients];
    if findings.iter().any(|finding| finding.scope == scope && known.contains(&finding.kind)) {
        return;
    }
    let protocol = if examination.protocol() == "TLSv1.3" { Protocol::Tls13 } else { Protocol::Tls12 };
    let sides = match scope {
        Scope::Internal => Sides::Both,
        Scope::Rest => Sides::Server,
    };
    let info = &identity.identity.info;
    let time = examination.now.clamp(info.not_before, info.not_after);
    let mut handshake = Handshake::new(&identity.identity, sides, anchors, protocol, time);
    handshake.algorithms = Some(examination.algorithms());
    let Err(error) = shake_hands(&handshake) else { return };
    let consequence = match scope {
        Scope::Internal => "TaskManagers will not register",
        Scope::Rest => "Flink's command line with this configuration will refuse the server",
    };
    let finding = if error.kind == HandshakeErrorKind::Untrusted {
        Finding::error(
            FindingKind::Untrusted,
            scope,
            scope.key("truststore"),
            format!(
                "it does not vouch for {} in {}, which was issued by {}; {consequence}",
                info.subject, identity.path, info.issuer
            ),
            "put the issuer's root into the truststore, and intermediates into the keystore",
        )
    } else {
        let message = format!("a TLS handshake between keystore and truststore fails: {error}");
        let help = "issue certificate and stores anew";
        Finding::error(FindingKind::HandshakeFails, scope, scope.key("keystore"), message, help)
    };
    let finding = finding.evidence([
        format!("{} handshake with {} trusted certificates: {error}", protocol.name(), anchors.len()),
        format!("issuer {}", info.issuer),
    ]);
    findings.push(if scope == Scope::Internal { finding } else { finding.warning() });
}

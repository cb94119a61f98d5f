//! Pinned fingerprints: `security.ssl.*.cert.fingerprint`, SHA-1, in the place of the truststore.

use super::examination::{Examination, Side};
use super::finding::{Finding, FindingKind, Scope};
use super::material::Identity;

/// Hexadecimal digits of a SHA-1 fingerprint.
const SHA1_DIGITS: usize = 40;

/// Checks the pin of a scope; true where one takes the place of the truststore.
pub(super) fn check(
    examination: &Examination<'_>,
    scope: Scope,
    identity: Option<&Identity>,
    findings: &mut Vec<Finding>,
) -> bool {
    let key = scope.key("cert.fingerprint");
    let Some(pin) = examination.doc.get(&key).filter(|pin| !pin.trim().is_empty()) else { return false };
    let digits: String = pin.chars().filter(|c| *c != ':').collect();
    if digits.len() != SHA1_DIGITS || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        let found = match digits.len() {
            64 => "a SHA-256 fingerprint".to_owned(),
            length => format!("{length} characters beside the colons"),
        };
        findings.push(Finding::error(
            FindingKind::MalformedPin,
            scope,
            key,
            format!("it holds {found}; Flink takes a SHA-1 fingerprint only, of 40 hexadecimal digits, and ends at start"),
            "`flinkops pki inspect` shows the SHA-1 fingerprint of a certificate",
        ));
        return true;
    }
    let Some(identity) = identity else { return true };
    let own = identity.identity.info.fingerprint_sha1.replace(':', "");
    // With client certificates, a JobManager pins its clients; without, only clients read the pin. A client's own
    // certificate is none that it talks to.
    let applies = match scope {
        Scope::Internal => true,
        Scope::Rest => examination.side == Side::Cluster && !examination.rest_authentication(),
    };
    if applies && !own.eq_ignore_ascii_case(&digits) {
        let consequence = match scope {
            Scope::Internal => "TaskManagers will not register",
            Scope::Rest => "Flink's command line with this configuration will refuse the server",
        };
        let mut finding = Finding::error(
            FindingKind::PinMismatch,
            scope,
            key,
            format!(
                "it pins another certificate than the one in {}, whose fingerprint is {}; {consequence}",
                identity.path, identity.identity.info.fingerprint_sha1
            ),
            format!("set {}", identity.identity.info.fingerprint_sha1),
        )
        .evidence([format!("pinned: {digits}")]);
        if scope == Scope::Rest {
            finding = finding.warning();
        }
        findings.push(finding);
    }
    true
}

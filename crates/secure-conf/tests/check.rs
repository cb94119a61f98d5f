//! Findings: none for what is right, and the cause by name for what is wrong.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use ops_core::conf::ConfDocument;
use ops_core::secret::Secret;
use ops_core::version::FlinkVersion;
use pki::authority::{Authority, AuthorityRequest, LeafRequest};
use pki::certificate::KeyAlgorithm;
use pki::key::KeyKind;
use pki::profile::{Role, Validity};
use pki::store::{self, IssuedStores, StorePasswords, StoreProfile};
use secure_conf::ssl::{
    ClientAuthentication, Finding, FindingKind, RestTls, Scope, Severity, SslWiring, Stores, TlsProtocol,
    check_written, wire_ssl,
};

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn v(text: &str) -> FlinkVersion {
    text.parse().unwrap()
}

/// A directory with an authority.
struct Estate {
    dir: tempfile::TempDir,
    authority: Authority,
}

impl Estate {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut request = AuthorityRequest::new("Check CA".parse().unwrap(), now());
        request.key = KeyKind::P256;
        let authority = Authority::create(&dir.path().join("ca"), &request, &Secret::generate()).unwrap();
        Self { dir, authority }
    }

    fn issue(&self, name: &str, role: Role) -> (IssuedStores, StorePasswords) {
        self.issue_for(name, role, KeyKind::P256, Validity::LEAF)
    }

    fn issue_for(
        &self,
        name: &str,
        role: Role,
        key: KeyKind,
        validity: Validity,
    ) -> (IssuedStores, StorePasswords) {
        let names = ["dns:flink.example".parse().unwrap()];
        let mut request = LeafRequest::new(name.parse().unwrap(), role, names, now());
        request.key = key;
        request.validity = validity;
        let leaf = self.authority.issue(&request).unwrap();
        let passwords = StorePasswords::generate();
        let anchors = [self.authority.certificate().clone()];
        let stores = store::write_stores(&self.dir.path().join("tls"), &leaf, &anchors, &passwords).unwrap();
        (stores, passwords)
    }
}

fn stores((stores, passwords): &(IssuedStores, StorePasswords), key: KeyAlgorithm) -> Stores {
    Stores::issued(stores, passwords, key)
}

/// The configuration that uses these stores, for REST with client certificates.
fn wired(version: FlinkVersion, internal: Stores, rest: Stores, protocol: TlsProtocol) -> ConfDocument {
    let wiring = SslWiring {
        internal: Some(internal),
        rest: Some(RestTls { stores: rest, client_authentication: ClientAuthentication::Required }),
        protocol,
        ..SslWiring::default()
    };
    let mut doc = ConfDocument::parse("rest.address: flink.example\n", version.dialect()).unwrap();
    wire_ssl(&mut doc, version, &wiring).unwrap();
    doc
}

/// A correct configuration, to be broken.
struct Correct {
    estate: Estate,
    internal: (IssuedStores, StorePasswords),
    doc: ConfDocument,
}

fn correct() -> Correct {
    let estate = Estate::new();
    let internal = estate.issue("internal", Role::Internal);
    let rest = estate.issue("rest", Role::RestServer);
    let ec = KeyAlgorithm::Ecdsa;
    let doc = wired(v("2.3"), stores(&internal, ec), stores(&rest, ec), TlsProtocol::Tls12);
    Correct { estate, internal, doc }
}

fn kinds(findings: &[Finding]) -> Vec<(Scope, FindingKind)> {
    findings.iter().map(|finding| (finding.scope, finding.kind)).collect()
}

/// The one finding there is; it must be of this kind and say this.
fn only(doc: &ConfDocument, at: Timestamp, scope: Scope, kind: FindingKind, says: &str) -> Finding {
    let findings = check_written(doc, v("2.3"), at);
    assert_eq!(kinds(&findings), [(scope, kind)], "{findings:#?}");
    let text = findings[0].to_string();
    assert!(text.contains(says), "no {says:?} in {text}");
    findings.into_iter().next().unwrap()
}

#[test]
fn what_is_right_has_no_findings() {
    let estate = Estate::new();
    for (kind, algorithm) in [
        (KeyKind::Rsa2048, KeyAlgorithm::Rsa),
        (KeyKind::P256, KeyAlgorithm::Ecdsa),
        (KeyKind::P384, KeyAlgorithm::Ecdsa),
        (KeyKind::Ed25519, KeyAlgorithm::Ed25519),
    ] {
        let internal = estate.issue_for("internal", Role::Internal, kind, Validity::LEAF);
        let rest = estate.issue_for("rest", Role::RestServer, kind, Validity::LEAF);
        for version in ["1.18", "1.20", "2.3"].map(v) {
            for protocol in [TlsProtocol::Tls12, TlsProtocol::Tls13] {
                let doc = wired(version, stores(&internal, algorithm), stores(&rest, algorithm), protocol);
                assert_eq!(check_written(&doc, version, now()), [], "{kind} {version} {protocol:?}");
            }
        }
    }
    let nothing = ConfDocument::parse("parallelism.default: 4\n", v("2.3").dialect()).unwrap();
    assert_eq!(check_written(&nothing, v("2.3"), now()), []);
}

#[test]
fn a_wrong_password_is_named_by_its_key() {
    let Correct { mut doc, estate: _estate, .. } = correct();
    doc.set("security.ssl.internal.truststore-password", "canary-wrong").unwrap();
    let finding = only(&doc, now(), Scope::Internal, FindingKind::WrongPassword, "internal.truststore.p12");
    assert_eq!(finding.key, "security.ssl.internal.truststore-password");
    assert!(!format!("{finding:?}").contains("canary"));

    let Correct { mut doc, estate: _estate, .. } = correct();
    doc.set("security.ssl.internal.key-password", "canary-wrong").unwrap();
    let finding = only(&doc, now(), Scope::Internal, FindingKind::KeyPasswordDiffers, "cannot take the key");
    assert!(!format!("{finding:?}").contains("canary"));
}

#[test]
fn missing_keys_and_files_are_named() {
    let Correct { mut doc, estate: _estate, .. } = correct();
    doc.unset("security.ssl.rest.truststore-password");
    only(&doc, now(), Scope::Rest, FindingKind::MissingKey, "security.ssl.rest.truststore-password");

    let Correct { mut doc, estate: _estate, .. } = correct();
    doc.set("security.ssl.rest.keystore", "/nonexistent/keystore.p12").unwrap();
    only(&doc, now(), Scope::Rest, FindingKind::UnreadableStore, "/nonexistent/keystore.p12");

    let Correct { mut doc, estate, .. } = correct();
    let jks = estate.dir.path().join("keystore.jks");
    std::fs::write(&jks, [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2]).unwrap();
    doc.set("security.ssl.rest.keystore", jks.to_str().unwrap()).unwrap();
    only(&doc, now(), Scope::Rest, FindingKind::UnreadableStore, "keystore.jks");
    doc.set("security.ssl.rest.keystore", estate.dir.path().join("ca/ca.pem").to_str().unwrap()).unwrap();
    only(&doc, now(), Scope::Rest, FindingKind::UnreadableStore, "Flink reads PKCS#12 and JKS only");
}

#[test]
fn damage_is_told_from_a_wrong_password() {
    let Correct { doc, internal, estate: _estate } = correct();
    let mut bytes = std::fs::read(&internal.0.keystore).unwrap();
    let at = bytes.len() - 30;
    bytes[at] ^= 1;
    std::fs::write(&internal.0.keystore, bytes).unwrap();
    only(&doc, now(), Scope::Internal, FindingKind::DamagedStore, "damaged");
}

#[test]
fn another_authority_is_not_trusted() {
    let Correct { doc, internal, estate: _estate } = correct();
    let stranger = Estate::new();
    let anchors = [stranger.authority.certificate().clone()];
    let bytes = store::encode_truststore(&anchors, &internal.1.truststore, StoreProfile::Modern).unwrap();
    std::fs::write(&internal.0.truststore, bytes).unwrap();
    let finding =
        only(&doc, now(), Scope::Internal, FindingKind::Untrusted, "TaskManagers will not register");
    assert_eq!(finding.key, "security.ssl.internal.truststore");
}

#[test]
fn time_is_judged_by_the_time_given_and_hides_nothing_else() {
    let Correct { doc, internal, estate: _estate } = correct();
    let later = now() + SignedDuration::from_hours(24 * 398);
    let findings = check_written(&doc, v("2.3"), later);
    assert_eq!(
        kinds(&findings),
        [(Scope::Internal, FindingKind::Expired), (Scope::Rest, FindingKind::Expired)]
    );
    assert!(findings[0].message.contains("2027-04-02T12:00:00Z"), "{}", findings[0]);

    let findings = check_written(&doc, v("2.3"), now() - SignedDuration::from_hours(1));
    assert!(findings.iter().all(|finding| finding.kind == FindingKind::NotYetValid), "{findings:#?}");

    let anchors = [Estate::new().authority.certificate().clone()];
    let bytes = store::encode_truststore(&anchors, &internal.1.truststore, StoreProfile::Modern).unwrap();
    std::fs::write(&internal.0.truststore, bytes).unwrap();
    let found = kinds(&check_written(&doc, v("2.3"), later));
    assert!(found.contains(&(Scope::Internal, FindingKind::Untrusted)), "{found:?}");
}

#[test]
fn the_usage_must_fit_the_scope() {
    let Correct { estate, .. } = correct();
    let ec = KeyAlgorithm::Ecdsa;
    let check = |inner: Role, rest: Role| {
        let inner = estate.issue("inner", inner);
        let rest = estate.issue("outer", rest);
        let doc = wired(v("2.3"), stores(&inner, ec), stores(&rest, ec), TlsProtocol::Tls12);
        kinds(&check_written(&doc, v("2.3"), now()))
    };
    assert_eq!(check(Role::RestServer, Role::RestServer), [(Scope::Internal, FindingKind::NotForClients)]);
    assert_eq!(check(Role::RestClient, Role::RestServer), [(Scope::Internal, FindingKind::NotForServers)]);
    assert_eq!(check(Role::Internal, Role::RestClient), [(Scope::Rest, FindingKind::NotForServers)]);
    assert_eq!(check(Role::Internal, Role::Internal), []);
}

#[test]
fn the_stores_must_hold_what_their_names_say() {
    let Correct { mut doc, internal, estate: _estate } = correct();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    doc.set("security.ssl.internal.truststore", &path(&internal.0.keystore)).unwrap();
    doc.set("security.ssl.internal.truststore-password", internal.1.keystore.expose()).unwrap();
    only(&doc, now(), Scope::Internal, FindingKind::NothingTrusted, "no certificate");

    let Correct { mut doc, internal, estate: _estate } = correct();
    doc.set("security.ssl.internal.keystore", &path(&internal.0.truststore)).unwrap();
    doc.set("security.ssl.internal.keystore-password", internal.1.truststore.expose()).unwrap();
    doc.set("security.ssl.internal.key-password", internal.1.truststore.expose()).unwrap();
    only(&doc, now(), Scope::Internal, FindingKind::NoPrivateKey, "no private key");
}

#[test]
fn a_key_of_another_certificate_is_noticed() {
    let Correct { doc, estate, internal } = correct();
    let mut request = LeafRequest::new("one".parse().unwrap(), Role::Internal, [], now());
    request.key = KeyKind::P256;
    let (one, two) = (estate.authority.issue(&request).unwrap(), estate.authority.issue(&request).unwrap());
    let bytes =
        store::encode_keystore("one", &one.key, &two.chain, &internal.1.keystore, StoreProfile::Modern);
    std::fs::write(&internal.0.keystore, bytes.unwrap()).unwrap();
    only(&doc, now(), Scope::Internal, FindingKind::KeyMismatch, "is not the one of the certificate");
}

#[test]
fn suites_and_protocol_must_fit_the_keys() {
    let Correct { mut doc, estate: _estate, .. } = correct();
    doc.unset("security.ssl.algorithms");
    let findings = check_written(&doc, v("2.3"), now());
    let expected =
        [(Scope::Internal, FindingKind::NoFittingSuite), (Scope::Rest, FindingKind::NoFittingSuite)];
    assert_eq!(kinds(&findings), expected);
    assert!(findings[0].message.contains("elliptic-curve"), "{}", findings[0]);

    doc.set("security.ssl.rest.authentication-enabled", "false").unwrap();
    assert_eq!(
        kinds(&check_written(&doc, v("2.3"), now())),
        expected[..1],
        "one-way REST ignores the suites"
    );

    doc.set("security.ssl.protocol", "TLSv1.2,TLSv1.3").unwrap();
    only(&doc, now(), Scope::Internal, FindingKind::UnusableProtocol, "Flink takes one protocol");

    let estate = Estate::new();
    let internal = estate.issue_for("internal", Role::Internal, KeyKind::Rsa2048, Validity::LEAF);
    let rsa = stores(&internal, KeyAlgorithm::Rsa);
    let mut doc = wired(v("1.18"), rsa.clone(), rsa, TlsProtocol::Tls12);
    doc.unset("security.ssl.algorithms");
    let findings = check_written(&doc, v("1.18"), now());
    assert!(findings.iter().all(|finding| finding.kind == FindingKind::OutdatedSuites), "{findings:#?}");
    assert_eq!(findings.len(), 2);
}

#[test]
fn clients_must_find_the_name_they_use() {
    let Correct { mut doc, estate: _estate, .. } = correct();
    doc.set("rest.address", "elsewhere.example").unwrap();
    let finding = only(&doc, now(), Scope::Rest, FindingKind::NameMissing, "dns:flink.example");
    assert_eq!(finding.severity, Severity::Error);
    doc.unset("security.ssl.rest.verify-hostname");
    let finding = only(&doc, now(), Scope::Rest, FindingKind::NameMissing, "elsewhere.example");
    assert_eq!(finding.severity, Severity::Warning);
    doc.set("rest.address", "0.0.0.0").unwrap();
    assert_eq!(check_written(&doc, v("2.3"), now()), []);
}

//! Verifying stores: nothing is said of what is right, and the cause by its name of what is wrong.

use crate::tools;

use std::path::Path;

use crate::tools::{authority, openssl, openssl_available, succeed, write};
use jiff::{SignedDuration, Timestamp};
use ops_core::secret::Secret;
use ops_core::version::FlinkVersion;
use pki::authority::{Authority, Leaf, LeafRequest};
use pki::key::KeyKind;
use pki::profile::{Role, Validity};
use pki::store::{Entry, Format, Store, StoreProfile, WriteOptions, encode};
use pki::verify::handshake::Protocol;
use pki::verify::{Severity, StoreFile, Verification, VerifyRequest, verify};
use rcgen::{CertificateParams, Issuer, KeyPair, KeyUsagePurpose};
use rustls_pki_types::CertificateDer;

fn start() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn later(days: i64) -> Timestamp {
    start() + SignedDuration::from_hours(24 * days)
}

fn secret() -> Secret {
    Secret::new("changeit")
}

struct Estate {
    dir: tempfile::TempDir,
    authority: Authority,
}

impl Estate {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let authority = authority(dir.path(), "CA", KeyKind::P256, 0, start());
        Self { dir, authority }
    }

    fn issue(&self, role: Role, key: KeyKind) -> Leaf {
        let names =
            ["dns:flink.example", "dns:*.pods.example", "ip:10.0.0.1"].map(|name| name.parse().unwrap());
        let mut request = LeafRequest::new("node".parse().unwrap(), role, names, start());
        request.key = key;
        self.authority.issue(&request).unwrap()
    }

    fn store(&self, name: &str, entries: Vec<Entry>, format: Format) -> StoreFile {
        let options = WriteOptions::with_password(secret(), start());
        let bytes = encode(&Store::new(entries), format, &options).unwrap();
        let path = write(self.dir.path(), name, &*bytes);
        StoreFile { path, password: (format != Format::Pem).then(secret) }
    }

    fn keystore(&self, leaf: &Leaf) -> StoreFile {
        let entry = Entry::key("node", leaf.key.clone(), leaf.chain.clone());
        self.store("key.p12", vec![entry], P12)
    }

    fn truststore(&self, anchors: &[&CertificateDer<'static>]) -> StoreFile {
        let entries = anchors
            .iter()
            .enumerate()
            .map(|(n, anchor)| Entry::trusted(format!("ca-{n}"), (*anchor).clone()));
        self.store("trust.p12", entries.collect(), P12)
    }

    fn request(&self, leaf: &Leaf, role: Role) -> VerifyRequest {
        VerifyRequest::new(self.keystore(leaf), self.truststore(&[self.authority.anchor()]), role, start())
    }
}

const P12: Format = Format::Pkcs12(StoreProfile::Modern);

fn codes(verification: &Verification) -> Vec<&str> {
    verification.findings.iter().map(|finding| finding.code).collect()
}

/// Nothing is wrong, and both protocols were spoken.
fn assert_good(verification: &Verification, what: &str) {
    assert_eq!(codes(verification), [""; 0], "{what}: {verification:#?}");
    assert!(verification.is_good());
    let spoken: Vec<_> = verification.handshakes.iter().filter(|one| one.suite.is_some()).collect();
    assert_eq!(spoken.len(), verification.handshakes.len(), "{what}");
    assert!(
        Protocol::ALL.iter().all(|protocol| spoken.iter().any(|one| one.protocol == *protocol)),
        "{what}"
    );
}

#[test]
fn what_is_right_is_proven_in_both_protocols() {
    let estate = Estate::new();
    for key in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384, KeyKind::Ed25519] {
        for role in Role::ALL {
            let leaf = estate.issue(role, key);
            assert_good(&verify(&estate.request(&leaf, role)), &format!("{key} {role}"));
        }
    }
    let leaf = estate.issue(Role::RestServer, KeyKind::P256);
    let mut request = estate.request(&leaf, Role::RestServer);
    request.hosts =
        ["flink.example", "FLINK.example.", "a.pods.example", "10.0.0.1"].map(str::to_owned).to_vec();
    let verification = verify(&request);
    assert_good(&verification, "hosts");
    assert_eq!(verification.handshakes.len(), 8);
    for format in Format::ALL {
        let entry = Entry::key("node", leaf.key.clone(), leaf.chain.clone());
        let keystore = estate.store("any", vec![entry], format);
        let truststore = estate.truststore(&[estate.authority.anchor()]);
        let verification = verify(&VerifyRequest::new(keystore, truststore, Role::RestServer, start()));
        assert!(verification.is_good(), "{format}: {verification:#?}");
        assert_eq!(codes(&verification) == ["not-for-flink"], format == Format::Pem, "{verification:#?}");
    }
}

#[test]
fn time_usage_and_names_are_named() {
    let estate = Estate::new();
    let leaf = estate.issue(Role::RestServer, KeyKind::P256);
    let found = |change: &dyn Fn(&mut VerifyRequest)| {
        let mut request = estate.request(&leaf, Role::RestServer);
        change(&mut request);
        let verification = verify(&request);
        let errors = verification.findings.iter().any(|finding| finding.severity == Severity::Error);
        assert_ne!(verification.is_good(), errors);
        let codes = codes(&verification).join(" ");
        let failed = verification.handshakes.iter().filter(|one| one.error.is_some()).count();
        (codes, failed)
    };
    assert_eq!(found(&|request| request.now = later(400)), ("expired".into(), 2));
    assert_eq!(found(&|request| request.now = later(4000)), ("expired expired".into(), 2));
    assert_eq!(found(&|request| request.now = later(380)), ("expires-soon".into(), 0));
    assert_eq!(found(&|request| request.now = later(-1)), ("not-yet-valid not-yet-valid".into(), 2));
    assert_eq!(found(&|request| request.role = Role::Internal), ("not-for-clients".into(), 2));
    assert_eq!(found(&|request| request.role = Role::RestClient), ("not-for-clients".into(), 2));
    for host in ["other.example", "a.b.pods.example", "10.0.0.2", "pods.example"] {
        assert_eq!(
            found(&|request| request.hosts = vec![host.to_owned()]),
            ("name-missing".into(), 2),
            "{host}"
        );
    }
    let version = |text: &str| Some(text.parse::<FlinkVersion>().unwrap());
    for flink in ["1.18.1", "1.20.5", "2.3.0"] {
        assert_eq!(
            found(&|request| request.version = version(flink)),
            ("no-fitting-suite".into(), 0),
            "{flink}"
        );
    }
    let ec = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    assert_eq!(found(&|request| request.algorithms = Some(ec.to_owned())), (String::new(), 0));
    let client = estate.issue(Role::RestClient, KeyKind::P256);
    let mut request = estate.request(&client, Role::RestServer);
    assert_eq!(codes(&verify(&request)), ["not-for-servers"]);
    // A client does not care for the suites that its own key fits.
    request.role = Role::RestClient;
    request.version = version("2.3.0");
    assert_good(&verify(&request), "client");
    let rsa = estate.issue(Role::Internal, KeyKind::Rsa2048);
    let mut request = estate.request(&rsa, Role::Internal);
    request.version = version("1.18.1");
    assert_eq!(codes(&verify(&request)), ["outdated-suites"]);
    request.version = version("2.3.0");
    assert_good(&verify(&request), "rsa");
    request.protocol = Protocol::Tls13;
    let verification = verify(&request);
    assert_eq!(codes(&verification), ["no-fitting-suite"]);
    assert!(verification.findings[0].help.contains("TLS_AES_128_GCM_SHA256"));
}

#[test]
fn trust_that_is_missing_is_told_apart() {
    let estate = Estate::new();
    let leaf = estate.issue(Role::Internal, KeyKind::P256);
    let other = authority(estate.dir.path(), "Other", KeyKind::P256, 0, start());
    let twin = tempfile::tempdir().unwrap();
    let twin = authority(twin.path(), "CA", KeyKind::P256, 0, start());
    let found = |leaf: &Leaf, anchor: &CertificateDer<'static>| {
        let request =
            VerifyRequest::new(estate.keystore(leaf), estate.truststore(&[anchor]), Role::Internal, start());
        let verification = verify(&request);
        assert!(verification.handshakes.iter().all(|one| one.error.is_some()), "{verification:#?}");
        verification
            .findings
            .iter()
            .map(|finding| format!("{}: {}", finding.code, finding.message))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found(&leaf, other.anchor()),
        [
            "untrusted: the truststore does not vouch for CN=node: its chain leads to CN=CA, and trusted is CN=Other"
        ]
    );
    assert!(
        found(&leaf, twin.anchor())[0]
            .starts_with("other-key: the truststore holds an authority named CN=CA")
    );
    let mut alone = leaf.clone();
    alone.chain.truncate(1);
    assert_eq!(
        found(&alone, other.anchor()),
        [
            "missing-intermediate: the chain ends with CN=node, and its issuer CN=CA is neither in the keystore nor trusted"
        ]
    );
    let request = VerifyRequest::new(
        estate.keystore(&alone),
        estate.truststore(&[estate.authority.anchor()]),
        Role::Internal,
        start(),
    );
    assert_good(&verify(&request), "a root need not be in the chain");
}

#[test]
fn stores_and_passwords_are_named() {
    let estate = Estate::new();
    let leaf = estate.issue(Role::Internal, KeyKind::P256);
    let good = estate.request(&leaf, Role::Internal);
    let found = |request: &VerifyRequest| codes(&verify(request)).join(" ");

    let mut request = good.clone();
    request.keystore.password = Some(Secret::new("changeme"));
    assert_eq!(found(&request), "wrong-password");
    request = good.clone();
    request.truststore.password = Some(Secret::new("changeme"));
    assert_eq!(found(&request), "wrong-password");
    request = good.clone();
    request.key_password = Some(Secret::new("another"));
    assert_eq!(found(&request), "key-password-differs");
    request = good.clone();
    request.keystore.path = Path::new("/nonexistent/key.p12").to_owned();
    assert_eq!(found(&request), "unreadable-store");
    request = good.clone();
    request.keystore = request.truststore.clone();
    assert_eq!(found(&request), "no-private-key");
    request = good.clone();
    request.truststore = request.keystore.clone();
    assert_eq!(found(&request), "nothing-trusted");

    // JKS has a password for its keys.
    let options =
        WriteOptions::with_password(secret(), start()).and_key_password(Some(Secret::new("another")));
    let entry = Entry::key("node", leaf.key.clone(), leaf.chain.clone());
    let bytes = encode(&Store::new(vec![entry.clone()]), Format::Jks, &options).unwrap();
    request = good.clone();
    request.keystore.path = write(estate.dir.path(), "key.jks", &*bytes);
    request.key_password = Some(Secret::new("another"));
    assert_good(&verify(&request), "jks");
    request.key_password = Some(Secret::new("mistaken"));
    assert_eq!(found(&request), "wrong-key-password");

    let stranger = estate.issue(Role::Internal, KeyKind::P256);
    let two = vec![entry, Entry::key("second", stranger.key.clone(), stranger.chain.clone())];
    request = good.clone();
    request.keystore = estate.store("two.p12", two, P12);
    assert_eq!(found(&request), "several-private-keys");
    let mixed = vec![Entry::key("mixed", stranger.key, leaf.chain)];
    request.keystore = estate.store("mixed.p12", mixed, P12);
    assert_eq!(found(&request), "key-mismatch");
}

/// A certificate as no profile of flinkops makes it.
fn odd(change: impl FnOnce(&mut CertificateParams)) -> (Leaf, CertificateDer<'static>) {
    let [key, ca] = std::array::from_fn(|_| KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap());
    let mut root = CertificateParams::default();
    root.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    root.distinguished_name.push(rcgen::DnType::CommonName, "Odd CA");
    let anchor = root.self_signed(&ca).unwrap();
    let mut params = CertificateParams::new(vec!["flink.example".to_owned()]).unwrap();
    params.serial_number = Some(vec![0x41].into());
    change(&mut params);
    let certificate = params.signed_by(&key, &Issuer::from_params(&root, &ca)).unwrap();
    let key = pki::key::PrivateKey::from_pkcs8_der(key.serialize_der());
    let chain = vec![certificate.into(), CertificateDer::from(anchor)];
    let anchor = chain[1].clone();
    (Leaf::assemble("odd".parse().unwrap(), Role::Internal, chain, key).unwrap(), anchor)
}

#[test]
fn usage_strength_and_constraints_of_foreign_certificates_are_named() {
    let estate = Estate::new();
    let found = |(leaf, anchor): (Leaf, CertificateDer<'static>)| {
        let request = VerifyRequest::new(
            estate.keystore(&leaf),
            estate.truststore(&[&anchor]),
            Role::RestServer,
            start(),
        );
        codes(&verify(&request)).join(" ")
    };
    assert_eq!(found(odd(|_| {})), "");
    assert_eq!(found(odd(|params| params.key_usages = vec![KeyUsagePurpose::KeyEncipherment])), "key-usage");
    if !openssl_available() {
        return;
    }
    let dir = estate.dir.path();
    write(dir, "leaf.cnf", "subjectAltName=DNS:flink.example\nextendedKeyUsage=serverAuth\n");
    for (what, key, sign, expected) in [
        ("strong", "rsa:2048", "-sha256", ""),
        ("short", "rsa:1024", "-sha256", "weak-key"),
        ("sha1", "rsa:2048", "-sha1", "weak-signature"),
    ] {
        succeed(&mut openssl(
            dir,
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=R -days 3650 -addext keyUsage=keyCertSign",
        ));
        succeed(&mut openssl(
            dir,
            &format!("req -new -newkey {key} -nodes -keyout {what}.key -out {what}.csr -subj /CN={what}"),
        ));
        succeed(&mut openssl(
            dir,
            &format!(
                "x509 -req {sign} -in {what}.csr -CA ca.pem -CAkey ca.key -days 300 -extfile leaf.cnf -out {what}.pem"
            ),
        ));
        let both =
            [format!("{what}.key"), format!("{what}.pem")].map(|name| std::fs::read(dir.join(name)).unwrap());
        let keystore = StoreFile { path: write(dir, "both.pem", both.concat()), password: None };
        let truststore = StoreFile { path: dir.join("ca.pem"), password: None };
        let request = VerifyRequest::new(keystore, truststore, Role::RestServer, tools::now());
        let codes: Vec<_> = verify(&request)
            .findings
            .into_iter()
            .map(|finding| finding.code)
            .filter(|code| *code != "not-for-flink")
            .collect();
        assert_eq!(codes.join(" "), expected, "{what}");
    }
}

#[test]
fn a_validity_of_a_day_is_warned_about_and_the_report_is_stable_json() {
    let estate = Estate::new();
    let mut request = LeafRequest::new("day".parse().unwrap(), Role::Internal, [], start());
    (request.key, request.validity) = (KeyKind::P256, Validity::days(1).unwrap());
    let leaf = estate.authority.issue(&request).unwrap();
    let json = serde_json::to_value(verify(&estate.request(&leaf, Role::Internal))).unwrap();
    assert_eq!(json["findings"][0]["code"], "expires-soon");
    assert_eq!(json["findings"][0]["severity"], "warning");
    assert_eq!(json["handshakes"][0]["protocol"], "TLSv1.2");
    assert_eq!(json["leaf"]["subject"], "CN=day");
}

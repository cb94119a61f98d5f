//! What `inspect` says of files of every kind, made here and recorded from keytool and openssl.

use std::path::Path;

use jiff::Timestamp;
use ops_core::secret::Secret;
use pki::inspect::{Access, Inspection, IntegrityState, Object, ProblemCode, inspect};
use pki::store::{FileKind, ReadOptions, Unauthenticated};

fn now() -> Timestamp {
    "2030-01-01T00:00:00Z".parse().unwrap()
}

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn changeit() -> ReadOptions {
    ReadOptions::with_password(Secret::new("changeit"))
}

fn look(name: &str, options: &ReadOptions) -> Inspection {
    inspect(&fixture(name), options, now())
}

fn codes(report: &Inspection) -> Vec<ProblemCode> {
    report.problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn every_kind_of_file_is_recognised() {
    for (name, expected) in [
        ("chain.p7b", FileKind::Pkcs7),
        ("ec.pkcs8.der", FileKind::PrivateKey),
        ("ec.sha1.der", FileKind::EncryptedPrivateKey),
        ("leaf.der", FileKind::Certificate),
        ("leaf.pem", FileKind::Pem),
        ("keytool.jceks", FileKind::Jceks),
        ("keytool.jks", FileKind::Jks),
        ("keytool.p12", FileKind::Pkcs12),
        ("openssl.plain.p12", FileKind::Pkcs12),
    ] {
        assert_eq!(FileKind::detect(&fixture(name)), expected, "{name}");
    }
    for (name, expected) in [
        ("request.pem", FileKind::CertificateRequest),
        ("list.crl.pem", FileKind::Crl),
        ("public.pem", FileKind::PublicKey),
        ("rsa.pkcs1.pem", FileKind::RsaPrivateKey),
        ("ec.sec1.pem", FileKind::EcPrivateKey),
    ] {
        let der = pki::pem::blocks(&fixture(name)).unwrap()[0].der.to_vec();
        assert_eq!(FileKind::detect(&der), expected, "{name}");
        let report = inspect(&der, &ReadOptions::default(), now());
        assert_eq!((report.kind, report.objects.len(), codes(&report)), (expected, 1, vec![]), "{name}");
    }
    for (bytes, expected) in [(&b""[..], FileKind::Empty), (b"hello", FileKind::Unknown)] {
        let report = inspect(bytes, &ReadOptions::default(), now());
        assert_eq!((report.kind, report.access), (expected, Access::Refused));
    }
}

#[test]
fn a_certificate_is_told_in_full() {
    let report = look("leaf.der", &ReadOptions::default());
    let json = serde_json::to_value(&report).unwrap();
    let certificate = &json["objects"][0]["certificate"];
    assert_eq!(json["objects"][0]["type"], "certificate");
    for (field, expected) in [
        ("/subject", "O=Fixtures, CN=node.example"),
        ("/issuer", "O=Fixtures, CN=Fixture Root"),
        ("/serial", "1234"),
        ("/names/0", "dns:node.example"),
        ("/names/1", "ip:10.0.0.1"),
        ("/key/algorithm", "ecdsa"),
        ("/key/curve", "P-256"),
        ("/signature_algorithm", "SHA256withECDSA"),
        ("/key_usage/0", "digitalSignature"),
        ("/extended_key_usage/0", "serverAuth"),
        ("/extended_key_usage/1", "clientAuth"),
        ("/validity/state", "valid"),
    ] {
        assert_eq!(certificate.pointer(field).unwrap(), expected, "{field}");
    }
    assert_eq!(certificate["key"]["bits"], 256);
    assert!(certificate["basic_constraints"].is_null());
    let Object::Certificate { certificate, .. } = &report.objects[0] else { panic!("{report:?}") };
    let days = (certificate.validity.not_after - now()).total(jiff::Unit::Hour).unwrap() / 24.0;
    assert_eq!(certificate.validity.days_left, days.floor() as i64);

    let late =
        inspect(&fixture("leaf.der"), &ReadOptions::default(), "2200-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(codes(&late), [ProblemCode::Expired]);
    let early = inspect(&fixture("leaf.der"), &ReadOptions::default(), Timestamp::UNIX_EPOCH);
    assert_eq!(codes(&early), [ProblemCode::NotYetValid]);
}

#[test]
fn without_the_password_a_store_says_what_stands_outside() {
    let report = look("keytool.p12", &ReadOptions::default());
    assert_eq!(report.access, Access::Locked);
    let integrity = report.integrity.as_ref().unwrap();
    assert_eq!(
        (integrity.mechanism.as_str(), integrity.iterations, integrity.state),
        ("HMAC-SHA-256", Some(10_000), IntegrityState::NotChecked)
    );
    let ways: Vec<_> =
        report.encryption.iter().map(|one| (one.part, one.cipher.as_str(), one.iterations)).collect();
    let expected = |part| (part, "AES-256-CBC", Some(10_000));
    assert_eq!(ways, [expected("private key"), expected("certificates")]);
    // Java encrypts the key, not its alias.
    assert!(matches!(&report.objects[..], [Object::KeyEntry { alias, key: None, .. }] if alias == "mine"));

    let report = look("keytool.jks", &ReadOptions::default());
    assert_eq!((report.access, report.objects.len()), (Access::Locked, 2));
    assert_eq!(report.integrity.unwrap().state, IntegrityState::NotChecked);

    let report = look("ec.scrypt.pem", &ReadOptions::default());
    assert_eq!(report.access, Access::Locked);
    assert_eq!(report.encryption[0].derivation, "scrypt (r 8, p 1)");
    assert_eq!(report.encryption[0].iterations, Some(16384));
}

#[test]
fn with_the_password_the_entries_are_told_and_judged() {
    for name in ["openssl.p12", "openssl.legacy.p12"] {
        let report = look(name, &changeit());
        assert_eq!(report.access, Access::Open, "{name}");
        assert_eq!(report.integrity.as_ref().unwrap().state, IntegrityState::Verified);
        let [Object::KeyEntry { alias, key: Some(key), chain, belongs, chain_complete, .. }] =
            &report.objects[..]
        else {
            panic!("{name}: {report:?}")
        };
        assert_eq!((alias.as_str(), chain.len(), *belongs, *chain_complete), ("Node", 2, Some(true), true));
        assert_eq!(key.public, chain[0].key);
        let expected = if name.contains("legacy") { vec![ProblemCode::LegacyEncryption] } else { vec![] };
        assert_eq!(codes(&report), expected, "{name}");
    }
    let options = ReadOptions { key_password: Some(Secret::new("keypass1")), ..changeit() };
    let report = look("keytool.jks", &options);
    assert_eq!((report.access, codes(&report)), (Access::Open, vec![]));
    let opened =
        |object: &Object| matches!(object, Object::KeyEntry { belongs: Some(true), created: Some(_), .. });
    assert_eq!(report.objects.iter().filter(|object| opened(object)).count(), 1);

    let report = look("keytool.jks", &changeit());
    assert_eq!((report.access, codes(&report)), (Access::Open, vec![ProblemCode::WrongKeyPassword]));
    let report = look("openssl.certificates.p12", &changeit());
    assert_eq!(codes(&report), [ProblemCode::UnlistedCertificates]);
    let report = look("keytool.secret.p12", &changeit());
    assert!(matches!(&report.objects[..], [Object::SecretEntry { alias }] if alias == "secret"));
}

#[test]
fn what_is_wrong_is_named() {
    let wrong = ReadOptions::with_password(Secret::new("changeme"));
    for name in ["keytool.p12", "keytool.jks", "ec.pbes2.pem"] {
        let report = look(name, &wrong);
        assert_eq!(
            (report.access, codes(&report)),
            (Access::WrongPassword, vec![ProblemCode::WrongPassword]),
            "{name}"
        );
    }
    let report = look("openssl.plain.p12", &changeit());
    assert_eq!((report.access, codes(&report)), (Access::Refused, vec![ProblemCode::Unauthenticated]));
    assert!(report.objects.is_empty());
    let accept = ReadOptions { unauthenticated: Unauthenticated::DangerAccept, ..changeit() };
    let report = look("openssl.plain.p12", &accept);
    assert_eq!((report.objects.len(), codes(&report)), (1, vec![ProblemCode::Unauthenticated]));

    // A key beside the certificate of another.
    let text = [fixture("rsa.pkcs1.pem"), fixture("leaf.pem")].concat();
    assert_eq!(codes(&inspect(&text, &ReadOptions::default(), now())), [ProblemCode::KeyMismatch]);
    let text = [fixture("ec.sec1.pem"), fixture("leaf.pem")].concat();
    let report = inspect(&text, &ReadOptions::default(), now());
    let Object::Certificate { certificate, .. } = &report.objects[1] else { panic!("{report:?}") };
    assert!(
        matches!(&report.objects[0], Object::PrivateKey { belongs_to: Some(print), encoding: "SEC1", .. } if *print == certificate.fingerprint_sha256)
    );
    let cut = &fixture("leaf.pem")[..300];
    assert_eq!(codes(&inspect(cut, &ReadOptions::default(), now())), [ProblemCode::Damaged]);
}

#[test]
fn a_request_is_checked_against_its_own_key() {
    let mut der = pki::pem::blocks(&fixture("request.pem")).unwrap()[0].der.to_vec();
    let report = inspect(&der, &ReadOptions::default(), now());
    let Object::Request { request, .. } = &report.objects[0] else { panic!("{report:?}") };
    assert_eq!(request.subject, "O=Fixtures, CN=node.example");
    let names: Vec<_> = request.names.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["dns:node.example", "ip:10.0.0.1", "uri:spiffe://flink/node"]);
    assert_eq!((request.proof_of_possession, codes(&report)), (Some(true), vec![]));
    // Another name under the same signature.
    let at = der.windows(12).position(|window| window == b"node.example").unwrap();
    der[at] = b'm';
    assert_eq!(codes(&inspect(&der, &ReadOptions::default(), now())), [ProblemCode::WrongSignature]);
}

#[test]
fn no_report_shows_a_secret() {
    let key = pki::pem::blocks(&fixture("ec.sec1.pem")).unwrap()[0].der.to_vec();
    // SEC1: SEQUENCE, version, then the secret number itself.
    let secret: String = key[7..39].iter().map(|octet| format!("{octet:02x}")).collect();
    for name in ["ec.sec1.pem", "ec.pkcs8.der", "openssl.p12", "ec.pbes2.pem"] {
        let report = look(name, &changeit());
        let text = format!("{report:?}{}", serde_json::to_string(&report).unwrap()).to_lowercase();
        assert!(!text.contains(&secret) && !text.contains("changeit"), "{name}");
        assert!(!text.replace(':', "").contains(&secret), "{name}");
    }
}

//! Answers of foreign authorities: openssl plays the authority, and the answers come in every form and order.

use std::path::Path;

use crate::tools::{now, openssl, openssl_available, succeed, write};
use jiff::{SignedDuration, Timestamp};
use pki::import::{Answer, Certificates, ImportError};
use pki::key::{KeyKind, PrivateKey};
use pki::profile::Role;
use pki::request;
use pki::store::{StorePasswords, read_file, write_stores};
use proptest::prelude::*;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls_pki_types::CertificateDer;

/// An authority of two levels made by openssl, and its answer to a request of ours.
struct Foreign {
    dir: tempfile::TempDir,
    key: PrivateKey,
}

impl Foreign {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path();
        let made = request::create(
            &"node1".parse().unwrap(),
            Role::Internal,
            &["dns:node1.example".parse().unwrap()],
            KeyKind::P256,
        );
        let made = made.unwrap();
        write(at, "request.pem", &made.pem);
        write(at, "ca.cnf", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n");
        write(at, "leaf.cnf", "extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:node1.example\n");
        let ec = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        for command in [
            format!("req -x509 {ec} -keyout root.key -out root.pem -subj /CN=Root -days 30 -addext keyUsage=keyCertSign"),
            format!("req {ec} -new -keyout sub.key -out sub.csr -subj /CN=Sub"),
            "x509 -req -in sub.csr -CA root.pem -CAkey root.key -days 20 -extfile ca.cnf -out sub.pem".to_owned(),
            "x509 -req -in request.pem -CA sub.pem -CAkey sub.key -days 10 -extfile leaf.cnf -out leaf.pem".to_owned(),
            format!("req -x509 {ec} -keyout other.key -out other.pem -subj /CN=Other -days 30"),
            "crl2pkcs7 -nocrl -certfile root.pem -certfile leaf.pem -certfile sub.pem -out chain.p7b".to_owned(),
            "crl2pkcs7 -nocrl -certfile sub.pem -certfile root.pem -certfile leaf.pem -outform DER -out chain.p7c".to_owned(),
            "x509 -in leaf.pem -outform DER -out leaf.der".to_owned(),
        ] {
            succeed(&mut openssl(at, &command));
        }
        Self { dir, key: made.key }
    }

    fn at(&self) -> &Path {
        self.dir.path()
    }

    fn heap(&self, files: &[&str]) -> Result<Certificates, ImportError> {
        let mut heap = Certificates::new();
        for file in files {
            heap.add(file, &std::fs::read(self.at().join(file)).unwrap())?;
        }
        Ok(heap)
    }

    fn answer(&self, files: &[&str]) -> Result<Answer, ImportError> {
        Answer::build(&self.heap(files)?, &self.key.public_key_der().unwrap(), now())
    }
}

fn subjects(answer: &Answer) -> Vec<&str> {
    answer.infos.iter().map(|info| info.subject.as_str()).collect()
}

#[test]
fn every_form_and_order_gives_the_same_chain() {
    if !openssl_available() {
        return;
    }
    let foreign = Foreign::new();
    let text = succeed(&mut openssl(foreign.at(), "x509 -in root.pem -text"));
    let bundle = ["sub.pem", "root.pem", "leaf.pem"]
        .map(|file| std::fs::read_to_string(foreign.at().join(file)).unwrap());
    write(
        foreign.at(),
        "bundle.pem",
        format!("subject=CN=Sub\r\n{}\n{text}{}", bundle[0].replace('\n', "\r\n"), bundle[2]),
    );
    for files in [
        &["leaf.pem", "sub.pem", "root.pem"][..],
        &["root.pem", "sub.pem", "leaf.der"],
        &["other.pem", "sub.pem", "root.pem", "leaf.pem", "leaf.der"],
        &["chain.p7b"],
        &["chain.p7c"],
        &["bundle.pem"],
        &["leaf.pem", "chain.p7b", "other.pem"],
    ] {
        let answer = foreign.answer(files).unwrap();
        assert_eq!(subjects(&answer), ["CN=node1", "CN=Sub", "CN=Root"], "{files:?}");
        assert_eq!(answer.unused.is_empty(), !files.contains(&"other.pem"), "{files:?}");
        assert_eq!(answer.require_root().unwrap(), answer.chain.last().unwrap());
    }

    // The result as stores.
    let answer = foreign.answer(&["chain.p7b"]).unwrap();
    let anchor = [answer.require_root().unwrap().clone()];
    let chain = answer.chain.clone();
    let leaf = answer.into_leaf("node1".parse().unwrap(), Role::Internal, foreign.key.clone()).unwrap();
    let passwords = StorePasswords::generate();
    let written = write_stores(&foreign.at().join("tls"), &leaf, &anchor, &passwords).unwrap();
    let store = read_file(&written.keystore, &passwords.keystore).unwrap();
    assert_eq!(store.keys().next().unwrap(), ("node1", &foreign.key, chain.as_slice()));
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    if !openssl_available() {
        return;
    }
    let foreign = Foreign::new();
    let missing = |files: &[&str]| foreign.answer(files).unwrap().require_root().unwrap_err().to_string();
    assert!(
        missing(&["leaf.pem"])
            .contains("the certificate of CN=Sub is missing, which issued the one of CN=node1")
    );
    assert!(missing(&["leaf.pem", "sub.pem"]).contains("CN=Root is missing, which issued the one of CN=Sub"));
    assert!(missing(&["leaf.pem", "root.pem"]).contains("CN=Sub is missing"));

    let wrong = |files: &[&str]| foreign.answer(files).unwrap_err();
    assert!(matches!(wrong(&["sub.pem", "root.pem"]), ImportError::NoneForKey { count: 2, .. }));
    write(foreign.at(), "noise", b"\x30\x03abc");
    write(foreign.at(), "request-only.pem", std::fs::read(foreign.at().join("request.pem")).unwrap());
    assert!(wrong(&["noise"]).to_string().contains("noise holds no certificates that can be read"));
    assert!(wrong(&["request-only.pem"]).to_string().contains("there is CERTIFICATE REQUEST in it"));

    // A root of the right name with another key.
    succeed(&mut openssl(
        foreign.at(),
        "req -x509 -newkey ed25519 -nodes -keyout fake.key -out fake.pem -subj /CN=Root -days 30",
    ));
    let error = wrong(&["leaf.pem", "sub.pem", "fake.pem"]).to_string();
    assert!(
        error.contains("CN=Sub names CN=Root as its issuer, but the one given did not sign it"),
        "{error}"
    );
    // Beside the right one it does no harm.
    assert_eq!(foreign.answer(&["fake.pem", "leaf.pem", "sub.pem", "root.pem"]).unwrap().infos.len(), 3);

    // A leaf that plays the authority.
    succeed(&mut openssl(
        foreign.at(),
        "x509 -req -in request.pem -CA other.pem -CAkey other.key -days 10 -out below.pem",
    ));
    succeed(&mut openssl(
        foreign.at(),
        "req -x509 -newkey ed25519 -nodes -keyout plain.key -out plain.pem -subj /CN=Plain -days 9 -addext basicConstraints=CA:FALSE",
    ));
    succeed(&mut openssl(
        foreign.at(),
        "x509 -req -in request.pem -CA plain.pem -CAkey plain.key -days 8 -out plainleaf.pem",
    ));
    let error = wrong(&["plainleaf.pem", "plain.pem"]);
    assert!(matches!(&error, ImportError::NotAnAuthority { subject } if subject == "CN=Plain"), "{error}");

    let heap = foreign.heap(&["chain.p7b"]).unwrap();
    let key = foreign.key.public_key_der().unwrap();
    for (days, expected) in [(15, "CN=node1 expired"), (-2, "CN=node1 is valid only from")] {
        let then = now() + SignedDuration::from_hours(24 * days);
        let error = Answer::build(&heap, &key, then).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// A certificate of `name` for `key`, signed by another name and key.
fn certificate(name: &str, key: &KeyPair, by: (&str, &KeyPair), days: (i64, i64)) -> CertificateDer<'static> {
    let params = |name: &str| {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
    };
    let mut own = params(name);
    let day = |days: i64| {
        rcgen::date_time_ymd(2026, 1, 1)
            + std::time::Duration::from_secs(86400) * u32::try_from(days).unwrap()
    };
    (own.not_before, own.not_after) = (day(days.0), day(days.1));
    own.signed_by(key, &Issuer::from_params(&params(by.0), by.1)).unwrap().into()
}

fn then() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn keys<const N: usize>() -> [KeyPair; N] {
    std::array::from_fn(|_| KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap())
}

fn public_key(key: &KeyPair) -> Vec<u8> {
    rcgen::PublicKeyData::subject_public_key_info(key)
}

fn heap<'a>(all: impl IntoIterator<Item = &'a CertificateDer<'static>>) -> Certificates {
    let mut heap = Certificates::new();
    for certificate in all {
        heap.add_der("heap", certificate.clone()).unwrap();
    }
    heap
}

#[test]
fn circles_and_expired_links_are_named_and_a_way_around_them_is_found() {
    let [leaf, a, b, root] = keys();
    let good = (0, 300);
    let leaf_by_a = certificate("leaf", &leaf, ("a", &a), good);
    let a_by_b = certificate("a", &a, ("b", &b), good);
    let b_by_a = certificate("b", &b, ("a", &a), good);
    let b_by_root = certificate("b", &b, ("root", &root), good);
    let b_old = certificate("b", &b, ("root", &root), (0, 20));
    let the_root = certificate("root", &root, ("root", &root), good);
    let key = public_key(&leaf);
    let build = |all: &[&CertificateDer<'static>]| Answer::build(&heap(all.iter().copied()), &key, then());

    let error = build(&[&leaf_by_a, &a_by_b, &b_by_a]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the chain runs in a circle without reaching a root: CN=leaf ← CN=a ← CN=b ← CN=a"
    );
    // Cross-signed, but with a way out.
    let answer = build(&[&leaf_by_a, &b_by_a, &a_by_b, &b_by_root, &the_root]).unwrap();
    assert_eq!(subjects(&answer), ["CN=leaf", "CN=a", "CN=b", "CN=root"]);
    // The expired one is named where there is no other, and avoided where there is one.
    let error = build(&[&leaf_by_a, &a_by_b, &b_old, &the_root]).unwrap_err();
    assert!(matches!(&error, ImportError::Expired { subject, .. } if subject == "CN=b"), "{error}");
    let answer = build(&[&leaf_by_a, &a_by_b, &b_old, &b_by_root, &the_root]).unwrap();
    assert!(answer.chain.contains(&b_by_root) && answer.missing.is_none());
}

#[test]
fn a_tangle_made_to_cost_time_is_given_up_on() {
    // Every one of twelve authorities is signed by every other one: 12! chains and no root.
    let authorities: [KeyPair; 12] = keys();
    let [leaf] = keys();
    let name = |at: usize| format!("authority {at}");
    let mut all = vec![certificate("leaf", &leaf, (&name(0), &authorities[0]), (0, 300))];
    for (at, key) in authorities.iter().enumerate() {
        for (by, signer) in authorities.iter().enumerate().filter(|(by, _)| *by != at) {
            all.push(certificate(&name(at), key, (&name(by), signer), (0, 300)));
        }
    }
    let error = Answer::build(&heap(&all), &public_key(&leaf), then()).unwrap_err();
    assert!(matches!(error, ImportError::TooLong { .. } | ImportError::Loop { .. }), "{error}");

    let [one] = keys();
    let mut heap = Certificates::new();
    let limit = (0..300).find_map(|n| {
        let der = certificate(&format!("c{n}"), &one, ("x", &one), (0, 300));
        heap.add_der("many", der).err()
    });
    assert_eq!(limit, Some(ImportError::TooMany { limit: 200 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_the_heap_does_not_matter(order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle()) {
        static ALL: std::sync::LazyLock<(Vec<CertificateDer<'static>>, Vec<u8>)> = std::sync::LazyLock::new(|| {
            let [leaf, a, b, root, other] = keys();
            let good = (0, 300);
            let all = vec![
                certificate("leaf", &leaf, ("a", &a), good),
                certificate("a", &a, ("b", &b), good),
                certificate("b", &b, ("root", &root), good),
                certificate("root", &root, ("root", &root), good),
                certificate("root", &other, ("root", &other), good),
                certificate("b", &b, ("root", &root), (0, 20)),
            ];
            (all, public_key(&leaf))
        });
        let (all, key) = &*ALL;
        let answer = Answer::build(&heap(order.iter().map(|at| &all[*at])), key, then()).unwrap();
        prop_assert_eq!(&answer.chain, &all[..4]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_damaged_answer_is_an_error_or_what_was_signed(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        static SAMPLE: std::sync::LazyLock<(Vec<u8>, Vec<u8>, Vec<CertificateDer<'static>>)> =
            std::sync::LazyLock::new(|| {
                let [leaf, root] = keys();
                let chain = vec![
                    certificate("leaf", &leaf, ("root", &root), (0, 300)),
                    certificate("root", &root, ("root", &root), (0, 300)),
                ];
                (signed_data(&chain), public_key(&leaf), chain)
            });
        let (bytes, key, chain) = &*SAMPLE;
        let mut bytes = bytes.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let mut heap = Certificates::new();
        if heap.add("answer", &bytes).is_ok()
            && let Ok(answer) = Answer::build(&heap, key, then())
        {
            // A leaf that a root signed says what was signed. What a root says of itself nothing protects.
            let same = signed_part(&answer.chain[0]) == signed_part(&chain[0]);
            prop_assert!(answer.missing.is_some() || same || answer.chain.len() == 1);
        }
    }
}

fn signed_part(certificate: &[u8]) -> Vec<u8> {
    x509_parser::parse_x509_certificate(certificate).unwrap().1.tbs_certificate.as_ref().to_vec()
}

/// PKCS#7 signed data with nothing in it but certificates.
fn signed_data(certificates: &[CertificateDer<'_>]) -> Vec<u8> {
    fn wrap(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, length[0], length[1]], content.as_slice()].concat()
    }
    let data = [0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
    let signed = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    let all: Vec<&[u8]> = certificates.iter().map(AsRef::as_ref).collect();
    let body = wrap(0x30, &[&[2, 1, 1], &[0x31, 0], &data, &wrap(0xa0, &all), &[0x31, 0]]);
    wrap(0x30, &[&signed, &wrap(0xa0, &[&body])])
}

//! What happens to authorities and leaves over the years: intermediates, renewal, revocation, status.

use std::path::Path;

use crate::tools::{authority, available, command, now, openssl, openssl_available, run, succeed, write};
use jiff::{SignedDuration, Timestamp};
use ops_core::secret::Secret;
use pki::PkiError;
use pki::authority::{Authority, AuthorityRequest, IndexEvent, LeafRequest, PendingAuthority, Register};
use pki::certificate::CertificateInfo;
use pki::constraints::NameConstraints;
use pki::import::{Certificates, ImportError};
use pki::key::KeyKind;
use pki::profile::{Role, Validity};
use pki::renewal::{self, RenewalKey};
use pki::request::CertificateRequest;
use pki::revocation::RevocationReason;
use pki::sign::SignAuthority;
use pki::status::{Include, State, StatusReport, Thresholds};
use pki::store::{IssuedStores, StorePasswords, write_stores};

fn passphrase() -> Secret {
    Secret::new("correct horse")
}

fn leaf(name: &str, key: KeyKind, at: Timestamp) -> LeafRequest {
    let names = ["dns:node.flink.example", "dns:localhost"].map(|name| name.parse().unwrap());
    let mut request = LeafRequest::new(name.parse().unwrap(), Role::Internal, names, at);
    request.key = key;
    request.by = Some("alice".to_owned());
    request
}

fn pending(dir: &Path, key: KeyKind) -> PendingAuthority {
    let mut request = AuthorityRequest::new("Flink Sub CA".parse().unwrap(), now());
    request.key = key;
    PendingAuthority::create(dir, &request, &passphrase()).unwrap()
}

fn heap(files: &[&[u8]]) -> Certificates {
    let mut heap = Certificates::new();
    for bytes in files {
        heap.add("answer", bytes).unwrap();
    }
    heap
}

#[test]
fn an_intermediate_comes_to_life_with_the_root_s_answer() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let root = authority(dir, "Root", KeyKind::P384, 1, now());
    let sub = dir.join("sub");
    let waiting = pending(&sub, KeyKind::P256);

    // A pending authority says so, wherever it is opened.
    let error = Authority::open(&sub, &passphrase()).unwrap_err();
    assert!(matches!(error, PkiError::Pending { .. }), "{error}");
    assert!(
        error.to_string().contains("request.pem")
            && error.to_string().contains("pki intermediate install --dir"),
        "{error}"
    );
    assert!(matches!(Register::open(&sub), Err(PkiError::Pending { .. })));
    assert_eq!(PendingAuthority::open(&sub).unwrap().common_name().as_str(), "Flink Sub CA");

    let request = CertificateRequest::parse(waiting.request_pem().unwrap().as_bytes()).unwrap();
    assert!(request.wants_authority.is_some());
    let mut sign = SignAuthority::new(&request, "Flink Sub CA".parse().unwrap(), now());
    sign.constraints =
        NameConstraints::permitting(["dns:flink.example", "dns:localhost"].map(|text| text.parse().unwrap()));
    let signed = root.sign_authority(&sign).unwrap();
    assert_eq!(root.delegated().unwrap()[0].serial, signed.serial);
    let answer = pki::pem::certificates(&signed.chain);

    // What is not the answer changes nothing.
    let other = pending(&dir.join("other"), KeyKind::P256);
    let wrong = other.install(&heap(&[answer.as_bytes()]), &passphrase(), now(), None).unwrap_err();
    assert!(matches!(wrong, PkiError::Import(ImportError::NoneForKey { .. })), "{wrong}");
    let only = pki::pem::certificates(&signed.chain[..1]);
    let short = waiting.install(&heap(&[only.as_bytes()]), &passphrase(), now(), None).unwrap_err();
    assert!(short.to_string().contains("CN=Root is missing"), "{short}");
    let waiting = PendingAuthority::open(&sub).unwrap();
    let secret = waiting.install(&heap(&[answer.as_bytes()]), &Secret::new("x"), now(), None).unwrap_err();
    assert!(matches!(secret, PkiError::WrongPassphrase { .. }));

    let waiting = PendingAuthority::open(&sub).unwrap();
    let installed =
        waiting.install(&heap(&[answer.as_bytes()]), &passphrase(), now(), Some("bob".into())).unwrap();
    assert_eq!((installed.anchor(), installed.is_intermediate()), (root.certificate(), true));
    assert_eq!((installed.path_length(), root.path_length()), (Some(0), Some(1)));
    assert_eq!(installed.constraints(), [sign.constraints]);
    assert!(matches!(PendingAuthority::open(&sub), Err(PkiError::NotPending { .. })));

    // Killed after the index was written and before the certificate was: the next run finishes it, once.
    drop(installed);
    std::fs::remove_file(sub.join("ca.pem")).unwrap();
    let waiting = PendingAuthority::open(&sub).unwrap();
    let installed = waiting.install(&heap(&[answer.as_bytes()]), &passphrase(), now(), None).unwrap();
    let created = installed.events().unwrap();
    assert_eq!(created.iter().filter(|event| matches!(event, IndexEvent::Created(_))).count(), 1);
    assert!(matches!(created[0], IndexEvent::Requested(_)));

    let issued = installed.issue(&leaf("node", KeyKind::P256, now())).unwrap();
    assert_eq!(issued.chain.len(), 3);
    assert_eq!(Authority::open(&sub, &passphrase()).unwrap().chain(), issued.chain[1..]);
    let outside =
        LeafRequest::new("x".parse().unwrap(), Role::Internal, ["dns:evil.example".parse().unwrap()], now());
    assert!(matches!(installed.issue(&outside), Err(PkiError::NotPermitted { .. })));

    // An authority for leaves only cannot have another one below it.
    let third = pending(&dir.join("third"), KeyKind::P256);
    let request = CertificateRequest::parse(third.request_pem().unwrap().as_bytes()).unwrap();
    let sign = SignAuthority::new(&request, "Third".parse().unwrap(), now());
    let error = installed.sign_authority(&sign).unwrap_err();
    assert!(matches!(error, PkiError::PathLength { allowed: 0, wanted: 1, .. }), "{error}");
}

#[test]
fn chains_of_intermediates_hold_for_openssl_and_java() {
    if !openssl_available() || !available("javac", "default-jdk-headless") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/java/MutualTls.java");
    succeed(command("javac").arg("-d").arg(dir.join("classes")).arg(source));
    for (number, (root_key, sub_key, leaf_key)) in [
        (KeyKind::Rsa3072, KeyKind::Rsa2048, KeyKind::Rsa2048),
        (KeyKind::P384, KeyKind::P256, KeyKind::P256),
        (KeyKind::Ed25519, KeyKind::Ed25519, KeyKind::P384),
    ]
    .into_iter()
    .enumerate()
    {
        let root = authority(dir, &format!("Root {number}"), root_key, 1, now());
        let waiting = pending(&dir.join(format!("sub{number}")), sub_key);
        let request = CertificateRequest::parse(waiting.request_pem().unwrap().as_bytes()).unwrap();
        let mut sign = SignAuthority::new(&request, "Sub".parse().unwrap(), now());
        sign.constraints = NameConstraints::permitting(
            ["dns:flink.example", "dns:localhost", "ip:10.0.0.0/8"].map(|text| text.parse().unwrap()),
        );
        let signed = root.sign_authority(&sign).unwrap();
        let answer = pki::pem::certificates(&signed.chain);
        let sub = waiting.install(&heap(&[answer.as_bytes()]), &passphrase(), now(), None).unwrap();
        let issued = sub.issue(&leaf("node", leaf_key, now())).unwrap();
        write(dir, "leaf.pem", pki::pem::certificates(&issued.chain[..1]));
        write(dir, "sub.pem", pki::pem::certificates(&issued.chain[1..2]));
        let verify = openssl(dir, "verify -x509_strict -purpose sslserver -untrusted sub.pem -CAfile");
        let verify = succeed({ verify }.arg(root.certificate_path()).arg("leaf.pem"));
        assert!(verify.contains("leaf.pem: OK"), "{verify}");
        let text = succeed(&mut openssl(dir, "x509 -noout -text -in sub.pem"));
        assert!(text.contains("CA:TRUE, pathlen:0") && text.contains("DNS:flink.example"), "{text}");

        let stores: Vec<IssuedStores> = ["a", "b"]
            .map(|name| {
                let issued = sub.issue(&leaf(name, leaf_key, now())).unwrap();
                let anchors = [sub.anchor().clone()];
                write_stores(&dir.join("tls"), &issued, &anchors, &StorePasswords::generate()).unwrap()
            })
            .into();
        for protocol in ["TLSv1.2", "TLSv1.3"] {
            let mut java = command("java");
            java.args(["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp"]).arg(dir.join("classes"));
            java.args(["MutualTls", protocol]);
            for stores in &stores {
                java.arg(&stores.keystore).arg(&stores.keystore_password_file);
                java.arg(&stores.truststore).arg(&stores.truststore_password_file);
            }
            let output = run(&mut java);
            let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(text.starts_with(&format!("ok {protocol} ")), "{root_key} {leaf_key}: {text}");
        }
    }
}

#[test]
fn revoked_certificates_are_on_the_list_for_openssl() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for (number, kind) in [KeyKind::P256, KeyKind::Rsa2048, KeyKind::Ed25519].into_iter().enumerate() {
        let ca = authority(dir, &format!("CA {number}"), kind, 0, now());
        let next = now() + SignedDuration::from_hours(7 * 24);
        let empty = ca.issue_revocation_list(now(), next, None).unwrap();
        assert_eq!((empty.number, empty.revoked), (1, 0));
        let good = ca.issue(&leaf("good", KeyKind::P256, now())).unwrap();
        let bad = ca.issue(&leaf("bad", KeyKind::P256, now())).unwrap();
        let row = ca.revoke(&bad.serial, RevocationReason::KeyCompromise, now(), Some("eve".into())).unwrap();
        assert_eq!(row.serial, bad.serial);
        let again = ca.revoke(&bad.serial, RevocationReason::Superseded, now(), None).unwrap_err();
        assert!(matches!(again, PkiError::Revoked { .. }) && again.to_string().contains("of bad"), "{again}");
        let unknown =
            ca.revoke(&"4141".parse().unwrap(), RevocationReason::Unspecified, now(), None).unwrap_err();
        assert!(unknown.to_string().contains("4141 is not among the 2 certificate(s)"), "{unknown}");
        let backwards = ca.issue_revocation_list(now(), now(), None).unwrap_err();
        assert!(matches!(backwards, PkiError::NextUpdate { .. }));
        let list = ca.issue_revocation_list(now(), next, None).unwrap();
        assert_eq!((list.number, list.revoked), (2, 1));
        assert_eq!(ca.last_list().unwrap().unwrap().number, 2);
        assert_eq!(std::fs::read_to_string(&list.path).unwrap(), list.to_pem());
        let records = ca.records().unwrap();
        assert_eq!(records.iter().map(|record| record.revoked.is_some()).collect::<Vec<_>>(), [false, true]);
        if !openssl_available() {
            continue;
        }
        let ca_file = ca.certificate_path();
        let mut show = openssl(dir, "crl -noout -text -CAfile");
        let text = succeed(show.arg(&ca_file).arg("-in").arg(&list.path));
        for expected in [
            "verify OK",
            "X509v3 CRL Number: \n                2",
            "Key Compromise",
            "Authority Key Identifier",
        ] {
            assert!(text.contains(expected), "no {expected:?} in\n{text}");
        }
        for (leaf, expected) in [(&good, "OK"), (&bad, "certificate revoked")] {
            write(dir, "leaf.pem", pki::pem::certificates(&leaf.chain[..1]));
            let mut verify = openssl(dir, "verify -x509_strict -crl_check -CRLfile");
            let output = run(verify.arg(&list.path).arg("-CAfile").arg(&ca_file).arg("leaf.pem"));
            let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(text.contains(expected), "{text}");
        }
    }
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

#[test]
fn renewal_keeps_names_and_the_key_where_asked() {
    let dir = tempfile::tempdir().unwrap();
    let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let ca = authority(dir.path(), "CA", KeyKind::P256, 0, start);
    let first = ca.issue(&leaf("node", KeyKind::P384, start)).unwrap();
    ca.issue(&leaf("other", KeyKind::P256, start + hours(24 * 200))).unwrap();
    let later = start + hours(24 * 380);
    assert!(renewal::due(&ca, hours(24 * 10), later).unwrap().is_empty());
    let due = renewal::due(&ca, hours(24 * 30), later).unwrap();
    assert_eq!(due.iter().map(|record| record.row.name.as_str()).collect::<Vec<_>>(), ["node"]);

    let kept = RenewalKey::Keep { key: first.key.clone(), certificate: first.chain[0].clone() };
    let second = ca.renew(&due[0], kept.clone(), Validity::LEAF, later, Some("bob".into())).unwrap();
    let (before, after) = (info(&first), info(&second));
    assert_eq!(
        (&before.subject, &before.names, &before.public_key),
        (&after.subject, &after.names, &after.public_key)
    );
    assert!(second.not_after > first.not_after && second.serial != first.serial);
    assert!(renewal::due(&ca, hours(24 * 30), later).unwrap().is_empty(), "a renewed leaf is not due");

    let record = ca.newest(&"NODE".parse().unwrap()).unwrap();
    assert_eq!((record.row.serial.clone(), record.row.by.as_deref()), (second.serial.clone(), Some("bob")));
    assert_eq!(ca.by_serial(&first.serial).unwrap().superseded_by, Some(second.serial.clone()));
    let third = ca.renew(&record, RenewalKey::New, Validity::LEAF, later, None).unwrap();
    assert_eq!((info(&third).key_bits, info(&third).names), (Some(384), before.names));
    assert_ne!(info(&third).public_key, before.public_key);

    // The keystore of another certificate, or of another key.
    let newest = ca.newest(&"node".parse().unwrap()).unwrap();
    let error = ca.renew(&newest, kept, Validity::LEAF, later, None).unwrap_err();
    assert!(error.to_string().contains("another one than the newest of this name"), "{error}");
    let mixed = RenewalKey::Keep { key: first.key, certificate: third.chain[0].clone() };
    assert!(matches!(
        ca.renew(&newest, mixed, Validity::LEAF, later, None),
        Err(PkiError::NotTheSame { .. })
    ));
    ca.revoke(&third.serial, RevocationReason::Superseded, later, None).unwrap();
    let newest = ca.newest(&"node".parse().unwrap()).unwrap();
    let error = ca.renew(&newest, RenewalKey::New, Validity::LEAF, later, None).unwrap_err();
    assert!(matches!(error, PkiError::Revoked { .. }), "{error}");
    assert!(matches!(ca.newest(&"none".parse().unwrap()), Err(PkiError::NotIssued { .. })));
}

fn info(leaf: &pki::authority::Leaf) -> CertificateInfo {
    CertificateInfo::parse(&leaf.chain[0]).unwrap()
}

#[test]
fn the_status_needs_no_passphrase_and_counts_what_is_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let ca = authority(dir.path(), "CA", KeyKind::P256, 0, start);
    for (name, days) in
        [("expired", 5), ("critical", 12), ("warning", 30), ("valid", 300), ("twice", 20), ("gone", 8)]
    {
        let mut request = leaf(name, KeyKind::P256, start);
        request.validity = Validity::days(days).unwrap();
        ca.issue(&request).unwrap();
    }
    ca.issue(&leaf("twice", KeyKind::P256, start)).unwrap();
    let gone = ca.newest(&"gone".parse().unwrap()).unwrap();
    ca.revoke(&gone.row.serial, RevocationReason::CessationOfOperation, start, None).unwrap();
    ca.issue_revocation_list(start, start + hours(24 * 7), None).unwrap();

    let register = Register::open(ca.dir()).unwrap();
    let at = start + hours(24 * 10);
    let report = StatusReport::new(&register, Include::Current, Thresholds::default(), at).unwrap();
    let rows: Vec<_> = report
        .certificates
        .iter()
        .map(|row| (row.name.as_str(), row.kind, row.state, row.days_left))
        .collect();
    assert_eq!(
        rows,
        [
            ("CN=CA", "authority", State::Valid, 3642),
            ("expired", "internal", State::Expired, -5),
            ("critical", "internal", State::Critical, 2),
            ("warning", "internal", State::Warning, 20),
            ("valid", "internal", State::Valid, 290),
            ("twice", "internal", State::Valid, 387),
        ]
    );
    assert_eq!(report.worst(), State::Expired);
    assert_eq!(report.certificates[1].by.as_deref(), Some("alice"));
    let all = StatusReport::new(&register, Include::All, Thresholds::default(), at).unwrap();
    let states: Vec<_> = all.certificates.iter().map(|row| row.state).collect();
    assert_eq!(states.len(), 8);
    assert!(states.contains(&State::Superseded) && states.contains(&State::Revoked));

    let text = report.prometheus();
    let serial = &report.certificates[1].serial;
    let line = format!(
        "flinkops_certificate_not_after_seconds{{name=\"expired\",kind=\"internal\",serial=\"{serial}\"}} 1772798400\n"
    );
    assert!(text.contains(&line), "{text}");
    assert!(text.contains("flinkops_revocation_list_next_update_seconds 1772971200\n"), "{text}");
    assert_eq!(text.matches("# TYPE ").count(), 4);
    assert!(text.lines().all(|line| line.starts_with('#') || line.starts_with("flinkops_")), "{text}");
    assert!(text.ends_with('\n') && !text.contains("gone"));
}

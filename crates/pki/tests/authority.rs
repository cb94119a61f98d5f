//! Authorities from the outside: what they issue, what they refuse, and that their directory survives writers that
//! work at the same time or are killed.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use ops_core::secret::Secret;
use pki::PkiError;
use pki::authority::{Authority, AuthorityRequest, LeafRequest};
use pki::certificate::{CertificateInfo, KeyAlgorithm};
use pki::key::KeyKind;
use pki::names::SubjectAltName;
use pki::profile::{Role, Validity};

const CHILD: &str = "PKI_TEST_CHILD_DIRECTORY";

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn passphrase() -> Secret {
    Secret::new("correct horse")
}

fn request(key: KeyKind) -> AuthorityRequest {
    let mut request = AuthorityRequest::new("Test CA".parse().unwrap(), now());
    request.key = key;
    request
}

fn leaf(name: &str, role: Role, key: KeyKind) -> LeafRequest {
    let names = ["dns:flink.example", "ip:127.0.0.1", "uri:spiffe://flink/x", "dns:flink.example"];
    let names = names.into_iter().map(|name| name.parse::<SubjectAltName>().unwrap());
    let mut request = LeafRequest::new(name.parse().unwrap(), role, names, now());
    request.key = key;
    request
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_directory_is_private_whole_and_opens_again() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("ca");
    let created = Authority::create(&dir, &request(KeyKind::P256), &passphrase()).unwrap();
    assert_eq!(mode(&dir), 0o700);
    let mut files: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap()).collect();
    files.sort_by_key(|entry| entry.file_name());
    assert_eq!(
        files.iter().map(|entry| entry.file_name().into_string().unwrap()).collect::<Vec<_>>(),
        ["ca.key.pem", "ca.pem", "issued.jsonl", "lock"]
    );
    assert!(files.iter().all(|entry| mode(&entry.path()) == 0o600));
    assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 1, "nothing is left beside it");

    let key = std::fs::read_to_string(dir.join("ca.key.pem")).unwrap();
    assert!(key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    let opened = Authority::open(&dir, &passphrase()).unwrap();
    assert_eq!(opened.certificate(), created.certificate());
    assert_eq!(opened.info().subject, "CN=Test CA");
    assert_eq!(opened.info().not_after.to_string(), "2036-02-29T12:00:00Z");
    assert!(opened.info().is_authority && opened.issued().unwrap().is_empty());
}

#[test]
fn certificates_hold_what_their_role_needs_and_nothing_else() {
    let parent = tempfile::tempdir().unwrap();
    let authority =
        Authority::create(&parent.path().join("ca"), &request(KeyKind::P384), &passphrase()).unwrap();
    for (role, server, client) in
        [(Role::Internal, true, true), (Role::RestServer, true, false), (Role::RestClient, false, true)]
    {
        let leaf = authority.issue(&leaf(role.name(), role, KeyKind::Ed25519)).unwrap();
        let info = CertificateInfo::parse(&leaf.chain[0]).unwrap();
        assert_eq!((info.usage.server, info.usage.client), (server, client), "{role}");
        assert_eq!((info.is_authority, info.key), (false, KeyAlgorithm::Ed25519));
        assert_eq!(info.serial, leaf.serial.to_string());
        assert_eq!(info.subject, format!("CN={role}"));
        let names: Vec<_> = info.names.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["dns:flink.example", "ip:127.0.0.1", "uri:spiffe://flink/x"]);
        assert_eq!(info.not_before.to_string(), "2026-03-01T11:55:00Z");
        assert_eq!(info.not_after.to_string(), "2027-04-02T12:00:00Z");
        assert_eq!(leaf.key.public_key_der().unwrap(), info.public_key);
        assert_eq!(leaf.chain[1], *authority.certificate());
    }
    let rows = authority.issued().unwrap();
    assert_eq!(
        rows.iter().map(|row| row.role).collect::<Vec<_>>(),
        [Role::Internal, Role::RestServer, Role::RestClient]
    );
}

#[test]
fn several_leaves_come_in_order_and_all_are_in_the_index() {
    let parent = tempfile::tempdir().unwrap();
    let authority =
        Authority::create(&parent.path().join("ca"), &request(KeyKind::P256), &passphrase()).unwrap();
    let requests: Vec<_> =
        (0..40).map(|n| leaf(&format!("node-{n}"), Role::Internal, KeyKind::P256)).collect();
    let leaves = authority.issue_all(&requests).unwrap();
    let names: Vec<_> = leaves.iter().map(|leaf| leaf.name.to_string()).collect();
    assert_eq!(names, (0..40).map(|n| format!("node-{n}")).collect::<Vec<_>>());
    let rows = authority.issued().unwrap();
    for (leaf, row) in leaves.iter().zip(&rows) {
        assert_eq!((&leaf.serial, &leaf.fingerprint_sha256), (&row.serial, &row.fingerprint_sha256));
    }
    assert_eq!(rows.len(), 40);
    assert!(authority.issue_all(&[]).unwrap().is_empty());
}

#[test]
fn one_request_that_cannot_be_met_issues_none() {
    let parent = tempfile::tempdir().unwrap();
    let authority =
        Authority::create(&parent.path().join("ca"), &request(KeyKind::P256), &passphrase()).unwrap();
    let good = leaf("good", Role::Internal, KeyKind::P256);
    let mut nameless = leaf("rest", Role::RestServer, KeyKind::P256);
    nameless.names.clear();
    let mut long = good.clone();
    long.validity = Validity::days(4000).unwrap();
    let mut early = good.clone();
    early.now = now() - SignedDuration::from_hours(1);
    for (bad, reason) in [
        (nameless, "give at least one dns: or ip: name"),
        (long, "would outlive its authority, which ends on 2036-02-29T12:00:00Z"),
        (early, "set the clock right"),
    ] {
        let error = authority.issue_all(&[good.clone(), bad]).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
    assert!(authority.issued().unwrap().is_empty());
}

#[test]
fn what_is_in_the_way_stays_untouched() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("ca");
    let create = || Authority::create(&dir, &request(KeyKind::P256), &passphrase());
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("notes"), "mine").unwrap();
    assert!(matches!(create(), Err(PkiError::Occupied { .. })));
    std::fs::remove_file(dir.join("notes")).unwrap();
    create().unwrap();
    let before = std::fs::read(dir.join("ca.pem")).unwrap();
    assert!(matches!(create(), Err(PkiError::Exists { .. })));
    assert_eq!(std::fs::read(dir.join("ca.pem")).unwrap(), before);
    let file = parent.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(matches!(
        Authority::create(&file, &request(KeyKind::P256), &passphrase()),
        Err(PkiError::File(_))
    ));
    let empty = Authority::create(&parent.path().join("x"), &request(KeyKind::P256), &Secret::new(""));
    assert!(matches!(empty, Err(PkiError::EmptyPassphrase)));
    assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 2, "nothing is left beside them");
}

#[test]
fn every_defect_of_a_directory_has_its_own_name() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("ca");
    let other = parent.path().join("other");
    assert!(matches!(Authority::open(&dir, &passphrase()), Err(PkiError::NoAuthority { .. })));
    drop(Authority::create(&dir, &request(KeyKind::P256), &passphrase()).unwrap());
    let stranger = Authority::create(&other, &request(KeyKind::P256), &passphrase()).unwrap();

    let wrong = Authority::open(&dir, &Secret::new("battery staple")).unwrap_err();
    assert!(matches!(wrong, PkiError::WrongPassphrase { .. }) && !wrong.to_string().contains("battery"));

    let damage = |file: &str, bytes: &[u8]| {
        let path = dir.join(file);
        let before = std::fs::read(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
        let error = Authority::open(&dir, &passphrase()).unwrap_err().to_string();
        std::fs::write(&path, before).unwrap();
        error
    };
    assert!(damage("ca.pem", b"").contains("no CERTIFICATE block"));
    let leaf = stranger.issue(&leaf("x", Role::Internal, KeyKind::P256)).unwrap();
    assert!(
        damage("ca.pem", pki::pem::certificates(&leaf.chain).as_bytes()).contains("not one of an authority")
    );
    let foreign = std::fs::read(other.join("ca.key.pem")).unwrap();
    assert!(damage("ca.key.pem", &foreign).contains("does not belong to the certificate"));
    assert!(damage("ca.key.pem", leaf.key.to_pem().as_bytes()).contains("ENCRYPTED PRIVATE KEY is needed"));

    std::fs::remove_file(dir.join("issued.jsonl")).unwrap();
    let error = Authority::open(&dir, &passphrase()).unwrap_err().to_string();
    assert!(error.contains("issued.jsonl is missing"), "{error}");
}

/// Starts this very test as a process of its own, which finds `CHILD` set and does the child's part.
#[expect(clippy::disallowed_methods, reason = "processes that exclude each other need processes")]
fn child(test: &str, dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .env(CHILD, dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[expect(clippy::disallowed_methods, reason = "how the child learns that it is one")]
fn child_directory() -> Option<std::ffi::OsString> {
    std::env::var_os(CHILD)
}

#[test]
fn processes_that_issue_at_once_lose_no_row_and_share_no_serial() {
    if let Some(dir) = child_directory() {
        let authority = Authority::open(Path::new(&dir), &passphrase()).unwrap();
        for n in 0..50 {
            let name = format!("p{}-{n}", std::process::id());
            authority.issue(&leaf(&name, Role::Internal, KeyKind::P256)).unwrap();
        }
        return;
    }
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("ca");
    let authority = Authority::create(&dir, &request(KeyKind::P256), &passphrase()).unwrap();
    let test = "processes_that_issue_at_once_lose_no_row_and_share_no_serial";
    let children = [child(test, &dir), child(test, &dir)];
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let authority = &authority;
            scope.spawn(move || {
                for n in 0..50 {
                    authority.issue(&leaf(&format!("t{thread}-{n}"), Role::Internal, KeyKind::P256)).unwrap();
                }
            });
        }
    });
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let rows = authority.issued().unwrap();
    assert_eq!(rows.len(), 200);
    assert_eq!(rows.iter().map(|row| &row.serial).collect::<HashSet<_>>().len(), 200);
    assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<HashSet<_>>().len(), 200);
}

#[test]
fn a_killed_writer_leaves_a_directory_that_works() {
    if let Some(dir) = child_directory() {
        let authority = Authority::open(Path::new(&dir), &passphrase()).unwrap();
        loop {
            authority.issue(&leaf("endless", Role::Internal, KeyKind::P256)).unwrap();
        }
    }
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("ca");
    let authority = Authority::create(&dir, &request(KeyKind::P256), &passphrase()).unwrap();
    for round in 1..=3 {
        let before = authority.issued().unwrap().len();
        let mut child = child("a_killed_writer_leaves_a_directory_that_works", &dir);
        while authority.issued().unwrap().len() < before + 10 {
            assert!(child.try_wait().unwrap().is_none(), "the child ended by itself");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let last = authority.issue(&leaf(&format!("after-{round}"), Role::Internal, KeyKind::P256)).unwrap();
        let rows = Authority::open(&dir, &passphrase()).unwrap().issued().unwrap();
        assert_eq!(rows.last().unwrap().serial, last.serial);
        assert_eq!(rows.iter().map(|row| &row.serial).collect::<HashSet<_>>().len(), rows.len());
    }
}

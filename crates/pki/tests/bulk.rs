//! Issuing in bulk: what is kept, what is issued anew, and that a run which is killed anywhere loses nothing.

use std::collections::HashSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};
use ops_core::secret::Secret;
use pki::PkiError;
use pki::authority::{Authority, AuthorityRequest, LeafRequest};
use pki::bulk::{BulkNode, BulkRequest, Outcome, Reason};
use pki::key::KeyKind;
use pki::names::SubjectAltName;
use pki::node_stores::NodeStores;
use pki::profile::Role;
use pki::revocation::RevocationReason;
use pki::store::{Format, StorePasswords, StoreProfile};
use proptest::prelude::*;

const CHILD: &str = "PKI_TEST_CHILD_DIRECTORY";
const NODES: usize = 60;

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn passphrase() -> Secret {
    Secret::new("correct horse")
}

fn create(dir: &Path) -> Authority {
    let mut request = AuthorityRequest::new("Bulk CA".parse().unwrap(), now());
    request.key = KeyKind::P256;
    Authority::create(&dir.join("ca"), &request, &passphrase()).unwrap()
}

fn node(name: &str, now: Timestamp) -> LeafRequest {
    let names = [format!("dns:{name}.example"), "dns:localhost".to_owned()];
    let names = names.iter().map(|name| name.parse::<SubjectAltName>().unwrap());
    let mut request = LeafRequest::new(name.parse().unwrap(), Role::Internal, names, now);
    request.key = KeyKind::P256;
    request
}

fn request(dir: &Path, count: usize) -> BulkRequest {
    let nodes = (0..count).map(|n| node(&format!("node-{n}"), now())).collect();
    BulkRequest::new(nodes, dir.join("tls"))
}

fn run(authority: &Authority, request: &BulkRequest) -> Vec<BulkNode> {
    authority.issue_bulk(request, &|_| {}).unwrap()
}

fn kept(nodes: &[BulkNode]) -> usize {
    nodes.iter().filter(|node| node.outcome == Outcome::Kept).count()
}

#[test]
fn a_second_run_keeps_everything_and_progress_is_complete() {
    let dir = tempfile::tempdir().unwrap();
    let authority = create(dir.path());
    for format in Format::ALL {
        let mut request = request(&dir.path().join(format.name()), 5);
        std::fs::create_dir(dir.path().join(format.name())).unwrap();
        request.format = format;
        let calls = AtomicUsize::new(0);
        let first = authority
            .issue_bulk(&request, &|progress| {
                assert_eq!(progress.total, 5);
                assert!((1..=5).contains(&progress.done));
                assert_eq!(progress.node.outcome, Outcome::Issued(Reason::New));
                calls.fetch_add(1, Ordering::Relaxed);
            })
            .unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 5, "{format}");
        let names: Vec<_> = first.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["node-0", "node-1", "node-2", "node-3", "node-4"]);
        let issued = authority.issued().unwrap().len();
        let second = run(&authority, &request);
        assert_eq!((kept(&second), authority.issued().unwrap().len()), (5, issued), "{format}");
        for (first, second) in first.iter().zip(&second) {
            assert_eq!(first.stores, second.stores, "{format}");
        }
        let left: Vec<_> =
            std::fs::read_dir(&request.dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".flinkops-")), "{left:?}");
    }
}

#[test]
fn what_is_not_good_any_more_is_issued_again_for_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let authority = create(dir.path());
    let base = request(dir.path(), 8);
    let first = run(&authority, &base);
    let files = |n: usize| &first[n].stores;

    let mut later = base.clone();
    std::fs::remove_file(&files(1).keystore).unwrap();
    std::fs::write(files(2).truststore.as_path(), b"torn").unwrap();
    let row = authority.issued().unwrap().into_iter().find(|row| row.name.as_str() == "node-3").unwrap();
    authority.revoke(&row.serial, RevocationReason::KeyCompromise, now(), None).unwrap();
    later.nodes[4].names.push("ip:10.0.0.4".parse().unwrap());
    later.nodes[5].key = KeyKind::P384;
    // Another node's truststore: the password beside it is another one.
    std::fs::copy(&files(7).truststore, &files(6).truststore).unwrap();
    let passwords: Vec<_> = first
        .iter()
        .map(|node| std::fs::read(node.stores.keystore_password_file.as_ref().unwrap()).unwrap())
        .collect();
    let second = run(&authority, &later);
    let outcomes: Vec<_> = second.iter().map(|node| node.outcome.clone()).collect();
    assert_eq!(
        outcomes,
        [
            Outcome::Kept,
            Outcome::Issued(Reason::Unreadable),
            Outcome::Issued(Reason::Unreadable),
            Outcome::Issued(Reason::Revoked),
            Outcome::Issued(Reason::Different),
            Outcome::Issued(Reason::Different),
            Outcome::Issued(Reason::Unreadable),
            Outcome::Kept,
        ]
    );
    // The configuration that names the passwords stays true.
    for (node, before) in second.iter().zip(passwords) {
        let file = node.stores.keystore_password_file.as_ref().unwrap();
        assert_eq!(std::fs::read(file).unwrap(), before);
    }
    assert_eq!(kept(&run(&authority, &later)), 8);

    let mut soon = later.clone();
    for node in &mut soon.nodes {
        node.now = now() + SignedDuration::from_hours(24 * 380);
    }
    let third = run(&authority, &soon);
    assert!(third.iter().all(|node| node.outcome == Outcome::Issued(Reason::Expiring)));

    // Another authority's stores are not this one's.
    let other = tempfile::tempdir().unwrap();
    let stranger = create(other.path());
    let fourth = stranger.issue_bulk(&soon, &|_| {}).unwrap();
    assert!(fourth.iter().all(|node| node.outcome == Outcome::Issued(Reason::Incomplete)
        || node.outcome == Outcome::Issued(Reason::Foreign)));
}

#[test]
fn given_passwords_are_used_for_all() {
    let dir = tempfile::tempdir().unwrap();
    let authority = create(dir.path());
    let mut request = request(dir.path(), 2);
    run(&authority, &request);
    request.passwords =
        Some(StorePasswords { keystore: Secret::new("first-one"), truststore: Secret::new("second-one") });
    let nodes = run(&authority, &request);
    assert!(nodes.iter().all(|node| node.outcome == Outcome::Issued(Reason::Different)));
    let name = "node-1".parse().unwrap();
    let stores = NodeStores::in_directory(&request.dir, &name, Format::Pkcs12(StoreProfile::Modern));
    assert_eq!(stores.open_keystore().unwrap().1.unwrap().expose(), "first-one");
    assert_eq!(stores.open_truststore().unwrap().1.unwrap().expose(), "second-one");
    assert_eq!(kept(&run(&authority, &request)), 2);
}

#[test]
fn nothing_is_issued_when_one_node_cannot_be() {
    let dir = tempfile::tempdir().unwrap();
    let authority = create(dir.path());
    let mut twice = request(dir.path(), 3);
    twice.nodes.push(node("NODE-1", now()));
    assert!(
        matches!(authority.issue_bulk(&twice, &|_| {}), Err(PkiError::DuplicateName { name }) if name == "NODE-1")
    );
    let mut nameless = request(dir.path(), 3);
    nameless.nodes[2].role = Role::RestServer;
    nameless.nodes[2].names.clear();
    assert!(matches!(authority.issue_bulk(&nameless, &|_| {}), Err(PkiError::NoNames { .. })));
    assert!(authority.issued().unwrap().is_empty());
    assert!(run(&authority, &request(dir.path(), 0)).is_empty());
    let mut blocked = request(dir.path(), 3);
    std::fs::write(dir.path().join("file"), "").unwrap();
    blocked.dir = dir.path().join("file");
    assert!(matches!(authority.issue_bulk(&blocked, &|_| {}), Err(PkiError::File(_))));
    assert!(authority.issued().unwrap().is_empty());
}

/// Starts this very test as a process of its own, which finds `CHILD` set and does the child's part.
#[expect(clippy::disallowed_methods, reason = "a process that is killed needs to be one")]
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

/// What must hold after any number of runs, whole or killed: every serial number once, and stores that are good stay.
fn check_estate(dir: &Path, good_before: &HashSet<String>) -> HashSet<String> {
    let authority = Authority::open(&dir.join("ca"), &passphrase()).unwrap();
    let rows = authority.issued().unwrap();
    let serials: HashSet<_> = rows.iter().map(|row| row.serial.to_string()).collect();
    assert_eq!(serials.len(), rows.len(), "a serial number was given out twice");
    let mut good = HashSet::new();
    for node in &request(dir, NODES).nodes {
        let files =
            NodeStores::in_directory(&dir.join("tls"), &node.name, Format::Pkcs12(StoreProfile::Modern));
        let (Ok((keystore, _)), Ok(_)) = (files.open_keystore(), files.open_truststore()) else { continue };
        let (_, key, chain) = keystore.keys().next().expect("a keystore that opens holds its key");
        let info = pki::certificate::CertificateInfo::parse(&chain[0]).unwrap();
        assert_eq!(key.public_key_der().unwrap(), info.public_key);
        assert!(serials.contains(&info.serial), "{} is not in the index", info.serial);
        good.insert(info.fingerprint_sha256);
    }
    assert!(good_before.is_subset(&good), "good stores were replaced");
    good
}

fn kill_at(delays: &[u64], test: &str) {
    let dir = tempfile::tempdir().unwrap();
    drop(create(dir.path()));
    let mut good = HashSet::new();
    for delay in delays {
        let mut child = child(test, dir.path());
        std::thread::sleep(std::time::Duration::from_millis(*delay));
        // It may have finished by itself: then there is nothing to kill, and the rest still holds.
        let _ = child.kill();
        child.wait().unwrap();
        good = check_estate(dir.path(), &good);
    }
    let authority = Authority::open(&dir.path().join("ca"), &passphrase()).unwrap();
    let before = authority.issued().unwrap().len();
    let nodes = run(&authority, &request(dir.path(), NODES));
    assert_eq!(kept(&nodes), good.len());
    assert_eq!(authority.issued().unwrap().len(), before + NODES - good.len());
    assert_eq!(check_estate(dir.path(), &good).len(), NODES);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn runs_that_are_killed_anywhere_are_resumed(delays in proptest::collection::vec(0_u64..900, 1..4)) {
        if let Some(dir) = child_directory() {
            let dir = Path::new(&dir);
            let authority = Authority::open(&dir.join("ca"), &passphrase()).unwrap();
            run(&authority, &request(dir, NODES));
            return Ok(());
        }
        kill_at(&delays, "runs_that_are_killed_anywhere_are_resumed");
    }
}

//! Changing an authority: whatever the order in which the steps are taken, every process can talk to every other one.

use std::collections::HashMap;
use std::path::Path;

use crate::tools::authority;
use jiff::{SignedDuration, Timestamp};
use ops_core::secret::Secret;
use pki::PkiError;
use pki::authority::{Authority, LeafRequest};
use pki::key::KeyKind;
use pki::node_stores::NodeStores;
use pki::profile::{Role, Validity};
use pki::rotation::{NextStep, Phase, Process, RotationError, RotationFile, RotationNode, RotationPlan};
use pki::store::{Format, StorePasswords, StoreProfile, write_leaf};
use pki::verify::Identity;
use pki::verify::handshake::{Handshake, Protocol, Sides, shake_hands};
use proptest::prelude::*;
use rustls_pki_types::CertificateDer;

const NODES: [(&str, Process); 4] = [
    ("tm-1", Process::TaskManager),
    ("jm", Process::JobManager),
    ("tm-2", Process::TaskManager),
    ("cli", Process::Client),
];

fn start() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn at(minutes: i64) -> Timestamp {
    start() + SignedDuration::from_mins(minutes)
}

/// What a process read when it was started: Flink never looks again.
struct Running {
    identity: Identity,
    anchors: Vec<CertificateDer<'static>>,
}

struct Cluster {
    dir: tempfile::TempDir,
    new: Authority,
    running: HashMap<String, Running>,
}

impl Cluster {
    fn new(format: Format) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let old = authority(dir.path(), "Old CA", KeyKind::P256, 0, start());
        let new = authority(dir.path(), "New CA", KeyKind::P384, 0, start());
        let mut nodes = Vec::new();
        for (name, process) in NODES {
            let names = [format!("dns:{name}.example").parse().unwrap()];
            let mut request = LeafRequest::new(name.parse().unwrap(), Role::Internal, names, start());
            request.key = KeyKind::P256;
            let leaf = old.issue(&request).unwrap();
            let passwords = StorePasswords::generate();
            // PEM has one `ca.pem` in a directory, so each node has its own.
            let out = dir.path().join(name);
            write_leaf(&out, &leaf, &[old.anchor().clone()], format, &passwords, None).unwrap();
            let stores = NodeStores::in_directory(&out, &name.parse().unwrap(), format);
            nodes.push(RotationNode::discover(&old, name.parse().unwrap(), process, [stores]).unwrap());
        }
        let plan = RotationPlan::new(&old, &new, nodes, start()).unwrap();
        drop(RotationFile::create(&dir.path().join("plan.json"), plan).unwrap());
        let mut cluster = Self { dir, new, running: HashMap::new() };
        for (name, _) in NODES {
            cluster.start(name);
        }
        cluster
    }

    fn open(&self) -> RotationFile {
        RotationFile::open(&self.dir.path().join("plan.json")).unwrap()
    }

    fn stores(&self, name: &str) -> NodeStores {
        self.open().plan().node(name).unwrap().leaves[0].stores.clone()
    }

    fn start(&mut self, name: &str) {
        let stores = self.stores(name);
        let (keystore, _) = stores.open_keystore().unwrap();
        let (_, key, chain) = keystore.keys().next().unwrap();
        let identity = Identity::new(key.clone(), chain.to_vec()).unwrap().unwrap();
        let anchors = stores.open_truststore().unwrap().0.trusted().cloned().collect();
        self.running.insert(name.to_owned(), Running { identity, anchors });
    }

    fn write(&self, name: &str, minute: i64) -> Result<Phase, PkiError> {
        self.open().write(name, Some(&self.new), Validity::LEAF, at(minute), Some("alice".into()))
    }

    /// Everyone shows its leaf to everyone, as server and as client.
    fn everyone_talks(&self) {
        for (one, shows) in &self.running {
            for (other, trusts) in &self.running {
                let handshake = Handshake::new(
                    &shows.identity,
                    Sides::Both,
                    &trusts.anchors,
                    Protocol::Tls13,
                    at(24 * 60),
                );
                if let Err(error) = shake_hands(&handshake) {
                    panic!("{other} does not trust {one}: {error}");
                }
            }
        }
    }

    fn issuers(&self) -> Vec<(String, String)> {
        let mut all: Vec<_> = self
            .running
            .iter()
            .map(|(name, running)| (name.clone(), running.identity.info.issuer.clone()))
            .collect();
        all.sort();
        all
    }
}

#[test]
fn a_rotation_goes_phase_by_phase_in_every_format() {
    for format in [Format::Pkcs12(StoreProfile::Modern), Format::Jks, Format::Pem] {
        let mut cluster = Cluster::new(format);
        let plan = cluster.open().plan().clone();
        assert_eq!(plan.phases, [Phase::TrustBoth, Phase::NewLeaves, Phase::DropOld]);
        let order: Vec<_> = plan.nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(order, ["jm", "tm-1", "tm-2", "cli"]);
        let text = plan.describe();
        assert!(text.contains("Rotation from CN=Old CA to CN=New CA"), "{text}");
        assert!(text.contains("Only after every node has been restarted in phase 2."), "{text}");
        let before: HashMap<_, _> =
            NODES.map(|(name, _)| (name, cluster.stores(name).open_keystore().unwrap().1)).into();
        for (number, phase) in plan.phases.iter().enumerate() {
            assert_eq!(cluster.open().plan().phase(), Some(*phase));
            for name in &order {
                assert_eq!(cluster.write(name, 10 * number as i64).unwrap(), *phase, "{format}");
                cluster.everyone_talks();
                cluster.start(name);
                cluster.everyone_talks();
                cluster.open().confirm_restart(name, at(10 * number as i64 + 1)).unwrap();
            }
        }
        assert_eq!(cluster.open().plan().phase(), None);
        assert!(cluster.issuers().iter().all(|(_, issuer)| issuer == "CN=New CA"));
        for (name, _) in NODES {
            assert_eq!(cluster.running[name].anchors, [cluster.new.anchor().clone()]);
            assert_eq!(cluster.stores(name).open_keystore().unwrap().1, before[name], "the passwords stay");
            assert_eq!(cluster.open().plan().next(name).unwrap(), NextStep::Done);
        }
        assert_eq!(cluster.new.issued().unwrap().len(), NODES.len());
    }
}

#[test]
fn steps_out_of_order_are_refused_with_the_reason() {
    let mut cluster = Cluster::new(Format::Pkcs12(StoreProfile::Modern));
    let rotation = |error: PkiError| match error {
        PkiError::Rotation(error) => error,
        other => panic!("{other}"),
    };
    let unknown = rotation(cluster.write("tm-9", 1).unwrap_err()).to_string();
    assert_eq!(unknown, "tm-9 is not in the plan, which has jm, tm-1, tm-2, cli");
    let early = rotation(cluster.open().confirm_restart("jm", at(1)).unwrap_err());
    assert!(matches!(early, RotationError::NothingWritten { state: "about to get them", .. }), "{early}");
    cluster.write("jm", 5).unwrap();
    let old_process = rotation(cluster.open().confirm_restart("jm", at(4)).unwrap_err());
    assert!(old_process.to_string().contains("it still has the old ones in memory"), "{old_process}");
    let twice = rotation(cluster.write("jm", 6).unwrap_err());
    assert!(twice.to_string().contains("jm has not been restarted with its stores"), "{twice}");
    cluster.open().confirm_restart("jm", at(6)).unwrap();
    let ahead = rotation(cluster.write("jm", 7).unwrap_err());
    assert!(
        ahead.to_string().contains("may not enter the phase new-leaves yet: tm-1, tm-2, cli have not"),
        "{ahead}"
    );
    let status = serde_json::to_value(cluster.open().plan().status()).unwrap();
    assert_eq!(status[0]["next"]["do"], "wait");
    assert_eq!(status[1]["next"], serde_json::json!({"do": "write", "phase": "trust-both"}));

    for name in ["tm-1", "tm-2", "cli"] {
        cluster.write(name, 8).unwrap();
        cluster.start(name);
        cluster.open().confirm_restart(name, at(9)).unwrap();
    }
    // The new leaves come from the authority of the plan and from no other.
    let stranger = authority(cluster.dir.path(), "Stranger", KeyKind::P256, 0, start());
    for authority in [None, Some(&stranger)] {
        let error =
            rotation(cluster.open().write("jm", authority, Validity::LEAF, at(10), None).unwrap_err());
        assert!(matches!(error, RotationError::OtherAuthority { .. }), "{error}");
    }

    let path = cluster.dir.path().join("plan.json");
    let plan = cluster.open().plan().clone();
    assert!(matches!(
        RotationFile::create(&path, plan),
        Err(PkiError::Rotation(RotationError::Exists { .. }))
    ));
    let held = cluster.open();
    assert!(matches!(RotationFile::open(&path), Err(PkiError::Rotation(RotationError::Busy { .. }))));
    drop(held);
    std::fs::write(&path, "{}").unwrap();
    assert!(RotationFile::open(&path).unwrap_err().to_string().contains("no rotation plan"));
}

#[test]
fn two_authorities_below_one_root_need_new_leaves_only() {
    use pki::authority::{AuthorityRequest, PendingAuthority};
    use pki::import::Certificates;
    use pki::request::CertificateRequest;
    use pki::sign::SignAuthority;
    let dir = tempfile::tempdir().unwrap();
    let root = authority(dir.path(), "Root", KeyKind::P256, 1, start());
    let below = |name: &str| {
        let mut request = AuthorityRequest::new(name.parse().unwrap(), start());
        request.key = KeyKind::P256;
        let secret = Secret::generate();
        let waiting = PendingAuthority::create(&dir.path().join(name), &request, &secret).unwrap();
        let csr = CertificateRequest::parse(waiting.request_pem().unwrap().as_bytes()).unwrap();
        let signed = root.sign_authority(&SignAuthority::new(&csr, name.parse().unwrap(), start())).unwrap();
        let mut heap = Certificates::new();
        heap.add("answer", pki::pem::certificates(&signed.chain).as_bytes()).unwrap();
        waiting.install(&heap, &secret, start(), None).unwrap()
    };
    let (old, new) = (below("Sub-1"), below("Sub-2"));
    let mut request = LeafRequest::new("jm".parse().unwrap(), Role::Internal, [], start());
    request.key = KeyKind::P256;
    let leaf = old.issue(&request).unwrap();
    let format = Format::Pkcs12(StoreProfile::Modern);
    let out = dir.path().join("tls");
    write_leaf(&out, &leaf, &[old.anchor().clone()], format, &StorePasswords::generate(), None).unwrap();
    let stores = NodeStores::in_directory(&out, &leaf.name, format);
    let node = |authority: &Authority| {
        RotationNode::discover(authority, "jm".parse().unwrap(), Process::JobManager, [stores.clone()])
    };
    let foreign = node(&new).unwrap_err();
    assert!(matches!(foreign, PkiError::Rotation(RotationError::ForeignKeystore { .. })), "{foreign}");
    let plan = RotationPlan::new(&old, &new, vec![node(&old).unwrap()], start()).unwrap();
    assert_eq!(plan.phases, [Phase::NewLeaves]);
    let same = RotationPlan::new(&old, &old, vec![node(&old).unwrap()], start()).unwrap_err();
    assert!(matches!(same, PkiError::Rotation(RotationError::SameAuthority { .. })));
    assert!(matches!(
        RotationPlan::new(&old, &new, Vec::new(), start()),
        Err(PkiError::Rotation(RotationError::NoNodes))
    ));
}

/// The plan as it stood before a step that a killed run had taken in the stores but not noted.
fn forget(path: &Path, plan: &[u8]) {
    std::fs::write(path, plan).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn any_order_that_the_plan_allows_keeps_everyone_talking(
        picks in proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 80),
    ) {
        let mut cluster = Cluster::new(Format::Pkcs12(StoreProfile::Modern));
        let path = cluster.dir.path().join("plan.json");
        let mut minute = 0;
        for (pick, killed) in picks {
            minute += 1;
            let (name, _) = NODES[pick.index(NODES.len())];
            let next = cluster.open().plan().next(name).unwrap();
            match next {
                NextStep::Write { .. } => {
                    let before = std::fs::read(&path).unwrap();
                    cluster.write(name, minute).unwrap();
                    if killed {
                        let issued = cluster.new.issued().unwrap().len();
                        forget(&path, &before);
                        cluster.write(name, minute).unwrap();
                        prop_assert_eq!(cluster.new.issued().unwrap().len(), issued, "issued twice");
                    }
                }
                NextStep::Restart { .. } => {
                    cluster.start(name);
                    cluster.open().confirm_restart(name, at(minute)).unwrap();
                }
                NextStep::Wait { .. } => {
                    prop_assert!(cluster.write(name, minute).is_err());
                }
                NextStep::Done => {}
                _ => unreachable!(),
            }
            // A process may also be restarted at any time, by chance.
            if killed {
                cluster.start(name);
            }
            cluster.everyone_talks();
        }
        prop_assert_eq!(cluster.open().plan().phase(), None);
    }
}

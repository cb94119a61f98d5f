//! The guide's cluster, rendered for every platform, as reviewed snapshots. Stores are stand-ins: what is in them is the `pki`
//! crate's matter, and that Flink takes them is proven on real Flinks.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use deploy::artifact::Artifact;
use deploy::certificates::{self, StoreDirectory};
use deploy::configuration::Secrets;
use deploy::kubernetes::LoginFiles;
use deploy::standalone::{self, Placement};
use jiff::Timestamp;
use ops_core::spec::{ClusterSpec, Platform};
use pki::key::KeyKind;

const GUIDE: &str = include_str!("../../../examples/guide/cluster.yaml");

fn guide() -> ClusterSpec {
    ClusterSpec::parse(GUIDE, Path::new("cluster.yaml")).unwrap()
}

/// Files named as stores are, each with its own name in it.
fn stand_ins(directory: &Path, spec: &ClusterSpec) -> StoreDirectory {
    for leaf in certificates::wanted(spec, &Platform::ALL, Timestamp::UNIX_EPOCH).unwrap() {
        for kind in ["keystore", "truststore"] {
            let file = |end: &str| directory.join(format!("{}.{kind}.{end}", leaf.name));
            fs::write(file("p12"), format!("{kind} of {}", leaf.name)).unwrap();
            fs::write(file("password"), format!("{kind}-password-of-{}\n", leaf.name)).unwrap();
        }
    }
    StoreDirectory { path: directory.to_owned(), key: KeyKind::Rsa2048 }
}

/// All files as one text; what was shown once is referred to.
fn shown(artifacts: &[Artifact]) -> String {
    let mut seen: BTreeMap<&[u8], &Path> = BTreeMap::new();
    let mut text = String::new();
    for artifact in artifacts {
        let _ = writeln!(text, "==== {} {:o}", artifact.path.display(), artifact.access.mode());
        match seen.get(&artifact.content[..]) {
            Some(first) => {
                let _ = writeln!(text, "as {}", first.display());
            }
            None => {
                seen.insert(&artifact.content, &artifact.path);
                let _ = writeln!(text, "{}", artifact.text().unwrap_or("(bytes)").trim_end());
            }
        }
    }
    text
}

#[test]
fn the_guides_cluster_on_hosts() {
    let directory = tempfile::tempdir().unwrap();
    let spec = guide();
    let stores = stand_ins(directory.path(), &spec);
    let request = standalone::Request {
        stores: &stores,
        secrets: &Secrets::new(),
        place: Placement::Installed,
        inventory: true,
    };
    insta::assert_snapshot!("standalone", shown(&standalone::render(&spec, &request).unwrap()));
}

#[test]
fn what_watches_the_guides_cluster() {
    let files = deploy::monitoring::render(&guide(), &Platform::ALL);
    // Rules and dashboards have snapshots of their own.
    let (scrapes, others): (Vec<Artifact>, Vec<Artifact>) =
        files.into_iter().partition(|file| file.path.to_string_lossy().contains("scrape"));
    let names: Vec<String> = others.iter().map(|file| file.path.display().to_string()).collect();
    insta::assert_snapshot!("monitoring", format!("{}\n{}\n", shown(&scrapes), names.join("\n")));
    let rules = others.iter().find(|file| file.path.ends_with("rules.yml")).and_then(Artifact::text).unwrap();
    assert!(rules.contains("numRegisteredTaskManagers{cluster=\\\"guide\\\"}"), "{rules}");
    let mut silent = guide();
    silent.metrics.prometheus = None;
    assert!(deploy::monitoring::render(&silent, &Platform::ALL).is_empty());
}

#[test]
fn the_guides_cluster_on_yarn() {
    let directory = tempfile::tempdir().unwrap();
    let spec = guide();
    let stores = stand_ins(directory.path(), &spec);
    insta::assert_snapshot!("yarn", shown(&deploy::yarn::render(&spec, &stores, &Secrets::new()).unwrap()));
}

fn on_kubernetes(
    spec: &ClusterSpec,
    render: fn(&ClusterSpec, &deploy::kubernetes::Request<'_>) -> Result<Vec<Artifact>, deploy::DeployError>,
) -> String {
    let directory = tempfile::tempdir().unwrap();
    let stores = stand_ins(directory.path(), spec);
    let request = deploy::kubernetes::Request {
        stores: &stores,
        secrets: &Secrets::new(),
        store_password: None,
        login: Some(LoginFiles {
            keytab: b"the keytab".to_vec().into(),
            krb5_conf: "[libdefaults]\ndefault_realm = EXAMPLE.COM\n".to_owned(),
        }),
    };
    shown(&render(spec, &request).unwrap())
}

#[test]
fn the_guides_cluster_on_kubernetes() {
    insta::assert_snapshot!("kubernetes", on_kubernetes(&guide(), deploy::kubernetes::render));
}

#[test]
fn the_guides_cluster_with_the_operator() {
    insta::assert_snapshot!("operator", on_kubernetes(&guide(), deploy::operator::render));
}

/// Every version is told in its own names; the shapes are the same.
#[test]
fn every_version_has_its_own_names() {
    let mut text = String::new();
    for version in ["1.18", "1.20", "2.0", "2.3"] {
        let directory = tempfile::tempdir().unwrap();
        let mut spec = guide();
        spec.flink_version = version.parse().unwrap();
        let stores = stand_ins(directory.path(), &spec);
        let request = standalone::Request {
            stores: &stores,
            secrets: &Secrets::new(),
            place: Placement::Installed,
            inventory: false,
        };
        let files = standalone::render(&spec, &request).unwrap();
        let conf = files.iter().find(|file| {
            let name = file.path.to_string_lossy();
            name.ends_with("jobmanager-host/config.yaml") || name.ends_with("jobmanager-host/flink-conf.yaml")
        });
        let conf = conf.unwrap();
        let _ = writeln!(text, "==== {version}: {}", conf.path.display());
        let keys = conf.text().unwrap().lines().filter(|line| !line.starts_with('#'));
        for key in keys.filter_map(|line| line.split(':').next()) {
            let _ = writeln!(text, "{key}");
        }
    }
    insta::assert_snapshot!("versions", text);
}

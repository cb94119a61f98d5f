//! Truststores that exist, changed in place.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ops_core::secret::Secret;
use pki::store::truststore::{self, IfMissing};
use pki::store::{
    Format, PasswordWarning, ReadOptions, StoreFileError, StoreProfile, read_any, read_any_file,
};
use rustls_pki_types::CertificateDer;

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn changeit() -> Secret {
    Secret::new("changeit")
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores").join(name)
}

fn certificate(name: &str) -> CertificateDer<'static> {
    let store = read_any_file(&fixture(name), &ReadOptions::default()).unwrap();
    store.trusted().next().unwrap().clone()
}

fn copy(dir: &Path, name: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::copy(fixture(name), &path).unwrap();
    path
}

fn aliases(path: &Path) -> Vec<String> {
    let mut all: Vec<_> =
        truststore::list(path, &changeit()).unwrap().into_iter().map(|entry| entry.alias).collect();
    all.sort();
    all
}

#[test]
fn certificates_come_and_go_in_either_format() {
    let dir = tempfile::tempdir().unwrap();
    for (name, format) in
        [("keytool.trust.p12", Format::Pkcs12(StoreProfile::Modern)), ("keytool.trust.jks", Format::Jks)]
    {
        let path = copy(dir.path(), name);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let new =
            [("Leaf".to_owned(), certificate("leaf.der")), ("again".to_owned(), certificate("root.pem"))];
        let change = truststore::add(&path, &changeit(), &new, IfMissing::Refuse, now()).unwrap();
        assert_eq!((change.format, change.entries), (format, 3));
        assert_eq!(
            (change.aliases, change.already_trusted),
            (vec!["leaf".into(), "again".into()], vec!["root".into()])
        );
        assert_eq!(change.warning, Some(PasswordWarning::WellKnown));
        assert_eq!(aliases(&path), ["again", "leaf", "root"]);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640, "the mode stays");
        let change = truststore::remove(&path, &changeit(), &["ROOT".into(), "again".into()], now()).unwrap();
        assert_eq!((change.aliases, change.entries), (vec!["root".to_owned(), "again".to_owned()], 1));
        assert_eq!(aliases(&path), ["leaf"]);
    }
}

#[test]
fn a_refused_change_leaves_the_file_alone() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["keytool.trust.p12", "keytool.trust.jks"] {
        let path = copy(dir.path(), name);
        let before = std::fs::read(&path).unwrap();
        let leaf = certificate("leaf.der");
        let add = |password: &str, alias: &str, certificate: &CertificateDer<'static>| {
            let new = [("good".to_owned(), leaf.clone()), (alias.to_owned(), certificate.clone())];
            truststore::add(&path, &Secret::new(password), &new, IfMissing::Refuse, now())
                .unwrap_err()
                .to_string()
        };
        for (error, expected) in [
            (add("changeit", "Root", &leaf), "has an entry `root` already"),
            (add("changeit", "GOOD", &leaf), "has an entry `good` already"),
            (add("changeit", "", &leaf), "is empty"),
            (add("changeit", "x\u{1f600}", &leaf), "emoji"),
            (add("changeme", "x", &leaf), "the password does not open it"),
            (add("short", "x", &leaf), "shorter than 6"),
            (add("pässword", "x", &leaf), "other than ASCII"),
            (add("changeit", "x", &CertificateDer::from(vec![1, 2, 3])), "no X.509 certificate"),
        ] {
            assert!(error.contains(expected), "{name}: {error}");
        }
        let error =
            truststore::remove(&path, &changeit(), &["root".into(), "none".into()], now()).unwrap_err();
        assert!(error.to_string().contains("no entry `none`; it has none at all"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), before, "{name}");
        assert_eq!(
            std::fs::read_dir(dir.path())
                .unwrap()
                .filter(|entry| {
                    entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".flinkops-")
                })
                .count(),
            0,
            "nothing is left beside it"
        );
    }
}

#[test]
fn keys_stay_in_a_store_with_others_and_their_protection_with_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = copy(dir.path(), "keytool.jks");
    let new = [("leaf".to_owned(), certificate("leaf.der"))];
    truststore::add(&path, &changeit(), &new, IfMissing::Refuse, now()).unwrap();
    let error = truststore::remove(&path, &changeit(), &["mine".into()], now()).unwrap_err();
    assert!(matches!(&error, StoreFileError::NotTrusted { alias, .. } if alias == "mine"), "{error}");
    let options =
        ReadOptions { key_password: Some(Secret::new("keypass1")), ..ReadOptions::with_password(changeit()) };
    let store = read_any_file(&path, &options).unwrap();
    assert_eq!((store.keys().count(), store.trusted().count()), (1, 2));
}

#[test]
fn what_would_be_lost_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let new = [("leaf".to_owned(), certificate("leaf.der"))];
    for (name, expected) in [
        ("openssl.certificates.p12", "not marked as trusted"),
        ("keytool.secret.p12", "secret keys"),
        ("keytool.jceks", "JCEKS"),
        ("root.pem", "PEM text"),
    ] {
        let path = copy(dir.path(), name);
        let error =
            truststore::add(&path, &changeit(), &new, IfMissing::Refuse, now()).unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
        assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(fixture(name)).unwrap());
    }
}

#[test]
fn a_missing_truststore_is_made_where_that_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let new = [("leaf".to_owned(), certificate("leaf.der"))];
    for format in [Format::Jks, Format::Pkcs12(StoreProfile::Legacy)] {
        let path = dir.path().join(format.name());
        let error = truststore::add(&path, &changeit(), &new, IfMissing::Refuse, now()).unwrap_err();
        assert!(matches!(error, StoreFileError::File(_)), "{error}");
        let change = truststore::add(&path, &changeit(), &new, IfMissing::Create(format), now()).unwrap();
        assert_eq!((change.format, change.entries), (format, 1));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        // A legacy store stays one.
        let more = [("root".to_owned(), certificate("root.pem"))];
        let change = truststore::add(&path, &changeit(), &more, IfMissing::Refuse, now()).unwrap();
        assert_eq!((change.format, change.entries), (format, 2));
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(read_any(&bytes, &ReadOptions::with_password(changeit())).unwrap().trusted().count(), 2);
    }
    let path = dir.path().join("x.pem");
    assert!(truststore::add(&path, &changeit(), &new, IfMissing::Create(Format::Pem), now()).is_err());
    assert!(!path.exists());
}

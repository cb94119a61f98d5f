//! Stores from the outside: written and read back, and what is refused.

use std::os::unix::fs::PermissionsExt as _;

use jiff::Timestamp;
use ops_core::secret::Secret;
use pki::authority::{Authority, AuthorityRequest, Leaf, LeafRequest};
use pki::key::KeyKind;
use pki::profile::Role;
use pki::store::{
    PasswordError, StoreError, StoreFileError, StorePasswords, StoreProfile, check_password, encode_keystore,
    encode_truststore, read, read_file, write_stores,
};
use proptest::prelude::*;

struct Fixture {
    dir: tempfile::TempDir,
    authority: Authority,
    leaf: Leaf,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let mut request = AuthorityRequest::new("Test CA".parse().unwrap(), now);
    request.key = KeyKind::P256;
    let authority = Authority::create(&dir.path().join("ca"), &request, &Secret::generate()).unwrap();
    let names = ["dns:localhost".parse().unwrap()];
    let mut request = LeafRequest::new("JobManager".parse().unwrap(), Role::Internal, names, now);
    request.key = KeyKind::P256;
    let leaf = authority.issue(&request).unwrap();
    Fixture { dir, authority, leaf }
}

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

#[test]
fn the_files_of_a_leaf_are_private_and_read_back() {
    let Fixture { dir, authority, leaf } = fixture();
    let out = dir.path().join("out");
    let anchors = [authority.certificate().clone()];
    let passwords = StorePasswords::generate();
    let written = write_stores(&out, &leaf, &anchors, &passwords).unwrap();
    let mut names: Vec<_> = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "JobManager.keystore.p12",
            "JobManager.keystore.password",
            "JobManager.truststore.p12",
            "JobManager.truststore.password"
        ]
    );
    for name in &names {
        let mode = std::fs::metadata(out.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600, "{name}");
    }
    let line = std::fs::read_to_string(&written.keystore_password_file).unwrap();
    assert_eq!(line, format!("{}\n", passwords.keystore.expose()));

    let keystore = read_file(&written.keystore, &passwords.keystore).unwrap();
    let keys: Vec<_> = keystore.keys().collect();
    assert_eq!(keys, [("jobmanager", &leaf.key, leaf.chain.as_slice())]);
    assert_eq!((keystore.trusted().count(), keystore.unlisted.len()), (0, 0));
    let truststore = read_file(&written.truststore, &passwords.truststore).unwrap();
    assert_eq!(truststore.trusted().collect::<Vec<_>>(), [authority.certificate()]);
    assert_eq!(truststore.entries[0].alias, "ca");

    let json = serde_json::to_value(&written).unwrap();
    let fields: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        [
            "keystore",
            "truststore",
            "keystore_password_file",
            "truststore_password_file",
            "fingerprint_sha1",
            "fingerprint_sha256",
            "not_after"
        ]
    );
    assert_eq!(json["not_after"], "2027-04-02T12:00:00Z");
}

#[test]
fn two_anchors_are_two_entries() {
    let (one, two) = (fixture(), fixture());
    let anchors = [one.authority.certificate().clone(), two.authority.certificate().clone()];
    let bytes = encode_truststore(&anchors, &secret("changeit"), StoreProfile::Modern).unwrap();
    let store = read(&bytes, &secret("changeit")).unwrap();
    assert_eq!(store.trusted().count(), 2);
    assert_eq!(store.entries.iter().map(|entry| entry.alias.as_str()).collect::<Vec<_>>(), ["ca-1", "ca-2"]);
    assert!(encode_truststore(&[], &secret("changeit"), StoreProfile::Modern).is_err());
}

#[test]
fn passwords_that_java_cannot_use_are_refused_before_anything_is_written() {
    for (password, expected) in [
        ("pässword", PasswordError::NotAscii),
        ("short", PasswordError::TooShort),
        ("", PasswordError::TooShort),
        ("two\nlines", PasswordError::Control),
    ] {
        assert_eq!(check_password(&secret(password)), Err(expected));
    }
    let Fixture { dir, authority, leaf } = fixture();
    let passwords = StorePasswords { keystore: Secret::generate(), truststore: secret("pässword") };
    let error = write_stores(&dir.path().join("out"), &leaf, &[authority.certificate().clone()], &passwords);
    assert!(matches!(error, Err(StoreFileError::Password(PasswordError::NotAscii))));
    assert!(!dir.path().join("out").exists());
}

#[test]
fn a_wrong_password_and_damage_are_told_apart() {
    let Fixture { leaf, .. } = fixture();
    let good = secret("changeit");
    let bytes = encode_keystore("a", &leaf.key, &leaf.chain, &good, StoreProfile::Modern).unwrap();
    assert_eq!(read(&bytes, &secret("changeme")), Err(StoreError::WrongPassword));
    // The digest is the last long value of the file, before salt and iterations: its change leaves the contents alone.
    let mut damaged = bytes.clone();
    let at = damaged.len() - 30;
    damaged[at] ^= 1;
    assert_eq!(read(&damaged, &good), Err(StoreError::Corrupted));
    assert_eq!(read(&damaged, &secret("changeme")), Err(StoreError::WrongPassword));
}

#[test]
fn what_is_no_authenticated_store_is_named() {
    let Fixture { dir, leaf, .. } = fixture();
    let good = secret("changeit");
    let bytes = encode_keystore("a", &leaf.key, &leaf.chain, &good, StoreProfile::Modern).unwrap();
    let found = |bytes: &[u8]| read(bytes, &good).unwrap_err().to_string();
    assert!(found(b"").contains("an empty file"));
    assert!(found(&[0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2]).contains("JKS"));
    assert!(found(pki::pem::certificates(&leaf.chain).as_bytes()).contains("PEM"));
    assert!(found(&bytes[..bytes.len() - 1]).contains("damaged DER"));
    assert!(found(&leaf.chain[0]).contains("a certificate in DER"));
    assert!(found(&vec![0x30; 5 << 20]).contains("no store needs more than 4194304"));

    // The same store without its MAC: the outer sequence ends after the contents.
    let contents = 4 + 3 + contents_length(&bytes[7..]);
    let length = u16::try_from(contents - 4).unwrap().to_be_bytes();
    let stripped = [&[0x30, 0x82], &length[..], &bytes[4..contents]].concat();
    assert_eq!(read(&stripped, &good), Err(StoreError::Unauthenticated));

    let missing = read_file(&dir.path().join("none.p12"), &good).unwrap_err().to_string();
    assert!(missing.starts_with("cannot read ") && missing.contains("none.p12"), "{missing}");
    let directory = read_file(dir.path(), &good).unwrap_err().to_string();
    assert!(directory.contains("it is a directory"), "{directory}");
}

/// The whole length of a DER value with a two-octet length.
fn contents_length(der: &[u8]) -> usize {
    assert_eq!(der[1], 0x82);
    4 + usize::from(u16::from_be_bytes([der[2], der[3]]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn mutated_stores_never_panic_and_never_pass(at in any::<prop::sample::Index>(), flip in 1_u8.., cut in any::<prop::sample::Index>()) {
        static STORE: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| {
            let Fixture { leaf, .. } = fixture();
            encode_keystore("a", &leaf.key, &leaf.chain, &secret("changeit"), StoreProfile::Modern).unwrap()
        });
        let mut bytes = STORE.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(read(&bytes, &secret("changeit")).is_err(), "octet {at}");
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(read(&bytes, &secret("changeit")).is_err());
    }
}

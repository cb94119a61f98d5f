//! Every format written and read back, foreign files read, and what is refused.

use std::path::Path;

use jiff::Timestamp;
use ops_core::secret::Secret;
use pki::authority::{Authority, AuthorityRequest, Leaf, LeafRequest};
use pki::key::KeyKind;
use pki::profile::Role;
use pki::store::jks::{JksEntry, JksFile};
use pki::store::{
    Entry, Format, ReadOptions, Store, StoreError, StorePasswords, StoreProfile, Unauthenticated,
    WriteOptions, convert, encode, read_any, read_any_file, write_leaf,
};
use rustls_pki_types::CertificateDer;

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn changeit() -> ReadOptions {
    ReadOptions::with_password(secret("changeit"))
}

fn with_key_password() -> ReadOptions {
    ReadOptions { key_password: Some(secret("keypass1")), ..changeit() }
}

struct Estate {
    dir: tempfile::TempDir,
    root: CertificateDer<'static>,
    leaf: Leaf,
}

fn estate() -> Estate {
    let dir = tempfile::tempdir().unwrap();
    let mut request = AuthorityRequest::new("Test CA".parse().unwrap(), now());
    request.key = KeyKind::P256;
    let authority = Authority::create(&dir.path().join("ca"), &request, &Secret::generate()).unwrap();
    let names = ["dns:localhost".parse().unwrap()];
    let mut request = LeafRequest::new("Node-1".parse().unwrap(), Role::Internal, names, now());
    request.key = KeyKind::P256;
    let leaf = authority.issue(&request).unwrap();
    Estate { dir, root: authority.certificate().clone(), leaf }
}

fn store_of(estate: &Estate) -> Store {
    Store::new(vec![
        Entry::key("node-1", estate.leaf.key.clone(), estate.leaf.chain.clone()),
        Entry::trusted("root", estate.root.clone()),
    ])
}

#[test]
fn every_format_reads_back_what_was_written() {
    let estate = estate();
    let store = store_of(&estate);
    for format in Format::ALL {
        assert_eq!(format.name().parse::<Format>().unwrap(), format);
        let options = WriteOptions::with_password(secret("changeit"), now());
        let bytes = encode(&store, format, &options).unwrap();
        let read = read_any(&bytes, &changeit()).unwrap();
        if format == Format::Pem {
            // PEM has no aliases, and the root belongs to the chain.
            let (_, key, chain) = read.keys().next().unwrap();
            assert_eq!((key, chain), (&estate.leaf.key, estate.leaf.chain.as_slice()));
            assert_eq!(read.entries.len(), 1);
            continue;
        }
        let mut expected = store.clone();
        if format == Format::Jks {
            expected.entries = expected.entries.into_iter().map(|entry| entry.dated(Some(now()))).collect();
        }
        assert_eq!(read, expected, "{format}");
        let wrong = read_any(&bytes, &ReadOptions::with_password(secret("changeme")));
        assert_eq!(wrong, Err(StoreError::WrongPassword), "{format}");
        let none = read_any(&bytes, &ReadOptions::default()).unwrap_err();
        assert!(matches!(none, StoreError::PasswordNeeded { .. }), "{none}");
    }
}

#[test]
fn jks_tells_a_wrong_password_from_damage_as_far_as_it_can() {
    let estate = estate();
    let options = WriteOptions::with_password(secret("changeit"), now());
    let bytes = encode(&store_of(&estate), Format::Jks, &options).unwrap();
    // The key opens with the password, so the password is right and the file is not.
    let mut damaged = bytes.to_vec();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    assert_eq!(read_any(&damaged, &changeit()), Err(StoreError::Corrupted));
    let cut = read_any(&bytes[..bytes.len() - 30], &changeit()).unwrap_err().to_string();
    assert!(cut.contains("it ends at octet"), "{cut}");

    let options = options.and_key_password(Some(secret("keypass1")));
    let bytes = encode(&store_of(&estate), Format::Jks, &options).unwrap();
    let error = read_any(&bytes, &changeit()).unwrap_err();
    assert_eq!(error, StoreError::WrongKeyPassword { alias: "node-1".to_owned() });
    assert!(error.to_string().contains("--key-password-from"), "{error}");
    assert_eq!(read_any(&bytes, &with_key_password()).unwrap().keys().count(), 1);
    let error = encode(&store_of(&estate), Format::Pkcs12(StoreProfile::Modern), &options).unwrap_err();
    assert!(error.to_string().contains("use JKS, or one password"), "{error}");
}

#[test]
fn version_1_of_jks_is_read() {
    let estate = estate();
    let mut bytes = [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 2, b'c', b'a'].to_vec();
    bytes.extend(now().as_millisecond().to_be_bytes());
    bytes.extend(u32::try_from(estate.root.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(&estate.root);
    bytes.extend([0; 20]);
    let options = ReadOptions { unauthenticated: Unauthenticated::DangerAccept, ..Default::default() };
    let store = read_any(&bytes, &options).unwrap();
    assert_eq!(store.entries, [Entry::trusted("ca", estate.root.clone()).dated(Some(now()))]);
    assert!(matches!(read_any(&bytes, &ReadOptions::default()), Err(StoreError::PasswordNeeded { .. })));
}

#[test]
fn stores_of_keytool_are_read() {
    let store = read_any(&fixture("keytool.p12"), &changeit()).unwrap();
    assert_eq!(store.keys().map(|(alias, _, chain)| (alias, chain.len())).collect::<Vec<_>>(), [("mine", 1)]);
    let store = read_any(&fixture("keytool.jks"), &with_key_password()).unwrap();
    let mut aliases: Vec<_> = store.entries.iter().map(|entry| entry.alias.as_str()).collect();
    aliases.sort_unstable();
    assert_eq!(aliases, ["mine", "root"]);
    assert!(store.entries.iter().all(|entry| entry.created.is_some()));
    let (_, key, chain) = store.keys().next().unwrap();
    let info = pki::certificate::CertificateInfo::parse(&chain[0]).unwrap();
    assert_eq!((info.subject.as_str(), key.public_key_der().unwrap()), ("CN=keytool", info.public_key));
    for name in ["keytool.trust.p12", "keytool.trust.jks"] {
        assert_eq!(read_any(&fixture(name), &changeit()).unwrap().trusted().count(), 1, "{name}");
    }
    let store = read_any(&fixture("keytool.secret.p12"), &changeit()).unwrap();
    assert_eq!((store.entries.len(), store.secret_keys), (0, 1));
    let error = read_any(&fixture("keytool.jceks"), &changeit()).unwrap_err().to_string();
    assert!(error.contains("JCEKS") && error.contains("keytool -importkeystore"), "{error}");
    let error = read_any(&[0, 0, 0, 2, 0, 0, 0, 20, 1, 2, 3], &changeit()).unwrap_err().to_string();
    assert!(error.contains("BKS"), "{error}");
}

#[test]
fn stores_of_openssl_are_read() {
    for name in ["openssl.p12", "openssl.legacy.p12", "openssl.quick.p12"] {
        let store = read_any(&fixture(name), &changeit()).unwrap();
        let keys: Vec<_> = store.keys().map(|(alias, _, chain)| (alias, chain.len())).collect();
        assert_eq!((keys, store.unlisted.len()), (vec![("Node", 2)], 0), "{name}");
    }
    assert_eq!(read_any(&fixture("openssl.certificates.p12"), &changeit()).unwrap().unlisted.len(), 1);
    let plain = fixture("openssl.plain.p12");
    assert_eq!(read_any(&plain, &changeit()), Err(StoreError::Unauthenticated));
    let accept = ReadOptions { unauthenticated: Unauthenticated::DangerAccept, ..changeit() };
    assert_eq!(read_any(&plain, &accept).unwrap().keys().count(), 1);
}

#[test]
fn keys_of_every_encoding_are_the_same_key() {
    let expected = read_any(&fixture("ec.pkcs8.der"), &ReadOptions::default()).unwrap();
    let expected = expected.keys().next().unwrap().1.public_key_der().unwrap();
    for name in ["ec.sec1.pem", "ec.pbes2.pem", "ec.3des.pem", "ec.scrypt.pem", "ec.sha1.der"] {
        let store = read_any(&fixture(name), &changeit()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(store.keys().next().unwrap().1.public_key_der().unwrap(), expected, "{name}");
    }
    for name in ["ec.pbes2.pem", "ec.3des.pem", "ec.scrypt.pem", "ec.sha1.der"] {
        let wrong = read_any(&fixture(name), &ReadOptions::with_password(secret("changeme")));
        assert_eq!(wrong, Err(StoreError::WrongPassword), "{name}");
        let none = read_any(&fixture(name), &ReadOptions::default());
        assert!(matches!(none, Err(StoreError::PasswordNeeded { .. })), "{name}");
    }
    let store = read_any(&fixture("rsa.pkcs1.pem"), &ReadOptions::default()).unwrap();
    assert!(store.keys().next().unwrap().1.public_key_der().is_ok());
    let error = read_any(&fixture("ec.old.pem"), &changeit()).unwrap_err().to_string();
    assert!(error.contains("openssl pkcs8 -topk8"), "{error}");
}

#[test]
fn pem_may_come_in_any_order() {
    let (leaf, root, key) = (fixture("leaf.pem"), fixture("root.pem"), fixture("ec.sec1.pem"));
    let expected = read_any(&[&key[..], &leaf, &root].concat(), &ReadOptions::default()).unwrap();
    let (alias, _, chain) = expected.keys().next().unwrap();
    assert_eq!((alias, chain.len(), expected.unlisted.len()), ("node.example", 2, 0));
    for parts in [[&root, &leaf, &key], [&root, &key, &leaf], [&leaf, &root, &key]] {
        let text = parts.map(|part| [b"text between\n", part.as_slice()].concat()).concat();
        assert_eq!(read_any(&text, &ReadOptions::default()).unwrap(), expected);
    }
    // Without a key everything is trusted, as in a `ca.pem`; the same certificate twice is one.
    let store = read_any(&[&root[..], &root, &leaf].concat(), &ReadOptions::default()).unwrap();
    let aliases: Vec<_> = store.entries.iter().map(|entry| entry.alias.as_str()).collect();
    assert_eq!((aliases, store.trusted().count()), (vec!["fixture-root", "node.example"], 2));
    let store = read_any(&fixture("chain.p7b"), &ReadOptions::default()).unwrap();
    assert_eq!(store.trusted().count(), 2);
    assert_eq!(read_any(&fixture("leaf.der"), &ReadOptions::default()).unwrap().trusted().count(), 1);
    for name in ["request.pem", "list.crl.pem", "public.pem"] {
        let error = read_any(&fixture(name), &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.contains("without a certificate or a private key"), "{name}: {error}");
    }
}

#[test]
fn conversion_replaces_a_file_as_a_whole_or_not_at_all() {
    let estate = estate();
    let path = estate.dir.path().join("store");
    std::fs::write(&path, fixture("keytool.jks")).unwrap();
    let writing = WriteOptions::with_password(secret("another-1"), now());
    let wrong = convert(&path, &changeit(), &path, Format::Pkcs12(StoreProfile::Modern), &writing);
    assert!(wrong.unwrap_err().to_string().contains("a password of its own"));
    assert_eq!(std::fs::read(&path).unwrap(), fixture("keytool.jks"));
    let done = convert(&path, &with_key_password(), &path, Format::Pkcs12(StoreProfile::Legacy), &writing);
    let done = done.unwrap();
    assert_eq!((done.keys, done.trusted, done.unlisted), (1, 1, 0));
    let store = read_any_file(&path, &ReadOptions::with_password(secret("another-1"))).unwrap();
    assert_eq!(store.entries.len(), 2);
    for (password, reason) in [("short", "shorter than 6"), ("pässword", "other than ASCII")] {
        let writing = WriteOptions::with_password(secret(password), now());
        let error =
            convert(&path, &ReadOptions::with_password(secret("another-1")), &path, Format::Jks, &writing);
        assert!(error.unwrap_err().to_string().contains(reason));
    }
    let bare = estate.dir.path().join("key.pem");
    std::fs::write(&bare, fixture("ec.sec1.pem")).unwrap();
    let error = convert(&bare, &ReadOptions::default(), &path, Format::Jks, &writing).unwrap_err();
    assert!(error.to_string().contains("has no certificate"), "{error}");
}

#[test]
fn aliases_that_differ_in_case_alone_do_not_both_fit() {
    let estate = estate();
    let twice = |alias: &str| Entry::trusted(alias, estate.root.clone());
    let store = Store::new(vec![twice("ca"), twice("CA")]);
    let options = WriteOptions::with_password(secret("changeit"), now());
    for format in [Format::Jks, Format::Pkcs12(StoreProfile::Modern)] {
        let error = encode(&store, format, &options).unwrap_err().to_string();
        assert!(error.contains("two entries have this alias"), "{error}");
        let error = encode(&Store::new(vec![twice("\u{1f600}")]), format, &options).unwrap_err().to_string();
        assert!(error.contains("emoji"), "{error}");
    }
}

#[test]
fn a_leaf_is_written_in_every_format_by_the_same_contract() {
    let estate = estate();
    let passwords = StorePasswords::generate();
    let anchors = [estate.root.clone()];
    let names = |dir: &Path| {
        let mut names: Vec<_> = std::fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let key_password = secret("a-key-password");
    for (format, key_password, expected) in [
        (
            Format::Pkcs12(StoreProfile::Legacy),
            None,
            &["keystore.p12", "keystore.password", "truststore.p12", "truststore.password"][..],
        ),
        (
            Format::Jks,
            Some(&key_password),
            &["key.password", "keystore.jks", "keystore.password", "truststore.jks", "truststore.password"],
        ),
        (Format::Pem, None, &["key", "pem"]),
        (Format::Pem, Some(&key_password), &["key", "key.password", "pem"]),
    ] {
        let out = tempfile::tempdir_in(estate.dir.path()).unwrap();
        let files = write_leaf(out.path(), &estate.leaf, &anchors, format, &passwords, key_password).unwrap();
        let mut expected: Vec<_> = expected.iter().map(|suffix| format!("Node-1.{suffix}")).collect();
        if format == Format::Pem {
            expected.push("ca.pem".to_owned());
        }
        assert_eq!(names(out.path()), expected, "{format}");
        let json = serde_json::to_value(&files).unwrap();
        assert_eq!(json["format"], format.name());
        assert_eq!(json["keystore_password_file"].is_null(), format == Format::Pem);
        let options = |password: &Secret| ReadOptions {
            password: Some(password.clone()),
            key_password: key_password.cloned(),
            ..Default::default()
        };
        let keystore = if let Some(key) = &files.key {
            let bytes = [std::fs::read(key).unwrap(), std::fs::read(&files.keystore).unwrap()].concat();
            read_any(&bytes, &options(&passwords.keystore)).unwrap()
        } else {
            read_any_file(&files.keystore, &options(&passwords.keystore)).unwrap()
        };
        let (alias, key, chain) = keystore.keys().next().unwrap();
        assert_eq!((alias, key, chain), ("node-1", &estate.leaf.key, estate.leaf.chain.as_slice()));
        let truststore =
            read_any_file(&files.truststore, &ReadOptions::with_password(passwords.truststore.clone()));
        assert_eq!(truststore.unwrap().trusted().collect::<Vec<_>>(), [&estate.root]);
    }
    let out = estate.dir.path().join("none");
    let format = Format::Pkcs12(StoreProfile::Modern);
    let error = write_leaf(&out, &estate.leaf, &anchors, format, &passwords, Some(&key_password));
    assert!(error.unwrap_err().to_string().contains("use JKS") && !out.exists());
}

#[test]
fn the_p12_crate_reads_the_legacy_profile() {
    let estate = estate();
    let options = WriteOptions::with_password(secret("changeit"), now());
    let bytes = encode(&store_of(&estate), Format::Pkcs12(StoreProfile::Legacy), &options).unwrap();
    let pfx = p12::PFX::parse(&bytes).unwrap();
    assert!(pfx.verify_mac("changeit") && !pfx.verify_mac("changeme"));
    assert_eq!(pfx.key_bags("changeit").unwrap(), [estate.leaf.key.pkcs8_der().to_vec()]);
    let mut certificates = pfx.cert_x509_bags("changeit").unwrap();
    certificates.sort();
    let mut expected: Vec<_> =
        [&estate.root, &estate.leaf.chain[0], &estate.leaf.chain[1]].iter().map(|der| der.to_vec()).collect();
    expected.sort();
    assert_eq!(certificates, expected);
}

#[test]
fn jks_entries_keep_their_dates_and_keys_their_protection() {
    let estate = estate();
    let then: Timestamp = "2001-02-03T04:05:06.789Z".parse().unwrap();
    let password = secret("keypass1");
    let mut file = JksFile::default();
    let chain = estate.leaf.chain.clone();
    file.entries.push(JksEntry::key("ünïcode €", then, &estate.leaf.key, chain, &password).unwrap());
    let bytes = file.encode(&secret("changeit")).unwrap();
    let read = JksFile::parse(&bytes).unwrap();
    assert_eq!(read, file);
    assert_eq!(read.entries[0].created, then);
    // Without the password of the key the file can be written again, under another password of the store.
    let again = read.encode(&secret("changed")).unwrap();
    let options =
        ReadOptions { password: Some(secret("changed")), key_password: Some(password), ..Default::default() };
    assert_eq!(read_any(&again, &options).unwrap().keys().next().unwrap().1, &estate.leaf.key);
}

/// The tag, the content and the rest of the first value.
fn split(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let (header, length) = match der[1] {
        short @ 0..=0x7f => (2, usize::from(short)),
        long => {
            let count = usize::from(long & 0x7f);
            (2 + count, der[2..2 + count].iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)))
        }
    };
    (der[0], &der[header..header + length], &der[header + length..])
}

/// The same values in BER as NSS writes it: every length indefinite, octet strings in pieces, those within as well.
fn indefinite(mut der: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while !der.is_empty() {
        let (tag, content, rest) = split(der);
        match tag {
            0x30 | 0x31 | 0xa0 => out.extend([&[tag, 0x80], &indefinite(content)[..], &[0, 0]].concat()),
            0x04 | 0x80 => {
                let is_nested = content.first() == Some(&0x30) && split(content).2.is_empty();
                let content = if is_nested { indefinite(content) } else { content.to_vec() };
                out.extend([if tag == 0x04 { 0x24 } else { 0xa0 }, 0x80]);
                for piece in content.chunks(100) {
                    out.extend([0x04, u8::try_from(piece.len()).unwrap()]);
                    out.extend(piece);
                }
                out.extend([0, 0]);
            }
            _ => out.extend(&der[..der.len() - rest.len()]),
        }
        der = rest;
    }
    out
}

#[test]
fn indefinite_lengths_are_read_as_nss_writes_them() {
    let accept = ReadOptions { unauthenticated: Unauthenticated::DangerAccept, ..changeit() };
    for name in ["keytool.p12", "openssl.p12"] {
        let der = fixture(name);
        // The MAC is over the octets of the contents, which change; so it goes.
        let (_, outer, _) = split(&der);
        let (_, _, after_version) = split(outer);
        let (_, _, mac) = split(after_version);
        let body = indefinite(&outer[..outer.len() - mac.len()]);
        let ber = [&[0x30, 0x80], &body[..], &[0, 0]].concat();
        let expected = read_any(&der, &changeit()).unwrap();
        assert_eq!(read_any(&ber, &accept).unwrap(), expected, "{name}");
    }
    let ber = indefinite(&fixture("chain.p7b"));
    assert_eq!(read_any(&ber, &ReadOptions::default()).unwrap().trusted().count(), 2);
}

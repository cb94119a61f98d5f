//! Java, keytool and openssl as judges of every store format, and their stores read here: every kind of key.
//!
//! Where one of them is missing the test says so and how to install it; with `CI=true` it fails.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ops_core::secret::Secret;
use pki::authority::{Authority, AuthorityRequest, Leaf, LeafRequest};
use pki::certificate::{CertificateInfo, KeyAlgorithm};
use pki::inspect::{Access, Object, inspect};
use pki::key::KeyKind;
use pki::profile::Role;
use pki::store::{
    Format, LeafFiles, ReadOptions, Store, StorePasswords, StoreProfile, WriteOptions, convert, read_any,
    read_any_file, write_leaf,
};
use rustls_pki_types::CertificateDer;

use crate::tools::{available, command, now, succeed};

const KINDS: [KeyKind; 5] =
    [KeyKind::Rsa2048, KeyKind::Rsa4096, KeyKind::P256, KeyKind::P384, KeyKind::Ed25519];

/// Every store that is judged: each kind of key in each format, and JKS once more with a password for the key.
struct Matrix {
    _dir: tempfile::TempDir,
    root: CertificateDer<'static>,
    root_sha256: String,
    leaves: BTreeMap<&'static str, Leaf>,
    stores: Vec<Written>,
}

struct Written {
    kind: KeyKind,
    format: Format,
    has_key_password: bool,
    files: LeafFiles,
    passwords: StorePasswords,
    key_password: Option<Secret>,
}

impl Written {
    fn name(&self) -> String {
        format!(
            "{} {}{}",
            self.kind,
            self.format,
            if self.has_key_password { " with key password" } else { "" }
        )
    }

    fn options(&self) -> ReadOptions {
        ReadOptions {
            password: Some(self.passwords.keystore.clone()),
            key_password: self.key_password.clone(),
            ..ReadOptions::default()
        }
    }

    /// What MutualTls.java takes for one side.
    fn arguments(&self) -> String {
        let path = |path: &Path| path.display().to_string();
        let or_none = |file: &Option<PathBuf>| file.as_deref().map_or_else(|| "-".to_owned(), path);
        let files = &self.files;
        let mut password = or_none(&files.keystore_password_file);
        if let Some(key) = &files.key_password_file {
            password = format!("{password}+{}", path(key));
        }
        let trusted = or_none(&files.truststore_password_file);
        [path(&files.keystore), password, path(&files.truststore), trusted].join("\t")
    }
}

/// RSA keys of 4096 bits take seconds, so everything is made once.
static MATRIX: LazyLock<Matrix> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let mut request = AuthorityRequest::new("Interop CA".parse().unwrap(), now());
    request.key = KeyKind::P384;
    let authority = Authority::create(&dir.path().join("ca"), &request, &Secret::generate()).unwrap();
    let root = authority.certificate().clone();
    let (mut leaves, mut stores) = (BTreeMap::new(), Vec::new());
    for kind in KINDS {
        let names = ["dns:localhost".parse().unwrap()];
        let name = format!("node-{kind}").parse().unwrap();
        let mut request = LeafRequest::new(name, Role::Internal, names, now());
        request.key = kind;
        let leaf = authority.issue(&request).unwrap();
        for (format, has_key_password) in
            Format::ALL.into_iter().map(|format| (format, false)).chain([(Format::Jks, true)])
        {
            let out = dir.path().join(format!("{kind}-{format}-{has_key_password}"));
            let passwords = StorePasswords::generate();
            let key_password = has_key_password.then(Secret::generate);
            let anchors = [root.clone()];
            let files = write_leaf(&out, &leaf, &anchors, format, &passwords, key_password.as_ref()).unwrap();
            stores.push(Written { kind, format, has_key_password, files, passwords, key_password });
        }
        leaves.insert(kind.name(), leaf);
    }
    let root_sha256 = authority.info().fingerprint_sha256.clone();
    Matrix { _dir: dir, root, root_sha256, leaves, stores }
});

#[test]
fn we_read_and_inspect_what_we_write() {
    for written in &MATRIX.stores {
        let name = written.name();
        let leaf = &MATRIX.leaves[written.kind.name()];
        let mut bytes = std::fs::read(&written.files.keystore).unwrap();
        if let Some(key) = &written.files.key {
            bytes.extend(std::fs::read(key).unwrap());
        }
        let store = read_any(&bytes, &written.options()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (_, key, chain) = store.keys().next().unwrap();
        assert_eq!((key, chain), (&leaf.key, leaf.chain.as_slice()), "{name}");
        let trusted = ReadOptions::with_password(written.passwords.truststore.clone());
        let trusted = read_any_file(&written.files.truststore, &trusted).unwrap();
        assert_eq!(trusted.trusted().collect::<Vec<_>>(), [&MATRIX.root], "{name}");

        let report = inspect(&bytes, &written.options(), now());
        let open = if written.format == Format::Pem { Access::Plain } else { Access::Open };
        assert_eq!(report.access, open, "{name}: {report:?}");
        let legacy = written.format == Format::Pkcs12(StoreProfile::Legacy);
        assert_eq!(report.problems.len(), usize::from(legacy), "{name}: {:?}", report.problems);
        let belongs = report.objects.iter().any(|object| match object {
            Object::KeyEntry { belongs, chain_complete, .. } => *belongs == Some(true) && *chain_complete,
            Object::PrivateKey { belongs_to, .. } => belongs_to.as_ref() == Some(&leaf.fingerprint_sha256),
            _ => false,
        });
        assert!(belongs, "{name}: {report:?}");
    }
}

#[test]
fn keytool_lists_every_format() {
    if !available("keytool", "default-jdk-headless") {
        return;
    }
    for written in &MATRIX.stores {
        let (name, files) = (written.name(), &written.files);
        let leaf = &MATRIX.leaves[written.kind.name()];
        let mut keytool = command("keytool");
        keytool.arg("-J-Duser.language=en");
        let Some(password) = &files.keystore_password_file else {
            let text = succeed(keytool.arg("-printcert").arg("-file").arg(&files.keystore));
            assert!(
                text.contains("Certificate[2]") && text.contains(&leaf.fingerprint_sha256),
                "{name}: {text}"
            );
            continue;
        };
        let kind = if written.format == Format::Jks { "JKS" } else { "PKCS12" };
        keytool.args(["-list", "-v", "-storetype", kind, "-keystore"]).arg(&files.keystore);
        let text = succeed(keytool.arg("-storepass:file").arg(password));
        for expected in [
            "Your keystore contains 1 entry",
            &format!("Keystore type: {kind}"),
            &format!("Alias name: node-{}", written.kind),
            "Entry type: PrivateKeyEntry",
            "Certificate chain length: 2",
            &leaf.fingerprint_sha256,
        ] {
            assert!(text.contains(expected), "{name}: no {expected:?} in\n{text}");
        }
        if written.kind == KeyKind::P256 {
            let mut keytool = command("keytool");
            keytool.args(["-J-Duser.language=en", "-list", "-v", "-storetype", kind, "-keystore"]);
            keytool.arg(&files.truststore).arg("-storepass:file");
            let text = succeed(keytool.arg(files.truststore_password_file.as_ref().unwrap()));
            for expected in ["Alias name: ca", "Entry type: trustedCertEntry", &MATRIX.root_sha256] {
                assert!(text.contains(expected), "{name}: no {expected:?} in\n{text}");
            }
        }
    }
}

#[test]
fn java_shakes_hands_with_every_format() {
    if !available("javac", "default-jdk-headless") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/java/MutualTls.java");
    succeed(command("javac").arg("-d").arg(dir.path()).arg(source));
    // Each store against itself, and against that of the same key in another format.
    let stores = &MATRIX.stores;
    let mut cases = String::new();
    for (at, written) in stores.iter().enumerate() {
        let other = &stores[if written.has_key_password { at - 1 } else { at + 1 }];
        for client in [written, other] {
            cases += &format!("TLSv1.2,TLSv1.3\t{}\t{}\n", written.arguments(), client.arguments());
        }
    }
    let file = dir.path().join("cases");
    std::fs::write(&file, cases).unwrap();
    let mut java = command("java");
    java.args(["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp"]).arg(dir.path()).arg("MutualTls");
    let output = java.arg(format!("@{}", file.display())).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let mut lines = text.lines();
    for written in stores {
        for protocol in ["TLSv1.2", "TLSv1.3", "TLSv1.2", "TLSv1.3"] {
            let line = lines.next().unwrap_or_else(|| panic!("{}: no answer in\n{text}", written.name()));
            assert!(line.starts_with(&format!("ok {protocol} TLS_")), "{}: {line}", written.name());
        }
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn openssl_reads_every_format_that_it_knows() {
    if !available("openssl", "openssl") {
        return;
    }
    for written in &MATRIX.stores {
        let (name, files) = (written.name(), &written.files);
        let leaf = &MATRIX.leaves[written.kind.name()];
        match written.format {
            Format::Pkcs12(profile) => {
                let password = format!("file:{}", files.keystore_password_file.as_ref().unwrap().display());
                let mut openssl = command("openssl");
                openssl.args(["pkcs12", "-info", "-nodes", "-passin", &password, "-in"]);
                let text = succeed(openssl.arg(&files.keystore));
                let way = match profile {
                    StoreProfile::Legacy => "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 10000",
                    _ => "AES-256-CBC, Iteration 10000, PRF hmacWithSHA256",
                };
                assert!(text.contains(way), "{name}: no {way:?} in\n{text}");
                let store = read_any(text.as_bytes(), &ReadOptions::default()).unwrap();
                let (_, key, chain) = store.keys().next().unwrap();
                assert_eq!(key.public_key_der().unwrap(), leaf.key.public_key_der().unwrap(), "{name}");
                assert_eq!(chain, leaf.chain.as_slice(), "{name}");
            }
            Format::Pem => {
                succeed(
                    command("openssl")
                        .args(["pkey", "-check", "-noout", "-in"])
                        .arg(files.key.as_ref().unwrap()),
                );
                let mut openssl = command("openssl");
                openssl.args(["verify", "-x509_strict", "-CAfile"]).arg(&files.truststore);
                succeed(openssl.arg("-untrusted").arg(&files.keystore).arg(&files.keystore));
            }
            // openssl does not know JKS.
            _ => {}
        }
    }
}

/// One key whose certificate is its own, of the kind that was asked for.
fn check_foreign(name: &str, store: &Store, kind: KeyKind, alias: &str) {
    let keys: Vec<_> = store.keys().collect();
    let [(found, key, [certificate])] = keys.as_slice() else { panic!("{name}: {store:?}") };
    let info = CertificateInfo::parse(certificate).unwrap();
    assert_eq!(*found, alias, "{name}");
    assert_eq!(key.public_key_der().unwrap(), info.public_key, "{name}");
    let expected = match kind {
        KeyKind::Rsa2048 => (KeyAlgorithm::Rsa, Some(2048)),
        KeyKind::Rsa4096 => (KeyAlgorithm::Rsa, Some(4096)),
        KeyKind::P256 => (KeyAlgorithm::Ecdsa, Some(256)),
        KeyKind::P384 => (KeyAlgorithm::Ecdsa, Some(384)),
        _ => (KeyAlgorithm::Ed25519, Some(256)),
    };
    assert_eq!((info.key, info.key_bits), expected, "{name}");
}

#[test]
fn stores_of_keytool_with_every_kind_of_key_are_read_and_converted() {
    if !available("keytool", "default-jdk-headless") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    std::fs::write(path("store"), "changeit\n").unwrap();
    std::fs::write(path("key"), "keypass1\n").unwrap();
    let options = |kind: &str| ReadOptions {
        password: Some(Secret::new("changeit")),
        key_password: (kind == "JKS").then(|| Secret::new("keypass1")),
        ..ReadOptions::default()
    };
    for kind in KINDS {
        let algorithm: &[&str] = match kind {
            KeyKind::Rsa2048 => &["RSA", "-keysize", "2048"],
            KeyKind::Rsa4096 => &["RSA", "-keysize", "4096"],
            KeyKind::P256 => &["EC", "-groupname", "secp256r1"],
            KeyKind::P384 => &["EC", "-groupname", "secp384r1"],
            _ => &["Ed25519"],
        };
        for store in ["PKCS12", "JKS"] {
            let name = format!("{kind} {store}");
            let file = path(&name);
            let mut keytool = command("keytool");
            keytool
                .args(["-genkeypair", "-alias", "Mine", "-dname", "CN=keytool", "-keyalg"])
                .args(algorithm);
            keytool.args(["-storetype", store, "-keystore"]).arg(&file);
            keytool.arg("-storepass:file").arg(path("store"));
            if store == "JKS" {
                keytool.arg("-keypass:file").arg(path("key"));
            }
            succeed(&mut keytool);
            let read =
                read_any_file(&file, &options(store)).unwrap_or_else(|error| panic!("{name}: {error}"));
            check_foreign(&name, &read, kind, "mine");
            if kind != KeyKind::P384 {
                continue;
            }
            // Converted to the other format, keytool lists it again.
            let (to, format) = if store == "JKS" {
                ("PKCS12", Format::Pkcs12(StoreProfile::Modern))
            } else {
                ("JKS", Format::Jks)
            };
            let converted = path(&format!("{name} converted"));
            let writing = WriteOptions::with_password(Secret::new("changeit"), now());
            convert(&file, &options(store), &converted, format, &writing).unwrap();
            let mut keytool = command("keytool");
            keytool.args(["-J-Duser.language=en", "-list", "-storetype", to, "-keystore"]).arg(&converted);
            let text = succeed(keytool.arg("-storepass:file").arg(path("store")));
            assert!(text.contains("mine, ") && text.contains("PrivateKeyEntry"), "{name}: {text}");
        }
    }
}

#[test]
fn stores_of_openssl_with_every_kind_of_key_are_read() {
    if !available("openssl", "openssl") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    std::fs::write(path("store"), "changeit\n").unwrap();
    let password = format!("file:{}", path("store").display());
    let options = ReadOptions::with_password(Secret::new("changeit"));
    for kind in KINDS {
        let algorithm: &[&str] = match kind {
            KeyKind::Rsa2048 => &["rsa:2048"],
            KeyKind::Rsa4096 => &["rsa:4096"],
            KeyKind::P256 => &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
            KeyKind::P384 => &["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
            _ => &["ed25519"],
        };
        let mut openssl = command("openssl");
        openssl.args(["req", "-x509", "-nodes", "-subj", "/CN=openssl", "-newkey"]).args(algorithm);
        succeed(openssl.arg("-keyout").arg(path("key.pem")).arg("-out").arg(path("cert.pem")));
        for legacy in [&[][..], &["-legacy"], &["-legacy", "-descert"]] {
            let name = format!("{kind} {legacy:?}");
            let mut openssl = command("openssl");
            openssl.args(["pkcs12", "-export", "-name", "Mine", "-passout", &password]).args(legacy);
            openssl.arg("-inkey").arg(path("key.pem")).arg("-in").arg(path("cert.pem"));
            succeed(openssl.arg("-out").arg(path("store.p12")));
            let store =
                read_any_file(&path("store.p12"), &options).unwrap_or_else(|error| panic!("{name}: {error}"));
            check_foreign(&name, &store, kind, "Mine");
        }
        // An empty password is one too, to read.
        let mut openssl = command("openssl");
        openssl.args(["pkcs12", "-export", "-name", "Mine", "-passout", "pass:", "-inkey"]);
        openssl.arg(path("key.pem")).arg("-in").arg(path("cert.pem")).arg("-out").arg(path("empty.p12"));
        succeed(&mut openssl);
        let empty = ReadOptions::with_password(Secret::new(""));
        check_foreign("empty password", &read_any_file(&path("empty.p12"), &empty).unwrap(), kind, "Mine");
        let encrypted = path("encrypted.pem");
        let mut openssl = command("openssl");
        openssl.args(["pkcs8", "-topk8", "-passout", &password, "-in"]).arg(path("key.pem"));
        succeed(openssl.arg("-out").arg(&encrypted));
        let bytes = [std::fs::read(&encrypted).unwrap(), std::fs::read(path("cert.pem")).unwrap()].concat();
        check_foreign(&format!("{kind} PEM"), &read_any(&bytes, &options).unwrap(), kind, "openssl");
    }
}

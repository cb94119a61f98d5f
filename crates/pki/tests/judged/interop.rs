//! Java, keytool and openssl as judges of what this crate writes.
//!
//! Where one of them is missing the test says so and how to install it; with `CI=true` it fails.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use ops_core::secret::Secret;
use pki::authority::{Authority, AuthorityRequest, Leaf, LeafRequest};
use pki::key::KeyKind;
use pki::profile::{Role, Validity};
use pki::store::{self, IssuedStores, StorePasswords};

use crate::tools::{available, command, now, run, succeed};

/// A directory with an authority, and what was issued into it.
struct Estate {
    dir: tempfile::TempDir,
    authority: Authority,
}

impl Estate {
    fn new(key: KeyKind) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut request = AuthorityRequest::new("Interop CA".parse().unwrap(), now());
        request.key = key;
        let passphrase = Secret::generate();
        std::fs::write(dir.path().join("passphrase"), passphrase.expose()).unwrap();
        let authority = Authority::create(&dir.path().join("ca"), &request, &passphrase).unwrap();
        Self { dir, authority }
    }

    fn request(&self, name: &str, role: Role, key: KeyKind) -> LeafRequest {
        let names = ["dns:localhost", "dns:flink.example", "ip:127.0.0.1", "ip:::1"];
        let names = names.into_iter().map(|name| name.parse().unwrap());
        let mut request = LeafRequest::new(name.parse().unwrap(), role, names, now());
        request.key = key;
        request
    }

    fn write(&self, leaf: &Leaf) -> IssuedStores {
        let anchors = [self.authority.certificate().clone()];
        store::write_stores(&self.dir.path().join("out"), leaf, &anchors, &StorePasswords::generate())
            .unwrap()
    }

    fn issue(&self, name: &str, role: Role, key: KeyKind) -> (Leaf, IssuedStores) {
        let leaf = self.authority.issue(&self.request(name, role, key)).unwrap();
        let stores = self.write(&leaf);
        (leaf, stores)
    }

    fn pem(&self, leaf: &Leaf) -> PathBuf {
        let path = self.dir.path().join(format!("{}.pem", leaf.name));
        std::fs::write(&path, pki::pem::certificates(&leaf.chain[..1])).unwrap();
        path
    }
}

const LEAF_KINDS: [KeyKind; 4] = [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384, KeyKind::Ed25519];

#[test]
fn keytool_lists_what_we_write() {
    if !available("keytool", "default-jdk-headless") {
        return;
    }
    let estate = Estate::new(KeyKind::Rsa3072);
    for kind in LEAF_KINDS {
        let (leaf, stores) = estate.issue(&format!("Node-{kind}"), Role::Internal, kind);
        let list = |store: &Path, password: &Path| {
            let mut keytool = command("keytool");
            keytool
                .args(["-J-Duser.language=en", "-list", "-v", "-storetype", "PKCS12", "-keystore"])
                .arg(store);
            succeed(keytool.arg("-storepass:file").arg(password))
        };
        let keystore = list(&stores.keystore, &stores.keystore_password_file);
        for expected in [
            "Your keystore contains 1 entry",
            &format!("Alias name: node-{kind}"),
            "Entry type: PrivateKeyEntry",
            "Certificate chain length: 2",
            &leaf.fingerprint_sha1,
            &leaf.fingerprint_sha256,
            "serverAuth",
            "clientAuth",
            "DNSName: flink.example",
            "IPAddress: 127.0.0.1",
        ] {
            assert!(keystore.contains(expected), "{kind}: no {expected:?} in\n{keystore}");
        }
        let truststore = list(&stores.truststore, &stores.truststore_password_file);
        for expected in
            ["Alias name: ca", "Entry type: trustedCertEntry", &estate.authority.info().fingerprint_sha256]
        {
            assert!(truststore.contains(expected), "{kind}: no {expected:?} in\n{truststore}");
        }
    }
}

#[test]
fn java_shakes_hands_with_our_stores() {
    if !available("javac", "default-jdk-headless") {
        return;
    }
    let estate = Estate::new(KeyKind::Rsa3072);
    let classes = estate.dir.path().join("classes");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/java/MutualTls.java");
    succeed(command("javac").arg("-d").arg(&classes).arg(source));
    let shake_hands = |protocol: &str, server: &IssuedStores, client: &IssuedStores| {
        let mut java = command("java");
        java.args(["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp"])
            .arg(&classes)
            .args(["MutualTls", protocol]);
        for stores in [server, client] {
            java.arg(&stores.keystore).arg(&stores.keystore_password_file);
            java.arg(&stores.truststore).arg(&stores.truststore_password_file);
        }
        let output = run(&mut java);
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    for kind in LEAF_KINDS {
        let (_, internal) = estate.issue(&format!("internal-{kind}"), Role::Internal, kind);
        for protocol in ["TLSv1.2", "TLSv1.3"] {
            let answer = shake_hands(protocol, &internal, &internal);
            let expected = (format!("ok {protocol} TLS_"), format!(" internal-{kind} ca\n"));
            assert!(answer.starts_with(&expected.0) && answer.ends_with(&expected.1), "{kind}: {answer}");
        }
    }
    let (_, server) = estate.issue("rest", Role::RestServer, KeyKind::P256);
    let (_, client) = estate.issue("operator", Role::RestClient, KeyKind::P256);
    for protocol in ["TLSv1.2", "TLSv1.3"] {
        let answer = shake_hands(protocol, &server, &client);
        assert!(answer.starts_with("ok "), "{answer}");
        // The roles bind: a client's certificate is no server's.
        let answer = shake_hands(protocol, &client, &client);
        assert!(answer.contains("Extended key usage does not permit use for TLS server"), "{answer}");
        let answer = shake_hands(protocol, &server, &server);
        assert!(answer.contains("Extended key usage does not permit use for TLS client"), "{answer}");
    }
    let stranger = Estate::new(KeyKind::P256);
    let (_, foreign) = stranger.issue("foreign", Role::Internal, KeyKind::P256);
    let answer = shake_hands("TLSv1.3", &server, &foreign);
    // Both authorities have the same name, so Java finds an issuer whose key does not fit.
    assert!(answer.starts_with("failed PKIX path validation failed"), "{answer}");
}

#[test]
fn openssl_verifies_certificates_by_purpose() {
    if !available("openssl", "openssl") {
        return;
    }
    for (authority, kinds) in [
        (KeyKind::Rsa3072, &LEAF_KINDS[..]),
        (KeyKind::P384, &[KeyKind::P256][..]),
        (KeyKind::Ed25519, &[KeyKind::P256][..]),
    ] {
        let estate = Estate::new(authority);
        for &kind in kinds {
            for (role, server, client) in [
                (Role::Internal, true, true),
                (Role::RestServer, true, false),
                (Role::RestClient, false, true),
            ] {
                let leaf = estate.authority.issue(&estate.request(role.name(), role, kind)).unwrap();
                let pem = estate.pem(&leaf);
                for (purpose, expected) in [("sslserver", server), ("sslclient", client)] {
                    let mut openssl = command("openssl");
                    openssl.args(["verify", "-x509_strict", "-purpose", purpose, "-CAfile"]);
                    let output = run(openssl.arg(estate.authority.certificate_path()).arg(&pem));
                    let text = String::from_utf8_lossy(&output.stderr).into_owned();
                    assert_eq!(
                        output.status.success(),
                        expected,
                        "{authority} {kind} {role} {purpose}: {text}"
                    );
                }
                let text = succeed(command("openssl").args(["x509", "-noout", "-text", "-in"]).arg(&pem));
                let encipherment = text.contains("Key Encipherment");
                assert_eq!(encipherment, kind.is_rsa() && role != Role::RestClient, "{text}");
                for expected in [
                    "X509v3 Basic Constraints: critical\n                CA:FALSE",
                    "Subject Key Identifier",
                    "Authority Key Identifier",
                    "IP Address:0:0:0:0:0:0:0:1",
                ] {
                    assert!(text.contains(expected), "no {expected:?} in\n{text}");
                }
            }
        }
    }
}

#[test]
fn openssl_reads_stores_keys_and_the_authority() {
    if !available("openssl", "openssl") {
        return;
    }
    let estate = Estate::new(KeyKind::Rsa3072);
    for kind in LEAF_KINDS {
        let (_, stores) = estate.issue(&format!("node-{kind}"), Role::Internal, kind);
        let mut openssl = command("openssl");
        openssl.args(["pkcs12", "-info", "-noout", "-in"]).arg(&stores.keystore);
        let text =
            succeed(openssl.arg("-passin").arg(format!("file:{}", stores.keystore_password_file.display())));
        for expected in ["MAC: sha256, Iteration 10000", "AES-256-CBC, Iteration 10000, PRF hmacWithSHA256"] {
            assert!(text.contains(expected), "{kind}: no {expected:?} in\n{text}");
        }
    }
    let passphrase = format!("file:{}", estate.dir.path().join("passphrase").display());
    let mut openssl = command("openssl");
    openssl.args(["pkey", "-noout", "-text", "-in"]).arg(estate.authority.dir().join("ca.key.pem"));
    let text = succeed(openssl.arg("-passin").arg(passphrase));
    assert!(text.contains("(3072 bit"), "{text}");
    let mut openssl = command("openssl");
    let text =
        succeed(openssl.args(["x509", "-noout", "-text", "-in"]).arg(estate.authority.certificate_path()));
    assert!(text.contains("CA:TRUE, pathlen:0") && text.contains("Certificate Sign, CRL Sign"), "{text}");
}

#[test]
fn stores_of_keytool_and_openssl_are_read() {
    if !available("keytool", "default-jdk-headless") || !available("openssl", "openssl") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    std::fs::write(path("password"), "changeit\n").unwrap();
    let password = Secret::new("changeit");
    for (algorithm, extra) in [("RSA", "-keysize"), ("EC", "-groupname")] {
        let file = path(&format!("{algorithm}.p12"));
        let mut keytool = command("keytool");
        keytool.args(["-genkeypair", "-alias", "Mine", "-dname", "CN=keytool", "-keyalg", algorithm]);
        keytool.args([extra, if algorithm == "RSA" { "2048" } else { "secp256r1" }, "-storetype", "PKCS12"]);
        succeed(keytool.arg("-keystore").arg(&file).arg("-storepass:file").arg(path("password")));
        let store = store::read_file(&file, &password).unwrap();
        let (alias, key, chain) = store.keys().next().unwrap();
        let info = pki::certificate::CertificateInfo::parse(&chain[0]).unwrap();
        assert_eq!((alias, info.subject.as_str(), chain.len()), ("mine", "CN=keytool", 1));
        assert_eq!(key.public_key_der().unwrap(), info.public_key, "{algorithm}");
        assert_eq!(
            store::read_file(&file, &Secret::new("changeme"))
                .unwrap_err()
                .to_string()
                .matches("password")
                .count(),
            1
        );
    }

    let estate = Estate::new(KeyKind::P256);
    let (leaf, _) = estate.issue("node", Role::Internal, KeyKind::P256);
    std::fs::write(path("chain.pem"), pki::pem::certificates(&leaf.chain)).unwrap();
    std::fs::write(path("key.pem"), leaf.key.to_pem().as_bytes()).unwrap();
    let mut openssl = command("openssl");
    openssl.args(["pkcs12", "-export", "-passout"]).arg(format!("file:{}", path("password").display()));
    openssl.arg("-in").arg(path("chain.pem")).arg("-inkey").arg(path("key.pem"));
    succeed(openssl.arg("-out").arg(path("openssl.p12")));
    let store = store::read_file(&path("openssl.p12"), &password).unwrap();
    assert_eq!(store.keys().next().unwrap().2, leaf.chain);

    // What openssl exports without a key has no mark of trust: Java lists nothing in it.
    let mut openssl = command("openssl");
    openssl
        .args(["pkcs12", "-export", "-nokeys", "-passout"])
        .arg(format!("file:{}", path("password").display()));
    succeed(openssl.arg("-in").arg(path("chain.pem")).arg("-out").arg(path("trust.p12")));
    let store = store::read_file(&path("trust.p12"), &password).unwrap();
    assert_eq!((store.entries.len(), store.unlisted.len()), (0, 2));
}

#[test]
fn an_expired_leaf_is_expired_for_openssl_too() {
    if !available("openssl", "openssl") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let then = now() - SignedDuration::from_hours(48);
    let mut request = AuthorityRequest::new("Old CA".parse().unwrap(), then);
    request.key = KeyKind::P256;
    let authority = Authority::create(&dir.path().join("ca"), &request, &Secret::generate()).unwrap();
    let mut request = LeafRequest::new("old".parse().unwrap(), Role::Internal, [], then);
    request.key = KeyKind::P256;
    request.validity = Validity::days(1).unwrap();
    let leaf = authority.issue(&request).unwrap();
    let pem = dir.path().join("old.pem");
    std::fs::write(&pem, pki::pem::certificates(&leaf.chain[..1])).unwrap();
    let output =
        run(command("openssl").args(["verify", "-CAfile"]).arg(authority.certificate_path()).arg(&pem));
    assert!(String::from_utf8_lossy(&output.stderr).contains("certificate has expired"), "{output:?}");
}

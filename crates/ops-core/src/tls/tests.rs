//! TLS material made on the spot, read from files, and put to use in a handshake.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::secret::Secret;

const PASSWORD: &str = "Correct1";

/// An authority, a leaf of it for `localhost`, and a directory for their files.
struct Material {
    dir: TempDir,
    ca: rcgen::Certificate,
    leaf: rcgen::Certificate,
    key: KeyPair,
}

impl Material {
    fn new() -> Self {
        let ca_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, format!("Test CA {}", Secret::generate().expose()));
        let ca = params.self_signed(&ca_key).unwrap();
        let issuer = Issuer::new(params, ca_key);
        let key = KeyPair::generate().unwrap();
        let mut leaf = CertificateParams::new(["localhost".to_owned()]).unwrap();
        leaf.distinguished_name.push(DnType::CommonName, "leaf");
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        Self { dir: tempfile::tempdir().unwrap(), ca, leaf, key }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn chain(&self) -> PrivateKeyChain {
        let certs = [&self.leaf, &self.ca].map(|cert| Certificate::from_der(cert.der()).unwrap());
        PrivateKeyChain::new("1", PrivateKey::from_der(&self.key.serialize_der()).unwrap(), certs)
    }

    fn keystore(&self) -> PathBuf {
        self.store("leaf.p12", &[("leaf", KeyStoreEntry::PrivateKeyChain(self.chain()))])
    }

    fn truststore(&self) -> PathBuf {
        let ca = Certificate::from_der(self.ca.der()).unwrap();
        self.store("trust.p12", &[("ca", KeyStoreEntry::Certificate(ca))])
    }

    fn store(&self, name: &str, entries: &[(&str, KeyStoreEntry)]) -> PathBuf {
        let mut store = KeyStore::new();
        for (alias, entry) in entries {
            store.add_entry(alias, entry.clone());
        }
        self.write(name, store.writer(PASSWORD).write().unwrap())
    }

    fn server(&self, clients: Option<&TrustAnchors>) -> Arc<rustls::ServerConfig> {
        let chain = vec![self.leaf.der().clone(), self.ca.der().clone()];
        let key = PrivatePkcs8KeyDer::from(self.key.serialize_der()).into();
        Arc::new(server_config(chain, key, clients).unwrap())
    }
}

/// One byte there and back over TLS; the error is the client's.
async fn handshake(
    server: Arc<rustls::ServerConfig>,
    client: rustls::ClientConfig,
    name: &str,
) -> Result<(), String> {
    let (near, far) = tokio::io::duplex(1 << 16);
    let serving = tokio::spawn(async move {
        let mut stream = tokio_rustls::TlsAcceptor::from(server).accept(far).await?;
        let byte = stream.read_u8().await?;
        stream.write_u8(byte).await?;
        stream.flush().await
    });
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let talk = async {
        let mut stream = tokio_rustls::TlsConnector::from(Arc::new(client)).connect(name, near).await?;
        stream.write_u8(42).await?;
        stream.flush().await?;
        stream.read_u8().await
    };
    let answer = talk.await.map_err(|error: std::io::Error| error.to_string());
    let _ = serving.await.unwrap();
    answer.map(|byte| assert_eq!(byte, 42))
}

fn password() -> Secret {
    Secret::new(PASSWORD)
}

#[tokio::test]
async fn mutual_tls_works_from_pem_and_from_pkcs12() {
    let m = Material::new();
    let ca = m.write("ca.pem", m.ca.pem());
    let cert = m.write("leaf.pem", m.leaf.pem() + &m.ca.pem());
    let key = m.write("leaf.key", m.key.serialize_pem());
    let both = m.write("both.pem", m.key.serialize_pem() + &m.leaf.pem());
    let pem = TrustAnchors::from_pem_file(&ca).unwrap();
    let p12 = TrustAnchors::from_pkcs12_file(&m.truststore(), &password()).unwrap();
    assert_eq!(pem.certificates(), p12.certificates());
    let identities = [
        ClientIdentity::from_pem_files(&cert, &key).unwrap(),
        ClientIdentity::from_pem_files(&both, &both).unwrap(),
        ClientIdentity::from_pkcs12_file(&m.keystore(), &password()).unwrap(),
    ];
    for identity in identities {
        for anchors in [&pem, &p12] {
            let client = client_config(anchors, Some(&identity)).unwrap();
            handshake(m.server(Some(anchors)), client, "localhost").await.unwrap();
        }
    }
}

#[tokio::test]
async fn peers_are_verified_on_both_sides() {
    let (m, stranger) = (Material::new(), Material::new());
    let anchors = TrustAnchors::from_der([m.ca.der().clone()]);
    let client = |anchors: &TrustAnchors, identity| client_config(anchors, identity).unwrap();
    let refused = |result: Result<(), String>, expected: &str| {
        let error = result.unwrap_err();
        assert!(error.contains(expected), "{error}");
    };
    handshake(m.server(None), client(&anchors, None), "localhost").await.unwrap();
    refused(handshake(m.server(None), client(&anchors, None), "elsewhere").await, "not valid for name");
    let others = TrustAnchors::from_der([stranger.ca.der().clone()]);
    refused(handshake(m.server(None), client(&others, None), "localhost").await, "UnknownIssuer");
    refused(
        handshake(m.server(None), client(&TrustAnchors::none(), None), "localhost").await,
        "UnknownIssuer",
    );
    refused(
        handshake(m.server(Some(&anchors)), client(&anchors, None), "localhost").await,
        "CertificateRequired",
    );
    let identity = ClientIdentity::from_pkcs12_file(&stranger.keystore(), &password()).unwrap();
    assert!(
        handshake(m.server(Some(&anchors)), client(&anchors, Some(&identity)), "localhost").await.is_err()
    );
}

/// Reads a file as a truststore, as a keystore or as PEM, and gives the complaint.
fn complaint<T>(result: Result<T, TlsError>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

#[test]
fn stores_that_prove_nothing_are_refused() {
    let m = Material::new();
    let path = m.keystore();
    let wrong = complaint(ClientIdentity::from_pkcs12_file(&path, &Secret::new("Wrong222")));
    assert!(wrong.starts_with("the password does not open ") && wrong.contains("leaf.p12"), "{wrong}");
    assert!(!wrong.contains("Wrong222"));

    let bytes = std::fs::read(&path).unwrap();
    let truncated = m.write("short.p12", &bytes[..bytes.len() / 2]);
    let damaged = complaint(ClientIdentity::from_pkcs12_file(&truncated, &password()));
    assert!(damaged.contains("is damaged"), "{damaged}");

    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    let flipped = m.write("flipped.p12", flipped);
    assert!(ClientIdentity::from_pkcs12_file(&flipped, &password()).is_err());

    let bare = m.write("bare.p12", without_mac(&bytes));
    let error = ClientIdentity::from_pkcs12_file(&bare, &password()).unwrap_err();
    assert!(matches!(error, TlsError::NoMac { .. }), "{error}");
}

/// The same archive without its third element, the MAC.
fn without_mac(bytes: &[u8]) -> Vec<u8> {
    use x509_parser::asn1_rs::{Any, FromDer as _, Sequence};
    let (_, pfx) = Sequence::from_der(bytes).unwrap();
    let (rest, _) = Any::from_der(&pfx.content).unwrap();
    let (mac, _) = Any::from_der(rest).unwrap();
    let content = &pfx.content[..pfx.content.len() - mac.len()];
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[0x30, 0x82], length.as_slice(), content].concat()
}

#[test]
fn what_is_in_a_store_is_told_when_it_is_the_wrong_one() {
    let m = Material::new();
    let swapped = complaint(ClientIdentity::from_pkcs12_file(&m.truststore(), &password()));
    assert!(swapped.contains("holds 1 certificates and no private key"), "{swapped}");
    let swapped = complaint(TrustAnchors::from_pkcs12_file(&m.keystore(), &password()));
    assert!(swapped.contains("2 certificates that are not marked as trusted, 1 keys"), "{swapped}");
    let other = PrivateKeyChain::new("2", m.chain().key().clone(), m.chain().certs().to_vec());
    let two = m.store(
        "two.p12",
        &[("a", KeyStoreEntry::PrivateKeyChain(m.chain())), ("b", KeyStoreEntry::PrivateKeyChain(other))],
    );
    let several = complaint(ClientIdentity::from_pkcs12_file(&two, &password()));
    assert!(several.contains("2 private keys (a, b)"), "{several}");
}

#[test]
fn each_kind_of_wrong_file_is_named() {
    let m = Material::new();
    let cases: [(&str, Vec<u8>, &str); 5] = [
        ("jks", vec![0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2], "is a Java keystore (JKS)"),
        ("empty", Vec::new(), "is an empty file"),
        ("text", b"hello".to_vec(), "is neither PEM nor a store"),
        ("pem", m.ca.pem().into_bytes(), "is a PEM file"),
        ("der", m.ca.der().to_vec(), "is damaged"),
    ];
    for (name, bytes, expected) in cases {
        let path = m.write(name, bytes);
        let error = complaint(TrustAnchors::from_pkcs12_file(&path, &password()));
        assert!(error.contains(expected) && error.contains(name), "{name}: {error}");
    }
    let p12 = complaint(TrustAnchors::from_pem_file(&m.keystore()));
    assert!(p12.contains("is a binary (DER) file") && p12.contains("PKCS#12"), "{p12}");
    let missing = complaint(TrustAnchors::from_pem_file(Path::new("/nonexistent/ca.pem")));
    assert!(missing.starts_with("cannot read /nonexistent/ca.pem: "), "{missing}");
    let directory = complaint(TrustAnchors::from_pem_file(m.dir.path()));
    assert!(directory.contains("directory"), "{directory}");
    let huge = m.write("huge", vec![b'-'; 5 << 20]);
    assert!(matches!(TrustAnchors::from_pem_file(&huge), Err(TlsError::TooLarge { .. })));
}

#[test]
fn pem_files_that_lack_their_part_are_told_apart() {
    let m = Material::new();
    let (cert, key) = (m.write("c.pem", m.leaf.pem()), m.write("k.pem", m.key.serialize_pem()));
    let swapped = complaint(ClientIdentity::from_pem_files(&key, &cert));
    assert!(swapped.contains("k.pem holds no CERTIFICATE section"), "{swapped}");
    let no_key = complaint(ClientIdentity::from_pem_files(&cert, &cert));
    assert!(no_key.contains("no PRIVATE KEY section"), "{no_key}");
    let label = "ENCRYPTED PRIVATE KEY";
    let sealed = m.write("s.pem", format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n"));
    let sealed = complaint(ClientIdentity::from_pem_files(&cert, &sealed));
    assert!(sealed.contains("an encrypted private key") && sealed.contains("openssl pkey"), "{sealed}");
    let garbled = m.write("g.pem", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
    assert!(complaint(TrustAnchors::from_pem_file(&garbled)).contains("is damaged"));
    let bad = m.write("b.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let anchors = TrustAnchors::from_pem_file(&bad).unwrap();
    let unfit = client_config(&anchors, None).unwrap_err().to_string();
    assert!(unfit.starts_with("certificate 1 of ") && unfit.contains("b.pem"), "{unfit}");
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let (m, other) = (Material::new(), Material::new());
    let key: PrivateKeyDer<'static> = PrivatePkcs8KeyDer::from(other.key.serialize_der()).into();
    let chain: Vec<CertificateDer<'static>> = vec![m.leaf.der().clone()];
    let identity = ClientIdentity::from_der(chain, key);
    assert_eq!(format!("{identity:?}"), "ClientIdentity(the given identity, 1 certificates)");
    let error = client_config(&TrustAnchors::none(), Some(&identity)).unwrap_err();
    assert!(matches!(error, TlsError::UnfitIdentity { .. }), "{error}");
}

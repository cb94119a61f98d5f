//! A correct configuration with its stores, to be broken in one place.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use ops_core::conf::ConfDocument;
use ops_core::secret::Secret;
use ops_core::version::FlinkVersion;
use pki::authority::{Authority, AuthorityRequest, LeafRequest};
use pki::certificate::KeyAlgorithm;
use pki::key::KeyKind;
use pki::profile::{Role, Validity};
use pki::store::{self, Format, IssuedStores, StorePasswords, StoreProfile};
use secure_conf::keytab::{self, EncryptionType, Entry, Key, Keytab, NameType, Principal};
use secure_conf::ssl::{
    ClientAuthentication, ClientIdentity, ClientTls, RestTls, SslWiring, StoreType, Stores, TlsProtocol,
    Truststore, wire_ssl,
};

/// What all stores of a bench open with.
pub(crate) const PASSWORD: &str = "canaryInTheBench7";

/// The stores that every bench begins with.
const BASE: [(&str, Role); 3] =
    [("internal", Role::Internal), ("rest", Role::RestServer), ("client", Role::RestClient)];

/// Two authorities, the second of which nobody trusts.
pub(crate) struct Estate {
    dir: tempfile::TempDir,
    ours: Authority,
    other: Authority,
    now: Timestamp,
}

/// Who issues, for whom and when.
pub(crate) struct Leaf<'a> {
    pub(crate) authority: &'a Authority,
    pub(crate) role: Role,
    pub(crate) key: KeyKind,
    pub(crate) host: &'a str,
    /// Days from now to the first day of validity.
    pub(crate) from: i64,
    pub(crate) days: u32,
}

impl Estate {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let now = Timestamp::now();
        // A year old, so that leaves can have expired.
        let at = now - SignedDuration::from_hours(24 * 365);
        let authority = |name: &str| {
            let mut request = AuthorityRequest::new(name.parse().unwrap(), at);
            request.key = KeyKind::P256;
            Authority::create(&dir.path().join(name.replace(' ', "-")), &request, &Secret::generate())
                .unwrap()
        };
        let (ours, other) = (authority("Our CA"), authority("Other CA"));
        let estate = Self { dir, ours, other, now };
        for (name, role) in BASE {
            issue(&estate, &estate.base(), name, &estate.leaf(role));
        }
        estate
    }

    /// Where the stores lie that every bench begins with.
    fn base(&self) -> PathBuf {
        self.dir.path().join("base")
    }

    pub(crate) fn ours(&self) -> &Authority {
        &self.ours
    }

    pub(crate) fn other(&self) -> &Authority {
        &self.other
    }

    /// A leaf as it should be.
    pub(crate) fn leaf(&self, role: Role) -> Leaf<'_> {
        Leaf { authority: &self.ours, role, key: KeyKind::P256, host: "localhost", from: 0, days: 90 }
    }
}

/// A host's directory: `conf`, and `tls` with its stores.
pub(crate) struct Bench<'a> {
    pub(crate) estate: &'a Estate,
    pub(crate) root: PathBuf,
    pub(crate) version: FlinkVersion,
    pub(crate) doc: ConfDocument,
    /// Written instead of the document, where that could not hold it.
    pub(crate) text: Option<String>,
    /// The kinds of the keys that are not P-256.
    keys: RefCell<HashMap<String, KeyAlgorithm>>,
    /// A second host of the cluster.
    pub(crate) peer: Option<ConfDocument>,
    /// A host that runs `bin/flink`.
    pub(crate) client: Option<ConfDocument>,
}

impl<'a> Bench<'a> {
    /// A correct host of `version`, with mutual TLS everywhere.
    pub(crate) fn new(estate: &'a Estate, root: &Path, version: &str) -> Self {
        let version: FlinkVersion = version.parse().unwrap();
        fs::create_dir_all(root.join("tls")).unwrap();
        let text = "jobmanager.rpc.address: localhost\nrest.address: localhost\n";
        let doc = ConfDocument::parse(text, version.dialect()).unwrap();
        let (root, keys) = (root.to_owned(), RefCell::default());
        let mut bench = Self { estate, root, version, doc, text: None, keys, peer: None, client: None };
        for entry in fs::read_dir(estate.base()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), bench.root.join("tls").join(entry.file_name())).unwrap();
        }
        bench.wire(TlsProtocol::Tls12);
        bench
    }

    /// Writes the stores of a leaf under a name, over those that are there.
    pub(crate) fn issue(&self, name: &str, leaf: &Leaf<'_>) -> IssuedStores {
        self.keys.borrow_mut().insert(name.to_owned(), leaf.key.algorithm());
        issue(self.estate, &self.root.join("tls"), name, leaf)
    }

    /// The SHA-1 fingerprint of the leaf in a keystore.
    pub(crate) fn fingerprint(&self, name: &str) -> String {
        let store =
            store::read_file(&self.tls(&format!("{name}.keystore.p12")), &Secret::new(PASSWORD)).unwrap();
        let (_, _, chain) = store.keys().next().unwrap();
        pki::certificate::fingerprint_sha1(&chain[0])
    }

    pub(crate) fn tls(&self, file: &str) -> PathBuf {
        self.root.join("tls").join(file)
    }

    fn stores(&self, name: &str) -> Stores {
        let at = |kind: &str| self.tls(&format!("{name}.{kind}.p12"));
        let password = Secret::new(PASSWORD);
        Stores {
            keystore: at("keystore"),
            keystore_type: StoreType::Pkcs12,
            keystore_password: password.clone(),
            key_password: password.clone(),
            truststore: Truststore { path: at("truststore"), store_type: StoreType::Pkcs12, password },
            key_algorithm: self.keys.borrow().get(name).copied().unwrap_or(KeyAlgorithm::Ecdsa),
        }
    }

    /// Wires the stores `internal` and `rest`.
    pub(crate) fn wire(&mut self, protocol: TlsProtocol) {
        let wiring = SslWiring {
            internal: Some(self.stores("internal")),
            rest: Some(RestTls {
                stores: self.stores("rest"),
                client_authentication: ClientAuthentication::Required,
            }),
            protocol,
            ..SslWiring::default()
        };
        wire_ssl(&mut self.doc, self.version, &wiring).unwrap();
    }

    /// Adds a host that runs `bin/flink`, with the client's stores.
    pub(crate) fn with_client(&mut self) -> &mut ConfDocument {
        let Stores { keystore, keystore_password, key_password, truststore, .. } = self.stores("client");
        let identity =
            ClientIdentity { keystore, keystore_type: StoreType::Pkcs12, keystore_password, key_password };
        let client = Some(ClientTls { truststore, identity: Some(identity) });
        let mut doc = ConfDocument::parse("rest.address: localhost\n", self.version.dialect()).unwrap();
        let wiring = SslWiring { client, protocol: TlsProtocol::Tls12, ..SslWiring::default() };
        wire_ssl(&mut doc, self.version, &wiring).unwrap();
        self.client.insert(doc)
    }

    /// Adds a second host that is the same but for the stores of internal connections.
    pub(crate) fn with_peer(&mut self, stores: &str) -> &mut ConfDocument {
        let mut doc = self.doc.clone();
        for kind in ["keystore", "truststore"] {
            let path = self.tls(&format!("{stores}.{kind}.p12"));
            doc.set(&format!("security.ssl.internal.{kind}"), path.to_str().unwrap()).unwrap();
        }
        self.peer.insert(doc)
    }

    pub(crate) fn set(&mut self, key: &str, value: &str) {
        self.doc.set(key, value).unwrap();
    }

    pub(crate) fn unset(&mut self, key: &str) {
        assert!(self.doc.unset(key), "{key} was not set");
    }

    /// Puts a raw text in the place of a value.
    pub(crate) fn raw(&mut self, key: &str, raw: &str) {
        let text = self.text.take().unwrap_or_else(|| self.doc.to_text());
        let line = text.lines().find(|line| line.starts_with(&format!("{key}: "))).unwrap().to_owned();
        self.text = Some(text.replacen(&line, &format!("{key}: {raw}"), 1));
    }

    /// Converts the stores of a name to JKS, with a password for the key, and wires these.
    pub(crate) fn convert_to_jks(&mut self, scope: &str, key_password: &str) {
        for kind in ["keystore", "truststore"] {
            let bytes = fs::read(self.tls(&format!("{scope}.{kind}.p12"))).unwrap();
            let store = store::read(&bytes, &Secret::new(PASSWORD)).unwrap();
            let own = (kind == "keystore").then(|| Secret::new(key_password));
            let options = store::WriteOptions::with_password(Secret::new(PASSWORD), self.estate.now)
                .and_key_password(own);
            let path = self.tls(&format!("{scope}.{kind}.jks"));
            fs::write(&path, store::encode(&store, Format::Jks, &options).unwrap()).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            self.set(&format!("security.ssl.{scope}.{kind}"), path.to_str().unwrap());
        }
        self.set(&format!("security.ssl.{scope}.key-password"), key_password);
    }

    /// Gives the store of a scope another password, on the disk and in the file as `raw`.
    pub(crate) fn repassword(&mut self, password: &str, raw: &str) {
        let path = self.tls("internal.truststore.p12");
        let anchors = [self.estate.ours.certificate().clone()];
        let bytes = store::encode_truststore(&anchors, &Secret::new(password), StoreProfile::Modern).unwrap();
        fs::write(path, bytes).unwrap();
        self.raw("security.ssl.internal.truststore-password", raw);
    }

    /// A keytab with a key of one principal, wired with a `krb5.conf` as it should be.
    pub(crate) fn with_kerberos(&mut self) -> PathBuf {
        let principal = Principal::parse("flink@EXAMPLE.COM", None).unwrap();
        let key = Key::new(EncryptionType::AES256_SHA1, vec![7; 32]);
        let entry =
            Entry { principal, name_type: NameType::PRINCIPAL, timestamp: 1_700_000_000, kvno: 1, key };
        let path = self.tls("flink.keytab");
        keytab::write(&path, &Keytab { entries: vec![entry], ..Keytab::default() }).unwrap();
        let krb5 = self.tls("krb5.conf");
        let text = "[libdefaults]\n default_realm = EXAMPLE.COM\n[realms]\n EXAMPLE.COM = {\n  kdc = kdc.example.com\n }\n";
        fs::write(&krb5, text).unwrap();
        self.set("security.kerberos.login.keytab", path.to_str().unwrap());
        self.set("security.kerberos.login.principal", "flink@EXAMPLE.COM");
        self.set("security.kerberos.login.contexts", "Client,KafkaClient");
        self.set("env.java.opts.all", &format!("-Djava.security.krb5.conf={}", krb5.display()));
        path
    }

    /// Writes it all. Files are as private as they should be.
    pub(crate) fn write(&self) {
        let write = |name: &str, file: &str, text: &str| {
            let dir = self.root.join(name).join("conf");
            fs::create_dir_all(&dir).unwrap();
            fs::write(dir.join(file), text).unwrap();
            fs::set_permissions(dir.join(file), fs::Permissions::from_mode(0o600)).unwrap();
        };
        let file = self.version.dialect().file_name();
        write("one", file, &self.text.clone().unwrap_or_else(|| self.doc.to_text()));
        for (name, doc) in [("two", &self.peer), ("cli", &self.client)] {
            if let Some(doc) = doc {
                write(name, file, &doc.to_text());
            }
        }
    }
}

fn issue(estate: &Estate, dir: &Path, name: &str, leaf: &Leaf<'_>) -> IssuedStores {
    let names = [format!("dns:{}", leaf.host).parse().unwrap()];
    let at = estate.now + SignedDuration::from_hours(24 * leaf.from);
    let mut request = LeafRequest::new(name.parse().unwrap(), leaf.role, names, at);
    (request.key, request.validity) = (leaf.key, Validity::days(leaf.days).unwrap());
    let leaf = leaf.authority.issue(&request).unwrap();
    let anchors = [estate.ours.certificate().clone()];
    store::write_stores(dir, &leaf, &anchors, &passwords()).unwrap()
}

fn passwords() -> StorePasswords {
    StorePasswords { keystore: Secret::new(PASSWORD), truststore: Secret::new(PASSWORD) }
}

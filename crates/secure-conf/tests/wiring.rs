//! Wiring into the guide's configuration: what each version gets, in each dialect it reads, and that a second run
//! changes nothing.

use std::path::PathBuf;

use ops_core::conf::ConfDocument;
use ops_core::secret::Secret;
use ops_core::version::{Dialect, FlinkVersion};
use pki::certificate::KeyAlgorithm;
use secure_conf::SecureConfError;
use secure_conf::ssl::{
    Change, ClientAuthentication, ClientIdentity, ClientTls, RestTls, SecretEntry, SslWiring, StoreType,
    Stores, TlsProtocol, Truststore, kubernetes_secret, take_secrets, wire_ssl,
};

const GUIDE: &str = include_str!("../../../examples/guide/flink-conf.yaml");
const NESTED: &str = include_str!("fixtures/nested-config.yaml");

fn stores(name: &str, key_algorithm: KeyAlgorithm) -> Stores {
    let at = |suffix: &str| PathBuf::from(format!("/etc/flink/tls/{name}.{suffix}.p12"));
    let password = Secret::new(format!("canary-{name}-key"));
    Stores {
        keystore: at("keystore"),
        keystore_type: StoreType::Pkcs12,
        keystore_password: password.clone(),
        key_password: password,
        truststore: Truststore {
            path: at("truststore"),
            store_type: StoreType::Pkcs12,
            password: Secret::new(format!("canary-{name}-trust")),
        },
        key_algorithm,
    }
}

fn wiring(key: KeyAlgorithm) -> SslWiring {
    SslWiring {
        internal: Some(stores("internal", key)),
        rest: Some(RestTls {
            stores: stores("rest", key),
            client_authentication: ClientAuthentication::Required,
        }),
        ..SslWiring::default()
    }
}

fn version(text: &str) -> FlinkVersion {
    text.parse().unwrap()
}

/// Lines that went, with `-`, and lines that came, with `+`.
fn difference(before: &str, after: &str) -> String {
    let only = |these: &str, those: &str, sign: char| {
        these
            .lines()
            .filter(|line| !those.lines().any(|other| other == *line))
            .map(|line| format!("{sign} {line}\n"))
            .collect::<String>()
    };
    only(before, after, '-') + &only(after, before, '+')
}

fn show(changes: &[Change]) -> String {
    changes
        .iter()
        .map(|change| {
            let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "(unset)".into());
            format!("{}: {} -> {}\n", change.key, side(&change.before), side(&change.after))
        })
        .collect()
}

#[test]
fn each_version_gets_the_keys_it_understands() {
    for version in FlinkVersion::KNOWN {
        for dialect in [Dialect::Legacy, Dialect::Yaml] {
            let mut doc = ConfDocument::parse(GUIDE, dialect).unwrap();
            let wired = wire_ssl(&mut doc, version, &wiring(KeyAlgorithm::Rsa));
            if !version.reads(dialect) {
                assert!(matches!(wired, Err(SecureConfError::Dialect { .. })));
                assert_eq!(doc.to_text(), GUIDE);
                continue;
            }
            let changes = wired.unwrap();
            let snapshot = format!("{}\n{}", difference(GUIDE, &doc.to_text()), show(&changes));
            insta::assert_snapshot!(format!("guide-{version}-{}", dialect.file_name()), snapshot);
            assert!(!show(&changes).contains("canary"), "a password is shown in the changes");

            let text = doc.to_text();
            assert_eq!(wire_ssl(&mut doc, version, &wiring(KeyAlgorithm::Rsa)).unwrap(), []);
            assert_eq!(doc.to_text(), text, "{version}: wiring twice changes nothing");
            let reread = ConfDocument::parse(&text, dialect).unwrap();
            assert_eq!(reread.get("security.ssl.rest.truststore-password"), Some("canary-rest-trust"));
        }
    }
}

#[test]
fn a_nested_file_stays_nested() {
    let mut doc = ConfDocument::parse(NESTED, Dialect::Yaml).unwrap();
    wire_ssl(&mut doc, version("2.3"), &wiring(KeyAlgorithm::Rsa)).unwrap();
    insta::assert_snapshot!("nested-2.3.0", doc.to_text());
    let text = doc.to_text();
    assert_eq!(wire_ssl(&mut doc, version("2.3"), &wiring(KeyAlgorithm::Rsa)).unwrap(), []);
    assert_eq!(doc.to_text(), text);
}

#[test]
fn suites_fit_key_protocol_and_version() {
    let algorithms = |version_text: &str, wiring: &SslWiring, before: &str| {
        let mut doc = ConfDocument::parse(before, Dialect::Legacy).unwrap_or_else(|e| panic!("{e}"));
        if !version(version_text).reads(Dialect::Legacy) {
            doc = ConfDocument::parse(before, Dialect::Yaml).unwrap();
        }
        wire_ssl(&mut doc, version(version_text), wiring).unwrap();
        doc.get("security.ssl.algorithms").map(ToOwned::to_owned)
    };
    let rsa = wiring(KeyAlgorithm::Rsa);
    let ecdsa_suites = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    let rsa_suites = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
    assert_eq!(algorithms("1.18", &rsa, "a: b\n").as_deref(), Some(rsa_suites));
    assert_eq!(algorithms("1.19", &rsa, "a: b\n").as_deref(), Some(rsa_suites));
    assert_eq!(algorithms("1.20", &rsa, "a: b\n"), None, "the default does");
    assert_eq!(algorithms("2.3", &wiring(KeyAlgorithm::Ecdsa), "a: b\n").as_deref(), Some(ecdsa_suites));
    assert_eq!(algorithms("2.3", &wiring(KeyAlgorithm::Ed25519), "a: b\n").as_deref(), Some(ecdsa_suites));

    let mut mixed = wiring(KeyAlgorithm::Ecdsa);
    mixed.internal = Some(stores("internal", KeyAlgorithm::Rsa));
    let both = format!("{rsa_suites},{ecdsa_suites}");
    assert_eq!(algorithms("2.3", &mixed, "a: b\n").as_deref(), Some(both.as_str()));

    let mut modern = wiring(KeyAlgorithm::Ecdsa);
    modern.protocol = TlsProtocol::Tls13;
    let tls13 = "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384";
    assert_eq!(algorithms("2.3", &modern, "a: b\n").as_deref(), Some(tls13));

    let chosen = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
    let set = format!("security.ssl.algorithms: {chosen}\n");
    assert_eq!(algorithms("1.18", &rsa, &set).as_deref(), Some(chosen), "a choice that does is kept");
    let outdated =
        "security.ssl.algorithms: TLS_RSA_WITH_AES_128_CBC_SHA,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n";
    assert_eq!(algorithms("2.3", &rsa, outdated).as_deref(), Some(rsa_suites));
}

#[test]
fn the_legacy_switch_goes_where_it_decides_nothing() {
    let after = |version_text: &str, wiring: &SslWiring| {
        let version = version(version_text);
        let dialect = version.dialect();
        let mut doc = ConfDocument::parse("security.ssl.enabled: true\n", dialect).unwrap();
        wire_ssl(&mut doc, version, wiring).unwrap();
        doc.get("security.ssl.enabled").is_some()
    };
    let both = wiring(KeyAlgorithm::Rsa);
    let internal = SslWiring { rest: None, ..both.clone() };
    assert!(!after("1.18", &both) && !after("1.20", &both) && !after("2.3", &both));
    assert!(after("1.18", &internal) && after("1.20", &internal), "REST would lose its TLS");
    assert!(!after("2.0", &internal), "2.0 does not know the key");
}

#[test]
fn what_cannot_be_wired_leaves_the_document_alone() {
    let mut relative = wiring(KeyAlgorithm::Rsa);
    relative.rest.as_mut().unwrap().stores.truststore.path = "tls/trust.p12".into();
    let mut differing = wiring(KeyAlgorithm::Rsa);
    differing.rest.as_mut().unwrap().stores.key_password = Secret::new("canary-other");
    let mut unholdable = wiring(KeyAlgorithm::Rsa);
    unholdable.rest.as_mut().unwrap().stores.truststore.password = Secret::new("canary-with#hash");
    for (wiring, reason) in [
        (relative, "the store path tls/trust.p12 is relative"),
        (differing, "the key password of /etc/flink/tls/rest.keystore.p12 differs"),
        (unholdable, "security.ssl.rest.truststore-password"),
    ] {
        let mut doc = ConfDocument::parse(GUIDE, Dialect::Legacy).unwrap();
        let error = wire_ssl(&mut doc, version("1.18"), &wiring).unwrap_err().to_string();
        assert!(error.contains(reason) && !error.contains("canary"), "{error}");
        assert_eq!(doc.to_text(), GUIDE);
    }
}

#[test]
fn nothing_to_wire_changes_nothing() {
    let mut doc = ConfDocument::parse(GUIDE, Dialect::Legacy).unwrap();
    assert_eq!(wire_ssl(&mut doc, version("1.18"), &SslWiring::default()).unwrap(), []);
    assert_eq!(doc.to_text(), GUIDE);
}

#[test]
fn a_jks_store_has_a_password_for_its_key() {
    let mut jks = wiring(KeyAlgorithm::Rsa);
    let internal = jks.internal.as_mut().unwrap();
    internal.keystore_type = StoreType::Jks;
    internal.key_password = Secret::new("canary-of-the-key");
    for (version_text, named) in [("1.20", Some("JKS")), ("1.18", None)] {
        let mut doc = ConfDocument::empty(version(version_text).dialect());
        wire_ssl(&mut doc, version(version_text), &jks).unwrap();
        assert_eq!(doc.get("security.ssl.internal.key-password"), Some("canary-of-the-key"));
        assert_eq!(doc.get("security.ssl.internal.keystore-type"), named);
    }
}

#[test]
fn a_client_gets_the_rest_half_alone() {
    let client = |identity| SslWiring {
        client: Some(ClientTls { truststore: stores("client", KeyAlgorithm::Rsa).truststore, identity }),
        rest_pin: Some("AB:CD".to_owned()),
        ..SslWiring::default()
    };
    let Stores { keystore, keystore_type, keystore_password, key_password, .. } =
        stores("client", KeyAlgorithm::Rsa);
    let identity = ClientIdentity { keystore, keystore_type, keystore_password, key_password };
    let wired = |version_text: &str, identity| {
        let mut doc = ConfDocument::parse("rest.port: 8081\n", version(version_text).dialect()).unwrap();
        show(&wire_ssl(&mut doc, version(version_text), &client(identity)).unwrap())
    };
    insta::assert_snapshot!("client-2.3.0", wired("2.3", Some(identity)));
    insta::assert_snapshot!("client-1.18.1-without-certificate", wired("1.18", None));
}

#[test]
fn what_a_version_does_not_heed_goes_and_endpoints_in_use_are_secured() {
    let text = "security.ssl.verify-hostname: true\nsecurity.ssl.rest.verify-hostname: true\n\
                security.ssl.internal.keystore-type: JKS\nhistoryserver.archive.fs.dir: hdfs:///done\n";
    let mut doc = ConfDocument::parse(text, Dialect::Legacy).unwrap();
    wire_ssl(&mut doc, version("1.18"), &wiring(KeyAlgorithm::Rsa)).unwrap();
    for gone in [
        "security.ssl.verify-hostname",
        "security.ssl.rest.verify-hostname",
        "security.ssl.internal.keystore-type",
    ] {
        assert_eq!(doc.get(gone), None, "{gone}");
    }
    assert_eq!(doc.get("historyserver.web.ssl.enabled"), Some("true"));
}

#[test]
fn passwords_keep_their_meaning_or_are_refused() {
    for (password, legacy) in [
        ("0123", true),
        ("1e5", true),
        ("a: b", true),
        ("a #b", false),
        ("null", true),
        ("'q\"", true),
        ("~", true),
    ] {
        let mut wiring = wiring(KeyAlgorithm::Rsa);
        wiring.internal.as_mut().unwrap().truststore.password = Secret::new(password);
        for (version_text, holds) in [("1.18", legacy), ("2.3", true)] {
            let dialect = version(version_text).dialect();
            let mut doc = ConfDocument::empty(dialect);
            assert_eq!(wire_ssl(&mut doc, version(version_text), &wiring).is_ok(), holds, "{password}");
            let read = ConfDocument::parse(&doc.to_text(), dialect).unwrap();
            let expected = holds.then_some(password);
            assert_eq!(read.get("security.ssl.internal.truststore-password"), expected);
        }
    }
}

#[test]
fn secrets_move_into_a_kubernetes_secret() {
    let mut doc = ConfDocument::parse(GUIDE, Dialect::Legacy).unwrap();
    wire_ssl(&mut doc, version("1.18"), &wiring(KeyAlgorithm::Rsa)).unwrap();
    let secrets = take_secrets(&mut doc).unwrap();
    assert_eq!(secrets.len(), 6);
    assert!(!doc.to_text().contains("canary"), "{}", doc.to_text());
    assert_eq!(doc.get("security.ssl.rest.keystore"), Some("/etc/flink/tls/rest.keystore.p12"));
    let manifest = kubernetes_secret("orders-flink", &secrets).unwrap();
    insta::assert_snapshot!("kubernetes-secret", manifest.expose());
    let blank = SecretEntry { key: "security.k-password".to_owned(), value: Secret::new("canary $HOME") };
    let error = kubernetes_secret("orders-flink", &[blank]).unwrap_err().to_string();
    assert!(error.contains("security.k-password") && !error.contains("canary"), "{error}");
}

//! Mistakes in stores and certificates.

use std::fs;

use pki::profile::Role;
use pki::store::{self, StoreProfile};

use super::Fault;
use super::Proof::{Internal, Plain, Rest};
use crate::workbench::{Leaf, PASSWORD};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "no truststore password",
        version: "2.3",
        code: "SC001",
        proof: Internal("The config option security.ssl.internal.truststore-password or "),
        make: |b| b.unset("security.ssl.internal.truststore-password"),
    },
    Fault {
        name: "no key password",
        version: "1.20",
        code: "SC001",
        proof: Internal("is missing"),
        make: |b| b.unset("security.ssl.internal.key-password"),
    },
    Fault {
        name: "no keystore on REST",
        version: "1.18",
        code: "SC001",
        proof: Rest("is missing"),
        make: |b| b.unset("security.ssl.rest.keystore"),
    },
    Fault {
        name: "a store that is not there",
        version: "2.3",
        code: "SC002",
        proof: Internal("NoSuchFileException"),
        make: |b| b.set("security.ssl.internal.keystore", "/nonexistent/keystore.p12"),
    },
    Fault {
        name: "PEM in the place of a store",
        version: "2.3",
        code: "SC002",
        proof: Internal("toDerInputStream rejects tag type 45"),
        make: |b| {
            let path = b.tls("ca.p12");
            fs::write(&path, pki::pem::certificates(&[b.estate.ours().certificate().clone()])).unwrap();
            b.set("security.ssl.internal.truststore", path.to_str().unwrap());
        },
    },
    Fault {
        name: "a wrong store password",
        version: "2.3",
        code: "SC003",
        proof: Internal("keystore password was incorrect"),
        make: |b| b.set("security.ssl.internal.keystore-password", "canaryWrong"),
    },
    Fault {
        name: "a key password of its own in PKCS#12",
        version: "2.3",
        code: "SC005",
        proof: Internal("Get Key failed: Given final block not properly padded"),
        make: |b| b.set("security.ssl.internal.key-password", "canaryWrong"),
    },
    Fault {
        name: "a wrong key password in JKS",
        version: "1.20",
        code: "SC005",
        proof: Internal("Cannot recover key"),
        make: |b| {
            b.convert_to_jks("internal", "canaryOfTheKey");
            b.set("security.ssl.internal.key-password", "canaryWrong");
        },
    },
    Fault {
        name: "a password cut at its #",
        version: "1.18",
        code: "SC004",
        proof: Internal("keystore password was incorrect"),
        make: |b| b.repassword("canary#cut", "canary#cut"),
    },
    Fault {
        name: "a password between quotes in flink-conf.yaml",
        version: "1.18",
        code: "SC004",
        proof: Internal("keystore password was incorrect"),
        make: |b| b.repassword("canaryQuoted", "\"canaryQuoted\""),
    },
    Fault {
        name: "a password that YAML takes for a number",
        version: "2.3",
        code: "SC004",
        proof: Internal("keystore password was incorrect"),
        make: |b| b.repassword("0123456", "0123456"),
    },
    Fault {
        name: "a password that YAML takes for a float",
        version: "1.20",
        code: "SC004",
        proof: Internal("keystore password was incorrect"),
        make: |b| b.repassword("1234e5", "1234e5"),
    },
    Fault {
        name: "a password cut at its ` #`",
        version: "2.3",
        code: "SC004",
        proof: Internal("keystore password was incorrect"),
        make: |b| b.repassword("canary #b", "canary #b"),
    },
    Fault {
        name: "a password that breaks the file",
        version: "2.3",
        code: "SC063",
        proof: Internal("unreadable: "),
        make: |b| b.repassword("canary: b", "canary: b"),
    },
    Fault {
        name: "a truststore for a keystore",
        version: "2.3",
        code: "SC006",
        proof: Internal("fails: SSLHandshakeException"),
        make: |b| {
            let path = b.tls("internal.truststore.p12");
            b.set("security.ssl.internal.keystore", path.to_str().unwrap());
        },
    },
    Fault {
        name: "a keystore for a truststore",
        version: "2.3",
        code: "SC008",
        proof: Internal("Empty client certificate chain"),
        make: |b| {
            let path = b.tls("internal.keystore.p12");
            b.set("security.ssl.internal.truststore", path.to_str().unwrap());
        },
    },
    Fault {
        name: "a damaged store",
        version: "2.3",
        code: "SC009",
        proof: Internal("Failed PKCS12 integrity checking"),
        make: |b| {
            let path = b.tls("internal.keystore.p12");
            let mut bytes = fs::read(&path).unwrap();
            let at = bytes.len() - 30;
            bytes[at] ^= 1;
            fs::write(&path, bytes).unwrap();
        },
    },
    Fault {
        name: "a store type that Java does not have",
        version: "2.3",
        code: "SC010",
        proof: Internal("BKS not found"),
        make: |b| b.set("security.ssl.internal.keystore-type", "BKS"),
    },
    Fault {
        name: "expired internally",
        version: "2.3",
        code: "SC020",
        proof: Internal("CertificateExpiredException"),
        make: |b| {
            b.issue("internal", &Leaf { from: -60, days: 30, ..b.estate.leaf(Role::Internal) });
        },
    },
    Fault {
        name: "expired on REST",
        version: "1.20",
        code: "SC020",
        proof: Rest("CertificateExpiredException"),
        make: |b| {
            b.issue("rest", &Leaf { from: -60, days: 30, ..b.estate.leaf(Role::RestServer) });
        },
    },
    Fault {
        name: "soon expired",
        version: "2.3",
        code: "SC021",
        proof: Plain,
        make: |b| {
            b.issue("internal", &Leaf { days: 5, ..b.estate.leaf(Role::Internal) });
        },
    },
    Fault {
        name: "not yet valid",
        version: "1.18",
        code: "SC022",
        proof: Internal("CertificateNotYetValidException"),
        make: |b| {
            b.issue("internal", &Leaf { from: 5, ..b.estate.leaf(Role::Internal) });
        },
    },
    Fault {
        name: "clientAuth only internally",
        version: "2.3",
        code: "SC023",
        proof: Internal("Extended key usage does not permit use for TLS server authentication"),
        make: |b| {
            b.issue("internal", &b.estate.leaf(Role::RestClient));
        },
    },
    Fault {
        name: "serverAuth only internally",
        version: "1.18",
        code: "SC024",
        proof: Internal("Extended key usage does not permit use for TLS client authentication"),
        make: |b| {
            b.issue("internal", &b.estate.leaf(Role::RestServer));
        },
    },
    Fault {
        name: "clientAuth only on REST",
        version: "2.3",
        code: "SC023",
        proof: Rest("Extended key usage does not permit use for TLS server authentication"),
        make: |b| {
            b.issue("rest", &b.estate.leaf(Role::RestClient));
        },
    },
    Fault {
        name: "a key of another certificate",
        version: "2.3",
        code: "SC025",
        proof: Internal("fails: "),
        make: |b| {
            let request = pki::authority::LeafRequest::new(
                "x".parse().unwrap(),
                Role::Internal,
                [],
                jiff::Timestamp::now(),
            );
            let one = b.estate.ours().issue(&request).unwrap();
            let two = b.estate.ours().issue(&request).unwrap();
            let password = ops_core::secret::Secret::new(PASSWORD);
            let bytes =
                store::encode_keystore("x", &one.key, &two.chain, &password, StoreProfile::Modern).unwrap();
            fs::write(b.tls("internal.keystore.p12"), bytes).unwrap();
            b.unset("security.ssl.algorithms");
        },
    },
    Fault {
        name: "a foreign authority internally",
        version: "2.3",
        code: "SC027",
        proof: Internal("unable to find valid certification path"),
        make: |b| {
            b.issue("internal", &Leaf { authority: b.estate.other(), ..b.estate.leaf(Role::Internal) });
        },
    },
    Fault {
        name: "a foreign authority on REST",
        version: "1.18",
        code: "SC027",
        proof: Rest("unable to find valid certification path"),
        make: |b| {
            b.issue("rest", &Leaf { authority: b.estate.other(), ..b.estate.leaf(Role::RestServer) });
        },
    },
    Fault {
        name: "hosts of two authorities",
        version: "2.3",
        code: "SC028",
        proof: Internal("fails: "),
        make: |b| {
            let stores =
                b.issue("second", &Leaf { authority: b.estate.other(), ..b.estate.leaf(Role::Internal) });
            let anchors = [b.estate.other().certificate().clone()];
            let password = ops_core::secret::Secret::new(PASSWORD);
            fs::write(
                &stores.truststore,
                store::encode_truststore(&anchors, &password, StoreProfile::Modern).unwrap(),
            )
            .unwrap();
            b.with_peer("second");
        },
    },
    Fault {
        name: "a TaskManager whose name is not in its certificate, and 2.3 looks",
        version: "2.3",
        code: "SC038",
        proof: Internal("name matching localhost found"),
        make: |b| {
            b.issue("internal", &Leaf { host: "elsewhere.example", ..b.estate.leaf(Role::Internal) });
            b.set("taskmanager.host", "localhost");
        },
    },
    Fault {
        name: "a wrong name, and 2.3 checks it",
        version: "2.3",
        code: "SC029",
        proof: Rest("name matching localhost found"),
        make: |b| {
            b.issue("rest", &Leaf { host: "elsewhere.example", ..b.estate.leaf(Role::RestServer) });
        },
    },
    Fault {
        name: "a wrong name, and 1.20 does not look",
        version: "1.20",
        code: "SC029",
        proof: Rest("ok "),
        make: |b| {
            b.issue("rest", &Leaf { host: "elsewhere.example", ..b.estate.leaf(Role::RestServer) });
        },
    },
    Fault {
        name: "a check of names that is none",
        version: "1.20",
        code: "SC061",
        proof: Rest("ok "),
        make: |b| {
            b.issue("rest", &Leaf { host: "elsewhere.example", ..b.estate.leaf(Role::RestServer) });
            b.set("security.ssl.verify-hostname", "true");
        },
    },
];

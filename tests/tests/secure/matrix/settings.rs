//! Mistakes in settings: pins, protocols, exposure, secrets, Kerberos.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use pki::key::KeyKind;
use pki::profile::Role;
use secure_conf::ssl::TlsProtocol;

use super::Fault;
use super::Proof::{Internal, Kerberos, Live, Plain, Rest};
use crate::workbench::Leaf;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "a SHA-256 pin",
        version: "2.3",
        code: "SC031",
        proof: Internal("length is 32 but expected 20"),
        make: |b| b.set("security.ssl.internal.cert.fingerprint", &"AB:".repeat(32)[..95]),
    },
    Fault {
        name: "a pin of another certificate",
        version: "1.20",
        code: "SC032",
        proof: Internal("certificate with unknown fingerprint"),
        make: |b| {
            let pin = b.fingerprint("rest");
            b.set("security.ssl.internal.cert.fingerprint", &pin);
        },
    },
    Fault {
        name: "a pin where every host has its own certificate",
        version: "2.3",
        code: "SC032",
        proof: Internal("unknown fingerprint"),
        make: |b| {
            b.issue("second", &b.estate.leaf(Role::Internal));
            let pin = b.fingerprint("internal");
            b.set("security.ssl.internal.cert.fingerprint", &pin);
            b.with_peer("second");
        },
    },
    Fault {
        name: "two protocols",
        version: "2.3",
        code: "SC033",
        proof: Live,
        make: |b| b.set("security.ssl.protocol", "TLSv1.2,TLSv1.3"),
    },
    Fault {
        name: "EC keys with the default suites",
        version: "2.3",
        code: "SC034",
        proof: Internal("fails: SSLHandshakeException"),
        make: |b| b.unset("security.ssl.algorithms"),
    },
    Fault {
        name: "TLS 1.3 with the default suites",
        version: "2.3",
        code: "SC034",
        proof: Internal("fails: SSLHandshakeException"),
        make: |b| {
            b.issue("internal", &Leaf { key: KeyKind::Rsa2048, ..b.estate.leaf(Role::Internal) });
            b.wire(TlsProtocol::Tls13);
            b.unset("security.ssl.algorithms");
        },
    },
    Fault {
        name: "static RSA, the default of 1.18",
        version: "1.18",
        code: "SC035",
        proof: Internal("ok TLSv1.2 TLS_RSA_WITH_AES_128_CBC_SHA"),
        make: |b| {
            b.issue("internal", &Leaf { key: KeyKind::Rsa2048, ..b.estate.leaf(Role::Internal) });
            b.issue("rest", &Leaf { key: KeyKind::Rsa2048, ..b.estate.leaf(Role::RestServer) });
            b.unset("security.ssl.algorithms");
        },
    },
    Fault {
        name: "hosts with different protocols",
        version: "2.3",
        code: "SC036",
        proof: Internal("fails: "),
        make: |b| {
            let peer = b.with_peer("internal");
            peer.set("security.ssl.protocol", "TLSv1.3").unwrap();
            peer.set("security.ssl.algorithms", "TLS_AES_128_GCM_SHA256").unwrap();
        },
    },
    Fault {
        name: "a client without a certificate",
        version: "2.3",
        code: "SC037",
        proof: Rest("fails: "),
        make: |b| {
            b.with_client().set("security.ssl.rest.authentication-enabled", "false").unwrap();
        },
    },
    Fault {
        name: "a client of a foreign authority",
        version: "1.20",
        code: "SC037",
        proof: Rest("Empty client certificate chain"),
        make: |b| {
            b.issue("client", &Leaf { authority: b.estate.other(), ..b.estate.leaf(Role::RestClient) });
            b.with_client();
        },
    },
    Fault {
        name: "a client certificate that is for servers only",
        version: "2.3",
        code: "SC024",
        proof: Rest("Extended key usage does not permit use for TLS client authentication"),
        make: |b| {
            b.issue("client", &b.estate.leaf(Role::RestServer));
            b.with_client();
        },
    },
    Fault {
        name: "REST without TLS",
        version: "2.3",
        code: "SC042",
        proof: Live,
        make: |b| b.set("security.ssl.rest.enabled", "false"),
    },
    Fault {
        name: "REST that lets every client in",
        version: "2.3",
        code: "SC041",
        proof: Live,
        make: |b| b.set("security.ssl.rest.authentication-enabled", "false"),
    },
    Fault {
        name: "no internal TLS",
        version: "2.3",
        code: "SC044",
        proof: Internal("off"),
        make: |b| b.set("security.ssl.internal.enabled", "false"),
    },
    Fault {
        name: "a configuration that everybody can read",
        version: "2.3",
        code: "SC050",
        proof: Plain,
        make: |_| {},
    },
    Fault {
        name: "a truststore that everybody can change",
        version: "2.3",
        code: "SC051",
        proof: Plain,
        make: |b| {
            let path = b.tls("internal.truststore.p12");
            fs::set_permissions(path, fs::Permissions::from_mode(0o666)).unwrap();
        },
    },
    Fault {
        name: "a well-known password",
        version: "2.3",
        code: "SC052",
        proof: Internal("ok "),
        make: |b| {
            b.repassword("changeit", "changeit");
        },
    },
    Fault {
        name: "a password in a ConfigMap",
        version: "2.3",
        code: "SC053",
        proof: Plain,
        make: |b| {
            let conf: String = b.doc.to_text().lines().map(|line| format!("    {line}\n")).collect();
            let text = format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: flink\ndata:\n  config.yaml: |\n{conf}"
            );
            fs::create_dir_all(b.root.join("one")).unwrap();
            fs::write(b.root.join("one/configmap.yaml"), text).unwrap();
        },
    },
    Fault {
        name: "security.ssl.enabled on 2.x",
        version: "2.3",
        code: "SC060",
        proof: Internal("off"),
        make: |b| {
            b.unset("security.ssl.internal.enabled");
            b.set("security.ssl.enabled", "true");
        },
    },
    Fault {
        name: "a store type before 1.20",
        version: "1.18",
        code: "SC060",
        proof: Internal("ok "),
        make: |b| b.set("security.ssl.internal.keystore-type", "BKS"),
    },
    Fault {
        name: "a misspelt switch",
        version: "1.20",
        code: "SC060",
        proof: Internal("off"),
        make: |b| {
            b.unset("security.ssl.internal.enabled");
            b.set("security.ssl.internal.enable", "true");
        },
    },
    Fault {
        name: "config.yaml before 1.19",
        version: "1.18",
        code: "SC062",
        proof: Internal("unreadable: "),
        make: |b| {
            fs::create_dir_all(b.root.join("one/conf")).unwrap();
            fs::write(b.root.join("one/conf/config.yaml"), b.doc.to_text()).unwrap();
        },
    },
    Fault {
        name: "krb5-conf.path on a standalone cluster",
        version: "2.3",
        code: "SC061",
        proof: Plain,
        make: |b| b.set("security.kerberos.krb5-conf.path", "/etc/flink/krb5.conf"),
    },
    Fault {
        name: "a keytab without a principal",
        version: "2.3",
        code: "SC070",
        proof: Kerberos("Kerberos login configuration is invalid"),
        make: |b| {
            b.with_kerberos();
            b.unset("security.kerberos.login.principal");
        },
    },
    Fault {
        name: "a keytab that is not there",
        version: "1.18",
        code: "SC072",
        proof: Kerberos("doesn't exist"),
        make: |b| {
            let path = b.with_kerberos();
            fs::remove_file(path).unwrap();
        },
    },
    Fault {
        name: "a keytab that is none",
        version: "1.20",
        code: "SC072",
        proof: Kerberos("ok"),
        make: |b| {
            let path = b.with_kerberos();
            fs::write(path, "no keytab").unwrap();
        },
    },
    Fault {
        name: "a principal that is not in the keytab",
        version: "2.3",
        code: "SC074",
        proof: Kerberos("ok"),
        make: |b| {
            b.with_kerberos();
            b.set("security.kerberos.login.principal", "other@EXAMPLE.COM");
        },
    },
    Fault {
        name: "a keytab that everybody can read",
        version: "2.3",
        code: "SC073",
        proof: Plain,
        make: |b| {
            let path = b.with_kerberos();
            fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
        },
    },
    Fault {
        name: "no context for ZooKeeper",
        version: "2.3",
        code: "SC071",
        proof: Kerberos("ok"),
        make: |b| {
            b.with_kerberos();
            b.set("high-availability.type", "zookeeper");
            b.set("security.kerberos.login.contexts", "KafkaClient");
        },
    },
    Fault {
        name: "a realm without a KDC",
        version: "2.3",
        code: "SC076",
        proof: Kerberos("ok"),
        make: |b| {
            b.with_kerberos();
            fs::write(
                b.tls("krb5.conf"),
                "[libdefaults]\n default_realm = EXAMPLE.COM\n dns_lookup_kdc = false\n",
            )
            .unwrap();
        },
    },
];

//! Wiring Kerberos into the guide's configuration, and the offline check of what was wired.

use std::path::{Path, PathBuf};

use ops_core::catalogue::Catalogue;
use ops_core::conf::ConfDocument;
use ops_core::version::{Dialect, FlinkVersion};
use secure_conf::SecureConfError;
use secure_conf::kerberos::{
    Code, DelegationTokens, KerberosWiring, Platform, Surroundings, check_configuration, render_jaas,
    wire_kerberos,
};
use secure_conf::keytab::{self, EncryptionType, Entry, Key, Keytab, NameType};
use secure_conf::ssl::Change;

const GUIDE: &str = include_str!("../../../examples/guide/flink-conf.yaml");
/// The guide's own block about Kerberos.
const BLOCK: &str = "\
security.kerberos.login.use-ticket-cache: false
security.kerberos.login.keytab: /etc/security/keytabs/flink.keytab
security.kerberos.login.principal: flink@REALM
security.kerberos.login.contexts: Client,KafkaClient
";

fn wiring(platform: Platform) -> KerberosWiring {
    KerberosWiring {
        platform,
        keytab: "/etc/security/keytabs/flink.keytab".into(),
        principal: "flink@EXAMPLE.COM".parse().unwrap(),
        contexts: vec!["KafkaClient".into()],
        krb5_conf: Some("/etc/flink/krb5.conf".into()),
        file_systems: vec!["hdfs://other:8020".into()],
        delegation_tokens: Some(DelegationTokens::Off),
        zookeeper_service: Some("zk".into()),
        zookeeper_context: None,
    }
}

fn version(text: &str) -> FlinkVersion {
    text.parse().unwrap()
}

fn legacy(text: &str) -> ConfDocument {
    ConfDocument::parse(text, Dialect::Legacy).unwrap()
}

fn show(changes: &[Change]) -> String {
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "(unset)".into());
    changes.iter().map(|c| format!("{}: {} -> {}\n", c.key, side(&c.before), side(&c.after))).collect()
}

#[test]
fn every_version_and_platform_gets_keys_it_knows_once() {
    for version in FlinkVersion::KNOWN {
        for dialect in [Dialect::Legacy, Dialect::Yaml] {
            for platform in [Platform::Standalone, Platform::Kubernetes, Platform::Yarn] {
                let mut doc = ConfDocument::parse(GUIDE, dialect).unwrap();
                let wired = wire_kerberos(&mut doc, version, &wiring(platform));
                if !version.reads(dialect) {
                    assert!(matches!(wired, Err(SecureConfError::Dialect { .. })));
                    continue;
                }
                let changes = wired.unwrap();
                for change in &changes {
                    let known = Catalogue::of(version).option(&change.key);
                    let known = known.unwrap_or_else(|| panic!("{version} has no {}", change.key));
                    let value = doc.get(&change.key).unwrap();
                    Catalogue::of(version).check(&known, value, dialect).unwrap();
                }
                let standalone = platform == Platform::Standalone;
                assert_eq!(doc.get("security.kerberos.krb5-conf.path").is_some(), !standalone);
                assert_eq!(doc.get("env.java.opts.all").is_some(), standalone);
                assert!(doc.to_text().starts_with(GUIDE.trim_end()), "what was there stays");
                let before = doc.to_text();
                assert_eq!(wire_kerberos(&mut doc, version, &wiring(platform)).unwrap(), []);
                assert_eq!(doc.to_text(), before);
            }
        }
    }
}

#[test]
fn the_guides_block_is_mended_in_place() {
    let mut doc = legacy(&format!("{BLOCK}high-availability: zookeeper\n"));
    let changes = wire_kerberos(&mut doc, version("1.18"), &wiring(Platform::Standalone)).unwrap();
    insta::assert_snapshot!("kerberos-guide", show(&changes));
}

#[test]
fn what_is_there_is_kept_and_completed() {
    let text = "security.keytab: /old\nsecurity.principal: old@R\nsecurity.kerberos.krb5-conf.path: /etc/flink/krb5.conf\n\
                env.java.opts: -Xshare:off -Djava.security.krb5.conf=/old/krb5.conf -ea\n\
                high-availability.type: ZooKeeper\nsecurity.kerberos.access.hadoopFileSystems: hdfs://a;hdfs://b\n";
    let mut doc = legacy(text);
    let changes = wire_kerberos(&mut doc, version("1.20"), &wiring(Platform::Standalone)).unwrap();
    insta::assert_snapshot!("kerberos-former-names", show(&changes));
    let mut off = legacy("high-availability.type: zookeeper\nzookeeper.sasl.disable: true\n");
    wire_kerberos(&mut off, version("1.20"), &wiring(Platform::Standalone)).unwrap();
    assert_eq!(off.get("security.kerberos.login.contexts"), Some("KafkaClient"));
    let mut named = legacy("high-availability.type: zookeeper\n");
    let own = KerberosWiring { zookeeper_context: Some("Zoo".into()), ..wiring(Platform::Yarn) };
    wire_kerberos(&mut named, version("1.20"), &own).unwrap();
    assert_eq!(named.get("security.kerberos.login.contexts"), Some("Zoo,KafkaClient"));
}

#[test]
fn what_cannot_be_written_changes_nothing() {
    let refused = |wiring: KerberosWiring, part: &str| {
        let mut doc = legacy(BLOCK);
        let error = wire_kerberos(&mut doc, version("1.18"), &wiring).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
        assert_eq!(doc.to_text(), BLOCK);
    };
    let base = || wiring(Platform::Standalone);
    refused(KerberosWiring { keytab: "flink.keytab".into(), ..base() }, "is relative");
    refused(KerberosWiring { krb5_conf: Some("/a b/krb5.conf".into()), ..base() }, "blanks");
    refused(KerberosWiring { contexts: vec!["Client {".into()], ..base() }, "no login context");
    refused(KerberosWiring { file_systems: vec!["namenode".into()], ..base() }, "no file system");
    refused(KerberosWiring { keytab: "/etc/a#b.keytab".into(), ..base() }, "#");
}

#[test]
fn jaas_files_have_an_entry_for_each_context() {
    let principal = "zookeeper/h@EXAMPLE.COM".parse().unwrap();
    let text = render_jaas(&["Server", "Client"], Path::new("/etc/a\"b.keytab"), &principal).unwrap();
    insta::assert_snapshot!("jaas", text);
    assert!(render_jaas(&["Server"], Path::new("relative"), &principal).is_err());
}

/// A keytab with a key of `principal`.
fn keytab(dir: &Path, principal: &str, etype: EncryptionType) -> PathBuf {
    let path = dir.join("flink.keytab");
    let entry = Entry {
        principal: principal.parse().unwrap(),
        name_type: NameType::PRINCIPAL,
        timestamp: 0,
        kvno: 1,
        key: Key::new(etype, vec![7; etype.key_length().unwrap()]),
    };
    keytab::write(&path, &Keytab { entries: vec![entry], ..Keytab::default() }).unwrap();
    path
}

#[test]
fn each_mistake_of_a_configuration_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let krb5 = dir.path().join("krb5.conf");
    std::fs::write(&krb5, "[libdefaults]\ndefault_realm = R\n[realms]\nR = {\nkdc = k\n}\n").unwrap();
    let file = keytab(dir.path(), "flink@R", EncryptionType::AES256_SHA1);
    let (file, krb5) = (file.display().to_string(), krb5.display().to_string());
    let login = format!(
        "security.kerberos.login.keytab: {file}\nsecurity.kerberos.login.principal: flink@R\n\
         security.kerberos.login.contexts: Client\n"
    );
    let java = format!("env.java.opts.all: -Djava.security.krb5.conf={krb5}\n");
    let find = |text: &str, platform: Platform| {
        check_configuration(&legacy(text), version("1.20"), &Surroundings::of(platform))
    };
    let codes =
        |text: &str, platform: Platform| find(text, platform).iter().map(|f| f.code).collect::<Vec<_>>();
    let standalone = |text: &str| codes(text, Platform::Standalone);
    let path = format!("security.kerberos.krb5-conf.path: {krb5}\n");
    let none: [Code; 0] = [];
    assert_eq!(standalone(""), none);
    assert_eq!(standalone(&format!("{login}{java}")), none);
    assert_eq!(codes(&format!("{login}{path}"), Platform::Kubernetes), none);
    assert_eq!(codes(&format!("{login}{path}"), Platform::Yarn), none);
    let either = format!("env.java.opts.jobmanager: -Djava.security.krb5.conf={krb5}\n{login}");
    let both = format!("{either}env.java.opts.taskmanager: \"-Djava.security.krb5.conf={krb5}\"\n");
    assert_eq!(standalone(&both), none);
    assert!(standalone(&format!("{login}{path}")).contains(&Code::IgnoredKrb5Path));
    assert_eq!(standalone(&format!("{login}{java}{path}")), [Code::IgnoredKrb5Path]);
    let replaced = |from: &str, to: &str| format!("{login}{java}").replace(from, to);
    assert_eq!(standalone(&replaced("security.kerberos.login.principal: flink@R\n", "")), [Code::HalfALogin]);
    let no_keytab = replaced(&format!("security.kerberos.login.keytab: {file}\n"), "");
    assert_eq!(standalone(&no_keytab), [Code::HalfALogin]);
    assert_eq!(
        standalone(&replaced("flink@R", "flink@REALM")),
        [Code::RealmWithoutKdc, Code::PrincipalMissing]
    );
    assert_eq!(standalone(&replaced("flink@R", "flink")), none, "krb5.conf has a default realm");
    assert_eq!(standalone(&replaced("flink@R", "flink@")), [Code::BadPrincipal]);
    assert_eq!(standalone(&replaced("contexts: Client", "contexts: client")), [Code::MisspeltContext]);
    assert_eq!(standalone(&replaced("security.kerberos.login.contexts: Client\n", "")), [Code::NoContext]);
    assert_eq!(standalone(&replaced(".keytab\n", ".none\n")), [Code::KeytabMissing]);
    assert_eq!(
        standalone(&replaced(&file, "conf/flink.keytab")),
        [Code::RelativeKeytab, Code::KeytabMissing]
    );
    assert_eq!(standalone(&replaced("krb5.conf\n", "none.conf\n")), [Code::Krb5Missing]);
    let zookeeper = "high-availability.type: zookeeper\n";
    assert_eq!(
        standalone(&format!("{}{zookeeper}", replaced(": Client", ": KafkaClient"))),
        [Code::ZookeeperWithoutLogin]
    );
    let off = format!("{login}{java}{zookeeper}zookeeper.sasl.disable: true\n");
    assert_eq!(standalone(&off), [Code::ZookeeperWithoutLogin]);
    let tickets = "security.kerberos.login.contexts: Client\n".to_owned() + &java;
    assert_eq!(standalone(&tickets), [Code::TicketCacheOnly]);
    std::fs::write(&file, "garbage").unwrap();
    assert_eq!(standalone(&format!("{login}{java}")), [Code::KeytabDamaged]);
    keytab(dir.path(), "flink@R", EncryptionType::RC4);
    assert_eq!(standalone(&format!("{login}{java}")), [Code::WeakEtype, Code::NoUsableEtype]);
    for finding in find(&format!("{login}{java}"), Platform::Standalone) {
        assert!(!finding.evidence.is_empty() && !finding.mend.is_empty(), "{finding}");
    }
}

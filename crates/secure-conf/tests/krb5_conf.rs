//! `krb5.conf`: what is read, what is reported, and that what is written is read back.

use std::path::Path;

use proptest::prelude::*;
use secure_conf::kerberos::krb5_conf::{DnsLookup, Krb5Conf, Krb5ConfTemplate, ProblemKind, RealmTemplate};
use secure_conf::kerberos::{Code, check_krb5_conf};
use secure_conf::keytab::EncryptionType;
use secure_conf::ssl::Severity;

const REAL: &str = "\
# the site's
[libdefaults]
	default_realm = EXAMPLE.COM
	dns_lookup_kdc = no
	permitted_enctypes = aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96

[realms]
	EXAMPLE.COM = {
		kdc = kdc-1.example.com
		kdc = kdc-2.example.com:750
		auth_to_local_names = {
			flink = hdfs
		}
		admin_server = kdc-1.example.com
	}
	OTHER.ORG =
	{
		kdc = \"tcp/kdc.other.org\"
	}

[domain_realm]
	.example.com = EXAMPLE.COM
	example.com = EXAMPLE.COM
	.dept.example.com = OTHER.ORG
";

#[test]
fn a_usual_file_is_read() {
    let conf = Krb5Conf::parse(REAL);
    assert_eq!(conf.problems, []);
    assert_eq!(conf.default_realm(), Some("EXAMPLE.COM"));
    assert_eq!(conf.realms().collect::<Vec<_>>(), ["EXAMPLE.COM", "OTHER.ORG"]);
    let kdcs = |realm| conf.kdcs(realm).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(kdcs("EXAMPLE.COM"), ["kdc-1.example.com:88", "kdc-2.example.com:750"]);
    assert_eq!(kdcs("OTHER.ORG"), ["tcp/kdc.other.org:88"]);
    assert_eq!(kdcs("NOBODY"), [""; 0]);
    assert_eq!(conf.text("realms", &["EXAMPLE.COM", "auth_to_local_names", "flink"]), Some("hdfs"));
    assert!(!conf.looks_up_kdcs() && !conf.allows_weak_crypto());
    for (host, realm) in [
        ("h.example.com", Some("EXAMPLE.COM")),
        ("EXAMPLE.com", Some("EXAMPLE.COM")),
        ("h.dept.example.com", Some("OTHER.ORG")),
        ("example.org", None),
    ] {
        assert_eq!(conf.realm_of_host(host), realm, "{host}");
    }
    assert_eq!(check_krb5_conf(Path::new("k"), &conf, &["EXAMPLE.COM", "OTHER.ORG"]), []);
}

#[test]
fn what_mit_or_java_would_trip_over_is_reported() {
    for (text, line, part) in [
        ("x = y\n[libdefaults]\n", 1, "before the first [section]"),
        ("[libdefaults]\nnonsense\n", 2, "is no `name = value`"),
        ("[realms]\nA = {\nkdc = a\n[domain_realm]\n", 2, "never closed"),
        ("[realms]\nA = {\n", 2, "never closed"),
        ("[realms]\n}\n", 2, "has no `{`"),
        ("[libdefaults\n", 1, "is no `name = value`"),
        ("[libdefaults]\ndefault_realm = R # ours\n", 2, "comment needs a line"),
        ("includedir /etc/krb5.conf.d/\n", 1, "is not followed"),
    ] {
        let conf = Krb5Conf::parse(text);
        assert_eq!(conf.problems.len(), 1, "{text}: {:?}", conf.problems);
        assert_eq!(conf.problems[0].line, line, "{text}");
        assert!(conf.problems[0].kind.to_string().contains(part), "{text}: {}", conf.problems[0].kind);
    }
    let deep = format!("[realms]\n{}", "a = {\n".repeat(100_000));
    let conf = Krb5Conf::parse(&deep);
    assert!(conf.problems.iter().any(|problem| problem.kind == ProblemKind::TooDeep));
}

#[test]
fn findings_say_what_java_makes_of_it() {
    for (text, code, severity) in [
        (
            "[libdefaults]\npermitted_enctypes = aes256-cts, aes128-cts\n",
            Code::EnctypesLost,
            Severity::Warning,
        ),
        ("[libdefaults]\npermitted_enctypes = aes\n", Code::EnctypesLost, Severity::Error),
        ("[libdefaults]\nallow_weak_crypto = true\n", Code::WeakCryptoAllowed, Severity::Warning),
        ("[libdefaults]\ndns_lookup_kdc = false\n", Code::RealmWithoutKdc, Severity::Error),
        ("[libdefaults]\n", Code::RealmWithoutKdc, Severity::Warning),
        ("[realms]\nR = {\nkdc = a:b:c/d\n}\n", Code::BadKdcAddress, Severity::Error),
        ("[libdefaults]\noops\n", Code::Krb5Syntax, Severity::Error),
        ("[libdefaults]\ndefault_realm = R # c\n", Code::Krb5Comment, Severity::Error),
        ("include /etc/other\n", Code::Krb5Include, Severity::Warning),
    ] {
        let findings = check_krb5_conf(Path::new("k"), &Krb5Conf::parse(text), &["R"]);
        assert!(
            findings.iter().any(|finding| (finding.code, finding.severity) == (code, severity)),
            "{text}: {findings:#?}"
        );
    }
}

#[test]
fn a_written_file_is_read_back() {
    let template = Krb5ConfTemplate {
        default_realm: "EXAMPLE.COM".into(),
        realms: vec![
            RealmTemplate {
                name: "EXAMPLE.COM".into(),
                kdcs: vec!["kdc-1:88".parse().unwrap(), "tcp/[::1]:750".parse().unwrap()],
                admin_server: Some("kdc-1:749".parse().unwrap()),
                domains: vec!["example.com".into()],
            },
            RealmTemplate {
                name: "B".into(),
                kdcs: vec!["b".parse().unwrap()],
                admin_server: None,
                domains: vec![],
            },
        ],
        enctypes: EncryptionType::AES.to_vec(),
        dns: DnsLookup::Never,
    };
    let text = template.render();
    insta::assert_snapshot!("krb5-conf", text);
    let conf = Krb5Conf::parse(&text);
    assert_eq!(check_krb5_conf(Path::new("k"), &conf, &["EXAMPLE.COM", "B"]), []);
    let list = conf.enctypes("permitted_enctypes").unwrap();
    assert_eq!((list.mit, list.java), (EncryptionType::AES.to_vec(), EncryptionType::AES.to_vec()));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(\\[[a-z]{0,3}\\]?\n|[a-z*]{0,4} ?= ?[\"{]?[a-z\\\\\"]{0,3}\n|\\}\n|[ -~äß\n\t]{0,6}){0,30}") {
        let conf = Krb5Conf::parse(&text);
        let _ = check_krb5_conf(Path::new("k"), &conf, &["R", ""]);
    }
}

//! Logins at a real KDC: what it says, told apart.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};

use end_to_end::need::Need;
use end_to_end::realm::Realm;
use end_to_end::require;
use serde_json::Value;

use crate::workshop::{PASSWORD, REALM_NEEDS, Workshop, codes, judge, parse, programs};

/// A workshop with a realm, and how `keytab check` is run against it.
struct Bench<'a> {
    workshop: &'a Workshop,
    realm: Realm<'a>,
}

impl<'a> Bench<'a> {
    fn new(workshop: &'a Workshop, [kdc, kdb5_util, kadmin_local]: [std::path::PathBuf; 3]) -> Self {
        Self { workshop, realm: Realm::start(&workshop.run, programs(kdc, kdb5_util, kadmin_local)) }
    }

    fn principal(&self, name: &str, options: &str) {
        self.realm.admin(&format!("addprinc {options} -pw \"{PASSWORD}\" {name}@EXAMPLE.COM"));
    }

    #[track_caller]
    fn check(&self, keytab: &str, code: i32) -> Value {
        self.check_with(keytab, &[], code)
    }

    #[track_caller]
    fn check_with(&self, keytab: &str, more: &[&str], code: i32) -> Value {
        let address = self.realm.address();
        self.workshop.json(&[&["keytab", "check", keytab, "--kdc", &address], more].concat(), code)
    }
}

#[test]
fn the_causes_are_told_apart() {
    let [faketime, needs @ ..] = require!(Need::Faketime, REALM_NEEDS[0], REALM_NEEDS[1], REALM_NEEDS[2]);
    let workshop = Workshop::new();
    let mut bench = Bench::new(&workshop, needs);
    let one = |result: &Value| -> (String, String) {
        let [code] = &codes(result)[..] else { panic!("{result:#}") };
        (code.clone(), result["findings"][0]["evidence"].as_str().unwrap().to_owned())
    };

    // A login that works, with every type, and a service ticket that the keytab opens.
    bench.principal("good", "");
    for etype in ["aes256-cts-hmac-sha1-96", "aes128-cts-hmac-sha1-96", "aes256-sha2", "aes128-sha2"] {
        workshop.create("good.keytab", "good@EXAMPLE.COM", &["--etype", etype, "--add"]);
        let alone = format!("{etype}.keytab");
        workshop.create(&alone, "good@EXAMPLE.COM", &["--etype", etype]);
        let result = bench.check(&alone, 0);
        let login = &result["logins"][0]["login"];
        assert_eq!((&login["kvno"], &login["kdc_kvno"]), (&1.into(), &1.into()), "{etype}");
    }
    let result = bench.check_with("good.keytab", &["--service", "good"], 0);
    let outcomes: Vec<_> =
        result["logins"][0]["keys"].as_array().unwrap().iter().map(|key| &key["outcome"]).collect();
    assert_eq!(outcomes, ["right"; 4]);
    assert_eq!(result["logins"][0]["service"]["opened"], true);
    // As a service it needs the type that the KDC chooses, too.
    let result = bench.check_with("aes128-sha2.keytab", &["--service", "good"], 1);
    assert_eq!(one(&result).0, "service-key");

    // 1: unknown principal.
    workshop.create("unknown.keytab", "nobody@EXAMPLE.COM", &[]);
    assert_eq!(one(&bench.check("unknown.keytab", 1)).0, "unknown-principal");

    // 2: wrong key.
    bench.principal("changed", "");
    workshop.create("wrong.keytab", "changed@EXAMPLE.COM", &[]);
    bench.realm.admin("cpw -pw another changed@EXAMPLE.COM");
    assert_eq!(one(&bench.check("wrong.keytab", 1)).0, "wrong-key");
    // A salt of its own explains it.
    bench.principal("salted", "-e aes256-cts:special");
    workshop.create("salted.keytab", "salted@EXAMPLE.COM", &["--etype", "aes256-cts"]);
    let (code, evidence) = one(&bench.check("salted.keytab", 1));
    assert!(code == "wrong-key" && evidence.contains("salt is `"), "{evidence}");
    let salt = evidence.split("salt is `").nth(1).unwrap().split('`').next().unwrap();
    workshop.create(
        "salted.keytab",
        "salted@EXAMPLE.COM",
        &["--etype", "aes256-cts", "--salt", salt, "--force"],
    );
    bench.check("salted.keytab", 0);

    // 3: wrong kvno, of the only key (which works all the same), and of the newest.
    workshop.create("kvno.keytab", "good@EXAMPLE.COM", &["--kvno", "7"]);
    let (code, evidence) = one(&bench.check("kvno.keytab", 1));
    assert!(
        code == "wrong-kvno" && evidence.contains("kvno 7") && evidence.contains("1 at the KDC"),
        "{evidence}"
    );
    workshop.write("other", "not the password");
    let newer = ["keytab", "create", "newer.keytab", "--principal", "good@EXAMPLE.COM", "--kvno", "2"];
    workshop.flinkops(&[&newer[..], &["--password-from", "file:other"]].concat(), 0);
    workshop.create("newer.keytab", "good@EXAMPLE.COM", &["--kvno", "1", "--add"]);
    let (code, evidence) = one(&bench.check("newer.keytab", 1));
    assert!(code == "wrong-kvno" && evidence.contains("not the one with kvno 2"), "{evidence}");

    // 4: unsupported encryption type.
    bench.principal("old", "-e aes256-cts:normal");
    workshop.create("etype.keytab", "old@EXAMPLE.COM", &["--etype", "aes128-sha2"]);
    assert_eq!(one(&bench.check("etype.keytab", 1)).0, "unsupported-etype");
    workshop.create("etypes.keytab", "old@EXAMPLE.COM", &["--etype", "aes128-sha2,aes256-cts"]);
    let result = bench.check("etypes.keytab", 1);
    assert_eq!(codes(&result), ["unsupported-etype"], "a warning beside a login");
    assert_eq!(result["logins"][0]["login"]["etype"], "aes256-cts-hmac-sha1-96");

    // 5: clock skew, with the figure, and one that is not too great yet.
    for (shift, code, seconds, severity) in [
        ("-17m", "clock-skew", -1020, "error"),
        ("+2h", "clock-skew", 7200, "error"),
        ("+2m", "clock-skew", 120, "warning"),
    ] {
        let address = bench.realm.address();
        let output = workshop
            .run
            .command(&faketime)
            .args(["-f", shift])
            .arg(end_to_end::binaries::flinkops())
            .args(["keytab", "check", "good.keytab", "--kdc", &address, "-o", "json"])
            .run()
            .expect_code(1);
        judge(&output);
        let result = parse(&output);
        assert_eq!(one(&result).0, code, "{shift}");
        assert_eq!(result["findings"][0]["severity"], severity, "{shift}");
        let found = result["logins"][0]["clock_ahead_seconds"].as_i64().unwrap();
        assert!((found - seconds).abs() <= 5, "{shift}: {found}");
    }

    // 6: locked. 7: expired, the principal and the password.
    for (name, change, expected) in [
        ("locked", "-allow_tix", "locked"),
        ("expired", "-expire 2020-01-01", "expired"),
        ("stale", "-pwexpire 2020-01-01", "password-expired"),
    ] {
        bench.principal(name, "");
        bench.realm.admin(&format!("modprinc {change} {name}@EXAMPLE.COM"));
        let file = format!("{name}.keytab");
        workshop.create(&file, &format!("{name}@EXAMPLE.COM"), &[]);
        assert_eq!(one(&bench.check(&file, 1)).0, expected);
    }
    // Too many wrong keys lock, too.
    bench.realm.admin("addpol -maxfailure 2 -failurecountinterval 0 -lockoutduration 0 strict");
    bench.principal("attacked", "-policy strict");
    workshop.flinkops(
        &[
            "keytab",
            "create",
            "attack.keytab",
            "--principal",
            "attacked@EXAMPLE.COM",
            "--password-from",
            "file:other",
        ],
        0,
    );
    assert_eq!(one(&bench.check("attack.keytab", 1)).0, "wrong-key");
    bench.check("attack.keytab", 1);
    assert_eq!(one(&bench.check("attack.keytab", 1)).0, "locked");

    // A principal that needs no proof shows which key it has.
    bench.principal("open", "-requires_preauth");
    workshop.create("open.keytab", "open@EXAMPLE.COM", &["--kvno", "1"]);
    bench.check("open.keytab", 0);
    bench.realm.admin("cpw -pw another open@EXAMPLE.COM");
    let (code, evidence) = one(&bench.check("open.keytab", 1));
    assert!(code == "wrong-key" && evidence.contains("is not in the keytab"), "{evidence}");

    // Services: unknown, and with another key than the keytab's.
    let result = bench.check_with("good.keytab", &["--service", "zookeeper/nowhere"], 1);
    assert_eq!(one(&result).0, "unknown-service");
    bench.principal("zookeeper/localhost", "");
    workshop.create("both.keytab", "zookeeper/localhost@EXAMPLE.COM", &[]);
    bench.realm.admin("cpw -pw another zookeeper/localhost@EXAMPLE.COM");
    workshop.flinkops(&["keytab", "merge", "both.keytab", "good.keytab", "--out", "both.keytab"], 0);
    let result = bench.check_with(
        "both.keytab",
        &["--principal", "good@EXAMPLE.COM", "--service", "zookeeper/localhost"],
        1,
    );
    assert_eq!(one(&result).0, "service-key");

    // Another realm, over TCP alone, and through krb5.conf.
    workshop.create("realm.keytab", "good@OTHER.ORG", &[]);
    let result = bench.check("realm.keytab", 1);
    assert!(["wrong-realm", "unknown-principal", "refused"].contains(&one(&result).0.as_str()), "{result:#}");
    let tcp = format!("tcp/{}", bench.realm.address());
    workshop.flinkops(&["keytab", "check", "good.keytab", "--kdc", &tcp], 0);
    workshop.flinkops(&["keytab", "check", "good.keytab", "--kdc", "127.0.0.1:1", "--kdc", &tcp], 0);
    let conf = bench.realm.krb5_conf();
    let conf = conf.to_str().unwrap();
    workshop.flinkops(
        &["keytab", "check", "good.keytab", "--krb5-conf", conf, "--live", "--principal", "good"],
        0,
    );

    // 8: unreachable.
    bench.realm.stop_kdc();
    let (code, evidence) = one(&bench.check("good.keytab", 3));
    assert!(code == "kdc-unreachable" && evidence.contains("udp") && evidence.contains("tcp"), "{evidence}");
    let output = workshop.flinkops(&["keytab", "check", "good.keytab", "--kdc", "no-such-host.invalid"], 3);
    assert!(output.stdout.contains("address is not to be found"), "{output}");
    drop(bench);
    workshop.run.assert_no_process_left();
}

#[test]
fn what_is_no_kdc_is_said_to_be_none() {
    let workshop = Workshop::new();
    workshop.create("a.keytab", "a@EXAMPLE.COM", &[]);
    let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = udp.local_addr().unwrap().port();
    let echo = std::thread::spawn(move || {
        let mut buffer = [0; 2048];
        let (length, from) = udp.recv_from(&mut buffer).unwrap();
        udp.send_to(&buffer[..length], from).unwrap();
    });
    let result =
        workshop.json(&["keytab", "check", "a.keytab", "--kdc", &format!("udp/127.0.0.1:{port}")], 1);
    assert_eq!(codes(&result), ["kdc-nonsense"]);
    echo.join().unwrap();
    // A web server, one that claims to send four gigabytes, and one that says nothing.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    for answer in ["HTTP/1.1 400 Bad Request\r\n\r\n", "\u{7f}\u{7f}\u{7f}\u{7f}", ""] {
        let accepted = listener.try_clone().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = accepted.accept().unwrap();
            let _ = stream.read(&mut [0; 2048]);
            let _ = stream.write_all(answer.as_bytes());
            if answer.is_empty() {
                std::thread::sleep(std::time::Duration::from_millis(1500));
            }
        });
        let address = format!("tcp/127.0.0.1:{port}");
        let result = workshop.json(&["keytab", "check", "a.keytab", "--kdc", &address, "--timeout", "1"], 3);
        assert_eq!(codes(&result), ["kdc-unreachable"]);
        server.join().unwrap();
    }
    workshop.run.assert_no_process_left();
}

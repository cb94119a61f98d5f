//! Making things: authorities, leaves, requests, stores.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use end_to_end::need::Need;
use end_to_end::require;

use crate::workshop::{CANARY, Workshop, below};

const ISSUE: [&str; 9] =
    ["issue", "--dir", "ca", "--role", "internal", "--key-type", "p-256", "--out", "out"];

#[test]
fn init_writes_an_authority_that_the_others_find() {
    let workshop = Workshop::new();
    let created =
        workshop.json(&["init", "--dir", "ca", "--key-type", "p-256", "--permit", "dns:example.com"], 0);
    assert_eq!(created["key"], "p-256");
    assert_eq!(created["permitted"][0], "dns:example.com");
    assert_eq!(created["passphrase_file"], "ca/ca.passphrase");
    assert!(created["subject"].as_str().unwrap().starts_with("CN=Flink CA 2"));
    let mode = |name: &str| fs::metadata(workshop.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("ca"), mode("ca/ca.passphrase"), mode("ca/ca.key.pem")), (0o700, 0o600, 0o600));
    let key = String::from_utf8(workshop.read("ca/ca.key.pem")).unwrap();
    assert!(key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    workshop.refused(&["init", "--dir", "ca"], &["already holds a certificate authority"]);
    workshop.refused(
        &[
            "issue",
            "--dir",
            "ca",
            "--name",
            "x",
            "--role",
            "rest-server",
            "--san",
            "dns:x.org",
            "--out",
            "out",
        ],
        &["outside of what this authority may certify"],
    );
    workshop.pki(&["init", "--dir", "other", "--dry-run"], 0);
    assert!(!workshop.path("other").exists());
}

#[test]
fn the_passphrase_may_live_elsewhere() {
    let workshop = Workshop::new();
    workshop
        .pki(&["init", "--dir", "ca", "--key-type", "p-256", "--passphrase-from", "env:STORE_PASSWORD"], 0);
    assert!(!workshop.path("ca/ca.passphrase").exists());
    let issue = [&ISSUE[..], &["--name", "x"]].concat();
    workshop.refused(&issue, &["ca/ca.passphrase", "--passphrase-from"]);
    workshop.write("wrong", "not the passphrase\n");
    workshop.refused(&[&issue[..], &["--passphrase-from", "file:wrong"]].concat(), &["does not open"]);
    workshop.pki(&[&issue[..], &["--passphrase-from", "env:STORE_PASSWORD"]].concat(), 0);
}

/// The contract: these names and fields are what other programs rely on.
#[test]
fn issue_prints_the_paths_and_the_fingerprints() {
    let workshop = Workshop::with_authority();
    for (format, keystore, truststore) in [
        ("p12", "out/rest.keystore.p12", "out/rest.truststore.p12"),
        ("jks", "out/rest.keystore.jks", "out/rest.truststore.jks"),
        ("pem", "out/rest.pem", "out/ca.pem"),
    ] {
        let issued = workshop.json(
            &[
                "issue",
                "--dir",
                "ca",
                "--name",
                "rest",
                "--role",
                "rest-server",
                "--san",
                "dns:jm",
                "--san",
                "ip:10.0.0.1",
                "--format",
                format,
                "--key-type",
                "p-256",
                "--out",
                "out",
            ],
            0,
        );
        assert_eq!(
            (issued["keystore"].as_str(), issued["truststore"].as_str()),
            (Some(keystore), Some(truststore))
        );
        for field in ["keystore", "truststore", "keystore_password_file", "truststore_password_file"] {
            match issued[field].as_str() {
                Some(path) => assert!(workshop.path(path).is_file(), "{path}"),
                None => assert_eq!(format, "pem", "{field}"),
            }
        }
        assert_eq!(issued["fingerprint_sha1"].as_str().unwrap().len(), 59);
        assert_eq!(issued["fingerprint_sha256"].as_str().unwrap().len(), 95);
        assert!(issued["not_after"].as_str().unwrap().ends_with('Z'));
    }
    let private = |name: &str| {
        name.ends_with(".p12")
            || name.ends_with(".jks")
            || name.ends_with(".key")
            || name.ends_with(".password")
    };
    for file in below(&workshop.path("out")) {
        let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        let expected = if private(&file.to_string_lossy()) { 0o600 } else { 0o644 };
        assert_eq!(mode, expected, "{}", file.display());
    }
}

#[test]
fn forgotten_names_are_warned_about_or_added() {
    let workshop = Workshop::with_authority();
    let issue = [
        "issue",
        "--dir",
        "ca",
        "--name",
        "rest",
        "--role",
        "rest-server",
        "--san",
        "dns:jm.example.com",
        "--out",
        "out",
        "--key-type",
        "p-256",
    ];
    let output = workshop.pki(&issue, 0);
    assert!(
        output.stderr.contains("warning: rest does not have dns:jm, dns:localhost, ip:127.0.0.1"),
        "{output}"
    );
    assert!(workshop.pki(&[&issue[..], &["--quiet"]].concat(), 0).stderr.is_empty());
    let output = workshop.pki(&[&issue[..], &["--complete-names"]].concat(), 0);
    assert!(!output.stderr.contains("does not have"), "{output}");
    let shown = workshop
        .json(&["inspect", "out/rest.keystore.p12", "--password-from", "file:out/rest.keystore.password"], 0);
    let names = shown["files"][0]["objects"][0]["chain"][0]["names"].to_string();
    assert_eq!(names, r#"["dns:jm.example.com","dns:jm","dns:localhost","ip:127.0.0.1"]"#);
}

#[test]
fn files_of_others_are_left_alone() {
    let workshop = Workshop::with_authority();
    let issue = |name: &'static str| [&ISSUE[..], &["--name", name]].concat();
    workshop.pki(&issue("x"), 0);
    let password = workshop.read("out/x.keystore.password");
    // One's own is replaced, and keeps its password: the configuration that names it stays right.
    workshop.pki(&issue("x"), 0);
    assert_eq!(workshop.read("out/x.keystore.password"), password);
    // A password that another store needs is not changed.
    workshop.pki(&[&issue("x")[..], &["--format", "jks"]].concat(), 0);
    workshop.refused(
        &[&issue("x")[..], &["--password-from", "env:STORE_PASSWORD"]].concat(),
        &["is also the password of out/x.keystore", "--force"],
    );

    fs::write(workshop.path("out/y.keystore.p12"), "precious").unwrap();
    workshop.refused(&issue("y"), &["out/y.keystore.p12 is there", "--force"]);
    workshop.pki(&["init", "--dir", "other", "--key-type", "p-256"], 0);
    let foreign = [
        "issue",
        "--dir",
        "other",
        "--role",
        "internal",
        "--key-type",
        "p-256",
        "--out",
        "out",
        "--name",
        "x",
    ];
    workshop.refused(&foreign, &["is there and holds something else", "--force"]);
    workshop.pki(&[&foreign[..], &["--force"]].concat(), 0);
    // What somebody added to a truststore would be lost.
    workshop.pki(&["truststore", "add", "out/x.truststore.p12", "ca/ca.pem"], 0);
    workshop.refused(&foreign, &["out/x.truststore.p12 is there and trusts others too"]);
    let before = workshop.read("out/x.keystore.p12");
    workshop.pki(&[&foreign[..], &["--force", "--dry-run"]].concat(), 0);
    assert_eq!(workshop.read("out/x.keystore.p12"), before);
}

#[test]
fn passwords_are_judged_and_never_taken_from_the_command_line() {
    let workshop = Workshop::with_authority();
    let with = |source: &'static str| [&ISSUE[..], &["--name", "x", "--password-from", source]].concat();
    let output = workshop.refused(&with("hunter2hunter2"), &["env:NAME", "never by itself"]);
    assert!(!output.stderr.contains("hunter2"), "{output}");
    for (password, reason) in [("short", "shorter than 6"), ("pässwörter", "other than ASCII")] {
        workshop.write("password", password);
        workshop.refused(&with("file:password"), &[reason]);
    }
    workshop.refused(&with("file:nowhere"), &["nowhere"]);
    workshop.refused(&with("env:NOT_SET_AT_ALL"), &["NOT_SET_AT_ALL is not set"]);
    workshop.write("password", "changeit\n");
    let output = workshop.pki(&with("file:password"), 0);
    assert!(output.stderr.contains("warning: the store password is a well-known one"), "{output}");
    workshop.pki(&[&ISSUE[..], &["--name", "z", "--password-from", "env:STORE_PASSWORD"]].concat(), 0);
    assert_eq!(workshop.read("out/z.truststore.password"), format!("{CANARY}\n").into_bytes());
}

#[test]
fn an_intermediate_signs_below_its_root() {
    let workshop = Workshop::new();
    workshop
        .pki(&["init", "--dir", "root", "--name", "Root", "--path-length", "1", "--key-type", "p-384"], 0);
    workshop
        .pki(&["intermediate", "request", "--dir", "sub", "--name", "Issuing CA", "--key-type", "p-256"], 0);
    workshop.refused(
        &["issue", "--dir", "sub", "--name", "x", "--role", "internal", "--out", "out"],
        &["has no certificate yet"],
    );
    // An authority's request is refused where a leaf's is expected, and the other way round.
    workshop.refused(
        &["sign", "--dir", "root", "sub/request.pem", "--role", "internal", "--out", "answer"],
        &["REFUSED"],
    );
    let signed = workshop.json(
        &[
            "sign",
            "--dir",
            "root",
            "--intermediate",
            "sub/request.pem",
            "--permit",
            "dns:example.com",
            "--out",
            "answer",
        ],
        0,
    );
    assert_eq!(signed["certificate"], "answer/issuing-ca.pem");
    let installed = workshop.json(&["intermediate", "install", "--dir", "sub", "answer/issuing-ca.pem"], 0);
    assert_eq!(installed["chain"].to_string(), r#"["CN=Issuing CA","CN=Root"]"#);
    workshop.pki(
        &[
            "issue",
            "--dir",
            "sub",
            "--name",
            "x",
            "--role",
            "internal",
            "--san",
            "dns:x.example.com",
            "--key-type",
            "p-256",
            "--out",
            "out",
        ],
        0,
    );
    let verified = workshop.json(
        &[
            "verify",
            "--keystore",
            "out/x.keystore.p12",
            "--truststore",
            "out/x.truststore.p12",
            "--role",
            "internal",
        ],
        0,
    );
    assert_eq!(verified["handshakes"].as_array().unwrap().len(), 2);
    workshop.refused(
        &["intermediate", "install", "--dir", "sub", "answer/issuing-ca.pem"],
        &["does not wait for a certificate"],
    );
}

#[test]
fn a_request_goes_out_and_an_answer_comes_in() {
    let workshop = Workshop::with_authority();
    let csr = [
        "csr",
        "--name",
        "ext",
        "--role",
        "rest-server",
        "--san",
        "dns:ext.example.com",
        "--key-type",
        "p-256",
        "--out",
        "out",
    ];
    let requested = workshop.json(&[&csr[..], &["--key-password-from", "generate"]].concat(), 0);
    assert_eq!(requested["request"], "out/ext.csr");
    assert_eq!(requested["key_password_file"], "out/ext.key.password");
    assert!(String::from_utf8(workshop.read("out/ext.key")).unwrap().contains("ENCRYPTED PRIVATE KEY"));
    workshop.refused(&csr, &["out/ext.key is there already"]);
    let signed = workshop
        .json(&["sign", "--dir", "ca", "out/ext.csr", "--role", "rest-server", "--out", "answers"], 0);
    assert_eq!(signed["names"][0], "dns:ext.example.com");
    // A request on standard input, with other names.
    let request = workshop.read("out/ext.csr");
    let output = workshop
        .command(&[
            "sign",
            "--dir",
            "ca",
            "-",
            "--role",
            "rest-server",
            "--name",
            "piped",
            "--san",
            "dns:p",
            "--out",
            "answers",
        ])
        .stdin(request)
        .run()
        .expect_code(0);
    workshop.judge(&output);
    let import = ["import", "--name", "ext", "answers/ext.pem", "--out", "out"];
    workshop.refused(&[&import[..], &["--role", "internal"]].concat(), &["lacks clientAuth"]);
    let planned = workshop.json(&[&import[..], &["--dry-run"]].concat(), 0);
    assert_eq!(planned["chain"].to_string(), r#"["CN=ext","CN=Test CA"]"#);
    for format in ["p12", "jks", "pem"] {
        let imported =
            workshop.json(&[&import[..], &["--format", format, "--role", "rest-server"]].concat(), 0);
        assert!(workshop.path(imported["keystore"].as_str().unwrap()).is_file());
        assert_eq!(imported["root_fingerprint_sha256"], imported["root_fingerprint_sha256"]);
    }
    assert!(String::from_utf8(workshop.read("out/ext.key")).unwrap().contains("ENCRYPTED PRIVATE KEY"));
}

#[test]
fn stores_are_converted_both_ways() {
    let workshop = Workshop::with_authority();
    workshop.pki(&[&ISSUE[..], &["--name", "x"]].concat(), 0);
    let converted = workshop.json(&["convert", "out/x.keystore.p12", "x.jks"], 0);
    assert_eq!((&converted["format"], &converted["keys"]), (&"jks".into(), &1.into()));
    assert_eq!(converted["password_file"], serde_json::Value::Null, "the password stays");
    workshop.refused(&["convert", "out/x.keystore.p12", "x.jks"], &["x.jks is there already", "--force"]);
    workshop.refused(&["convert", "out/x.keystore.p12", "x.store"], &["says no format"]);
    let output =
        workshop.pki(&["convert", "x.jks", "x.pem", "--password-from", "file:out/x.keystore.password"], 0);
    assert!(output.stderr.contains("is not encrypted"), "{output}");
    let back = workshop.json(&["convert", "x.pem", "back.p12", "--compat", "legacy"], 0);
    assert_eq!((&back["format"], &back["password_file"]), (&"p12-legacy".into(), &"back.password".into()));
    workshop.pki(&["convert", "x.pem", "never.p12", "--dry-run"], 0);
    assert!(!workshop.path("never.p12").exists() && !workshop.path("never.password").exists());
    let fingerprint = |file: &str, password: &str| {
        let shown = workshop
            .json(&["inspect", file, "--password-from", password], if file == "back.p12" { 1 } else { 0 });
        shown["files"][0]["objects"][0]["chain"][0]["fingerprint_sha256"].clone()
    };
    let original = fingerprint("out/x.keystore.p12", "file:out/x.keystore.password");
    assert!(original.is_string());
    assert_eq!(fingerprint("x.jks", "file:out/x.keystore.password"), original);
    assert_eq!(fingerprint("back.p12", "file:back.password"), original);
}

#[test]
fn truststores_are_made_changed_and_listed() {
    let workshop = Workshop::with_authority();
    workshop.pki(&["init", "--dir", "partner", "--name", "Partner", "--key-type", "p-256"], 0);
    for store in ["trust.p12", "trust.jks"] {
        let added = workshop.json(&["truststore", "add", store, "ca/ca.pem"], 0);
        assert_eq!((&added["aliases"][0], &added["entries"]), (&"test-ca".into(), &1.into()));
        assert_eq!(added["password_file"], "trust.password");
        let again = workshop.json(&["truststore", "add", store, "ca/ca.pem", "partner/ca.pem"], 0);
        assert_eq!(
            (&again["aliases"][0], &again["already_trusted"][0]),
            (&"partner".into(), &"test-ca".into())
        );
        workshop.refused(
            &["truststore", "add", store, "ca/ca.pem", "--alias", "PARTNER"],
            &["has an entry `partner` already"],
        );
        let list = workshop.json(&["truststore", "list", store], 0);
        assert_eq!(list["entries"].as_array().unwrap().len(), 2);
        assert!(workshop.pki(&["truststore", "list", store], 0).stdout.starts_with("ALIAS"));
        workshop.refused(&["truststore", "remove", store, "nobody"], &["has no entry `nobody`", "`partner`"]);
        let before = workshop.read(store);
        workshop.pki(&["truststore", "remove", store, "Partner", "--dry-run"], 0);
        assert_eq!(workshop.read(store), before);
        workshop.pki(&["truststore", "remove", store, "Partner"], 0);
        assert_eq!(workshop.json(&["truststore", "list", store], 0)["entries"].as_array().unwrap().len(), 1);
        workshop.write("bad.password", "not the one\n");
        workshop.refused(
            &["truststore", "list", store, "--password-from", "file:bad.password"],
            &["does not open it"],
        );
        // The next store gets a password of its own.
        fs::remove_file(workshop.path("trust.password")).unwrap();
    }
    workshop.pki(&[&ISSUE[..], &["--name", "x", "--format", "pem"]].concat(), 0);
    workshop.write("both.pem", [workshop.read("out/x.key"), workshop.read("out/x.pem")].concat());
    workshop.refused(&["truststore", "add", "new.p12", "both.pem"], &["holds a private key"]);
}

#[test]
fn bulk_issues_keeps_and_replaces() {
    let workshop = Workshop::with_authority();
    workshop.write("hosts", "tm-1.example.com tm-1\ntm-2 # rack 2\n10.0.0.3\n");
    let bulk = ["bulk", "--dir", "ca", "--hosts", "hosts", "--out", "out", "--key-type", "p-256"];
    let planned = workshop.json(&[&bulk[..], &["--dry-run"]].concat(), 0);
    assert_eq!(planned["nodes"][0]["names"].to_string(), r#"["dns:tm-1.example.com","dns:tm-1"]"#);
    assert!(!workshop.path("out").exists());
    let done = workshop.json(&bulk, 0);
    assert_eq!((&done["issued"], &done["kept"]), (&3.into(), &0.into()));
    fs::remove_file(workshop.path("out/tm-2.truststore.p12")).unwrap();
    let done = workshop.json(&bulk, 0);
    assert_eq!((&done["issued"], &done["kept"]), (&1.into(), &2.into()));
    assert_eq!((&done["nodes"][1]["name"], &done["nodes"][1]["outcome"]), (&"tm-2".into(), &"issued".into()));
    workshop.write("hosts", "same\nSAME\n");
    workshop.refused(&bulk, &["is there twice"]);
    workshop.write("hosts", "ok\nbad_host\n");
    workshop.refused(&bulk, &["hosts:2: "]);
    workshop.refused(&["bulk", "--dir", "ca", "--out", "out"], &["--hosts"]);
}

#[test]
fn a_cluster_gets_all_that_it_needs() {
    let workshop = Workshop::with_authority();
    workshop.write(
        "cluster.yaml",
        "apiVersion: flinkops/v1\nname: orders\nflinkVersion: '2.3'\njobManagers: {hosts: [jm]}\ntaskManagers: [{hosts: [tm-1, tm-2]}]\n",
    );
    let bulk = [
        "bulk",
        "--dir",
        "ca",
        "--cluster",
        "cluster.yaml",
        "--out",
        "out",
        "--key-type",
        "p-256",
        "--complete-names",
    ];
    assert_eq!(workshop.json(&bulk, 0)["issued"], 5);
    for name in ["jm", "tm-1", "tm-2", "jm-rest", "client"] {
        assert!(workshop.path(&format!("out/{name}.keystore.p12")).is_file(), "{name}");
    }
    let verify = [
        "verify",
        "--keystore",
        "out/jm-rest.keystore.p12",
        "--truststore",
        "out/client.truststore.p12",
        "--role",
        "rest-server",
    ];
    workshop.pki(&[&verify[..], &["--host", "jm", "--host", "localhost"]].concat(), 0);
    let output = workshop.pki(&[&verify[..], &["--host", "elsewhere"]].concat(), 1);
    assert!(output.stdout.contains("error[name-missing]"), "{output}");
}

#[test]
fn requests_of_openssl_and_keytool_are_signed_by_role() {
    let [openssl, keytool] = require!(Need::Openssl, Need::Keytool);
    let workshop = Workshop::with_authority();
    let request = |subject: &str, extension: &str| {
        let output = workshop.run.command(&openssl).args([
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "o.key",
            "-out",
            "o.csr",
            "-subj",
            subject,
            "-addext",
            extension,
        ]);
        output.run().expect_code(0);
    };
    let sign = ["sign", "--dir", "ca", "o.csr", "--role", "internal", "--out", "answers"];
    request("/CN=evil", "basicConstraints=critical,CA:TRUE");
    workshop.refused(&sign, &["REFUSED", "CN=evil", "CA:TRUE"]);
    request("/CN=honest", "subjectAltName=DNS:h.example.com");
    workshop.pki(&sign, 0);
    let imported = [
        "import",
        "--name",
        "honest",
        "--private-key",
        "o.key",
        "answers/honest.pem",
        "--out",
        "out",
        "--role",
        "internal",
    ];
    workshop.pki(&imported, 0);

    workshop.write("java.password", "a long enough one\n");
    let keytool = |arguments: &[&str]| {
        let store = [
            "-keystore",
            "java.jks",
            "-storetype",
            "JKS",
            "-storepass:file",
            "java.password",
            "-keypass:file",
            "java.password",
        ];
        workshop.run.command(&keytool).args(arguments).args(store).run().expect_code(0)
    };
    keytool(&["-genkeypair", "-alias", "flink", "-keyalg", "EC", "-dname", "CN=java"]);
    keytool(&["-certreq", "-alias", "flink", "-file", "java.csr"]);
    workshop.pki(&["sign", "--dir", "ca", "java.csr", "--role", "internal", "--out", "answers"], 0);
    let import = [
        "import",
        "--name",
        "java",
        "--private-key",
        "java.jks",
        "--private-key-password-from",
        "file:java.password",
        "answers/java.pem",
        "--out",
        "out",
    ];
    workshop.pki(&import, 0);
    workshop.pki(
        &[
            "verify",
            "--keystore",
            "out/java.keystore.p12",
            "--truststore",
            "out/honest.truststore.p12",
            "--role",
            "internal",
        ],
        0,
    );
}

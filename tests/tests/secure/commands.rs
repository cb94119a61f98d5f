//! `secure ssl` and `secure check` as a person types them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use end_to_end::binaries;
use end_to_end::run::{Output, TestRun};
use serde_json::Value;

/// A directory with stores for one cluster, and commands in it.
struct Shop {
    run: TestRun,
}

impl Shop {
    fn new() -> Self {
        let shop = Self { run: TestRun::new() };
        shop.flinkops("pki init --dir ca --key-type p-256", 0);
        for (name, role) in [("internal", "internal"), ("rest", "rest-server"), ("client", "rest-client")] {
            let issue = "pki issue --dir ca --key-type p-256 --out tls --san dns:jm.example";
            shop.flinkops(&format!("{issue} --name {name} --role {role}"), 0);
        }
        shop
    }

    #[track_caller]
    fn flinkops(&self, line: &str, code: i32) -> Output {
        let command = self.run.command(binaries::flinkops()).args(line.split_whitespace());
        command.env("NO_COLOR", "1").env("OTHER", "not-the-password").run().expect_code(code)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.run.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o777
    }

    /// One error that says all of this, and how to mend it.
    #[track_caller]
    fn refused(&self, line: &str, code: i32, says: &[&str]) {
        let output = self.flinkops(line, code);
        assert_eq!(output.stderr.matches("error:").count(), 1, "{output}");
        for text in says {
            assert!(output.stderr.contains(text), "`{text}` is missing\n{output}");
        }
    }
}

const STORES: &str = "--internal tls/internal.keystore.p12 --rest tls/rest.keystore.p12";

#[test]
fn the_difference_is_shown_first_and_written_once() {
    let shop = Shop::new();
    let before =
        "# ours\nrest.address: jm.example   # the door\nsecurity.ssl.internal.keystore-password: canaryOld\n";
    shop.write("conf/config.yaml", before);
    fs::set_permissions(shop.path("conf/config.yaml"), fs::Permissions::from_mode(0o644)).unwrap();
    let line = format!("secure ssl conf --flink-version 2.3 {STORES}");
    let dry = shop.flinkops(&format!("{line} --dry-run"), 0);
    assert_eq!(shop.read("conf/config.yaml"), before);
    for shown in [
        "+ security.ssl.internal.enabled: true",
        "- security.ssl.internal.keystore-password: …",
        "+ security.ssl.internal.keystore-password: …",
        "+ security.ssl.rest.verify-hostname: true",
        "+ security.ssl.protocol: TLSv1.3",
        "nothing was written: this is a dry run",
    ] {
        assert!(dry.stdout.contains(shown), "`{shown}` is missing\n{dry}");
    }
    let written: Value = serde_json::from_str(&shop.flinkops(&format!("{line} -o json"), 0).stdout).unwrap();
    assert_eq!((&written["written"], &written["flink_version"]), (&Value::Bool(true), &Value::from("2.3.0")));
    let text = shop.read("conf/config.yaml");
    assert!(text.starts_with("# ours\nrest.address: jm.example   # the door\n"), "{text}");
    assert_eq!(shop.mode("conf/config.yaml"), 0o600);
    let again = shop.flinkops(&line, 0);
    assert!(again.stdout.contains("every key is as it should be"), "{again}");
    assert_eq!(shop.read("conf/config.yaml"), text);
    let check = shop.flinkops("secure check conf --flink-version 2.3", 0);
    assert!(
        check.stdout.starts_with("nothing found in 1 configuration; 4 stores opened, 2 handshakes tried"),
        "{check}"
    );
}

#[test]
fn a_description_names_version_and_demand_and_a_link_stays_one() {
    let shop = Shop::new();
    let description = "apiVersion: flinkops/v1\nname: orders\nflinkVersion: '1.18'\njobManagers:\n  hosts: [jm.example]\n\
                       taskManagers:\n  - hosts: [tm]\nsecurity:\n  internal: mutual\n  rest: server-only\n";
    shop.write("conf/cluster.yaml", description);
    shop.write("elsewhere/flink-conf.yaml", "rest.address: jm.example\n");
    let link = shop.path("conf/flink-conf.yaml");
    std::os::unix::fs::symlink(shop.path("elsewhere/flink-conf.yaml"), &link).unwrap();
    let output = shop.flinkops("secure ssl conf/cluster.yaml --rest tls/rest.keystore.p12", 0);
    assert!(
        output.stdout.contains("cluster.yaml asks for internal TLS, and no --internal was given"),
        "{output}"
    );
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let text = shop.read("elsewhere/flink-conf.yaml");
    assert!(text.contains("security.ssl.rest.authentication-enabled: false"), "{text}");
    assert!(!text.contains("keystore-type") && !text.contains("verify-hostname"), "1.18 has neither: {text}");
    shop.flinkops("secure check conf/cluster.yaml --fail-on error", 1);
}

#[test]
fn pins_installed_paths_and_jks_stores() {
    let shop = Shop::new();
    shop.flinkops("pki issue --dir ca --key-type p-256 --out jks --name own --role internal --format jks --key-password-from generate", 0);
    shop.write("conf/config.yaml", "rest.address: jm.example\n");
    let line = "secure ssl conf --flink-version 1.20 --internal jks/own.keystore.jks --pin-internal --installed-in /etc/flink/tls";
    shop.flinkops(line, 0);
    let text = shop.read("conf/config.yaml");
    let inspected = shop.flinkops(
        "pki inspect jks/own.keystore.jks --password-from file:jks/own.keystore.password --key-password-from file:jks/own.key.password -o json",
        0,
    );
    let pin =
        text.lines().find_map(|line| line.strip_prefix("security.ssl.internal.cert.fingerprint: ")).unwrap();
    assert!(inspected.stdout.contains(pin.trim_matches('\'')), "{pin} in {inspected}");
    for line in [
        "security.ssl.internal.keystore: /etc/flink/tls/own.keystore.jks",
        "security.ssl.internal.keystore-type: JKS",
        "security.ssl.internal.truststore: /etc/flink/tls/own.truststore.jks",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(text.contains(shop.read("jks/own.key.password").trim()), "the key has a password of its own");
}

#[test]
fn what_would_not_work_is_not_written() {
    let shop = Shop::new();
    shop.write("conf/config.yaml", "rest.address: jm.example\n");
    shop.write("legacy/flink-conf.yaml", "rest.address: jm.example\n");
    let before = shop.read("conf/config.yaml");
    // A certificate of the wrong role.
    let wrong = "secure ssl conf --flink-version 2.3 --internal tls/rest.keystore.p12";
    shop.refused(wrong, 1, &["this wiring would not work", "lacks clientAuth", "--danger-unproven"]);
    let version = "secure ssl conf --flink-version 2.3";
    shop.refused(version, 2, &["no store was named", "--internal"]);
    shop.refused("secure ssl conf", 2, &["--flink-version"]);
    shop.refused(&format!("secure ssl confg --flink-version 2.3 {STORES}"), 2, &["there is no confg"]);
    shop.refused(
        &format!("secure ssl legacy --flink-version 2.3 {STORES}"),
        2,
        &["flink-conf.yaml, which Flink 2.3 does not read"],
    );
    shop.refused(&format!("{version} --internal ca/ca.pem"), 2, &["PEM", "pki convert"]);
    shop.refused(&format!("{version} --internal none.p12"), 2, &["cannot read none.p12"]);
    let other = "--internal tls/internal.keystore.p12 --internal-password-from env:OTHER";
    shop.refused(&format!("{version} {other}"), 2, &["does not open it", "env:NAME"]);
    let key = "--internal tls/internal.keystore.p12 --internal-key-password-from env:OTHER";
    shop.refused(&format!("{version} {key}"), 2, &["leave the key password out"]);
    let secrets = "--internal tls/internal.keystore.p12 --secrets-dir secrets";
    shop.refused(
        &format!("{version} {secrets}"),
        2,
        &["cannot be kept in secrets", "leave --secrets-dir out"],
    );
    shop.refused(&format!("{version} {secrets} --platform yarn"), 2, &["YARN"]);
    shop.refused(&format!("{version} --internal password"), 2, &["cannot read password"]);
    fs::remove_file(shop.path("tls/client.truststore.p12")).unwrap();
    shop.refused(
        &format!("{version} --client --rest tls/client.keystore.p12"),
        2,
        &["no truststore", "--rest-truststore"],
    );
    assert_eq!(shop.read("conf/config.yaml"), before);
    shop.flinkops(&format!("{wrong} --danger-unproven"), 0);
    shop.flinkops("secure check conf --flink-version 2.3", 1);
}

#[test]
fn passwords_leave_the_configuration_for_kubernetes() {
    let shop = Shop::new();
    shop.write("conf/config.yaml", "rest.address: jm.example\nsecurity.ssl.rest.key-password: canaryOld\n");
    let line =
        format!("secure ssl conf --flink-version 2.3 {STORES} --platform kubernetes --secrets-dir secrets");
    let output = shop.flinkops(&line, 0);
    let text = shop.read("conf/config.yaml");
    assert!(!text.contains("password") && text.contains("security.ssl.rest.keystore"), "{text}");
    let secret = shop.read("secrets/flink-ssl-secret.yaml");
    assert!(secret.contains("kind: Secret") && secret.contains("FLINK_PROPERTIES: |"), "{secret}");
    assert_eq!(secret.matches("password: ").count(), 6, "{secret}");
    assert_eq!((shop.mode("secrets/flink-ssl-secret.yaml"), shop.mode("secrets")), (0o600, 0o700));
    assert!(output.stdout.contains("- security.ssl.rest.key-password: …"), "{output}");
}

#[test]
fn codes_are_explained() {
    let shop = Shop { run: TestRun::new() };
    let one = shop.flinkops("secure check --explain sc034", 0);
    assert!(one.stdout.starts_with("SC034 no-fitting-suite (error)"), "{one}");
    let all: Value =
        serde_json::from_str(&shop.flinkops("secure check --explain all -o json", 0).stdout).unwrap();
    assert!(all.as_array().unwrap().len() >= 40);
    shop.refused("secure check --explain SC999", 2, &["is not a code", "SC001"]);
    shop.refused("secure check nowhere --flink-version 2.3", 2, &["cannot look into nowhere"]);
    shop.write("empty/readme", "");
    shop.refused(
        "secure check empty --flink-version 2.3",
        2,
        &["holds neither flink-conf.yaml nor config.yaml"],
    );
}

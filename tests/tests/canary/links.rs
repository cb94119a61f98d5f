//! Somebody else who may write to a directory puts a link where flinkops is about to write: what the link leads to is never written, and
//! a private file is private whatever was there before.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use end_to_end::run::TestRun;
use end_to_end::{binaries, need};

const VICTIM: &str = "the victim's file\n";

/// Commands, and a file that each writes. `secret`: nobody else may read it.
const WRITERS: [(&str, &str, bool); 16] = [
    ("pki init --dir fresh --key-type p-256", "fresh/ca.key", true),
    (
        "pki issue --dir ca --key-type p-256 --name rest --role rest-server --san dns:localhost --out tls",
        "tls/rest.keystore.p12",
        true,
    ),
    (
        "pki issue --dir ca --key-type p-256 --name me --role rest-client --out tls",
        "tls/me.keystore.password",
        true,
    ),
    ("pki csr --name app --role internal --out req --key-type p-256", "req/app.key", true),
    (
        "pki convert made/one.keystore.p12 copy.jks --password-from file:made/one.keystore.password",
        "copy.jks",
        true,
    ),
    ("pki bulk --dir ca --hosts hosts --out many --key-type p-256", "many/tm-1.keystore.p12", true),
    (
        "keytab create flink.keytab --principal flink/jm@EXAMPLE.COM --password-from env:PASSWORD --force",
        "flink.keytab",
        true,
    ),
    (
        "secure kerberos conf --flink-version 2.3 --keytab K --principal f@R --krb5-out krb5.conf --kdc k",
        "krb5.conf",
        false,
    ),
    ("init new.yaml --flink-version 2.3 --overwrite", "new.yaml", false),
    ("render cluster.yaml --out rendered --overwrite", "rendered/manifest.json", false),
    ("conf migrate old --from 1.18 --to 2.3 --out config.yaml --force", "config.yaml", false),
    ("monitor alerts --out rules.yml", "rules.yml", false),
    ("monitor dashboard --out dashboards", "dashboards/flink-fleet.json", false),
    ("monitor scrape --cluster cluster.yaml --out scrape.yml", "scrape.yml", false),
    ("pki status --dir ca --prometheus flinkops.prom", "flinkops.prom", false),
    ("man --out man", "man/flinkops.1", false),
];

const CLUSTER: &str = "
apiVersion: flinkops/v1
name: shop
flinkVersion: '2.3'
jobManagers: {hosts: [jm-1]}
taskManagers:
  - {hosts: [tm-1], slots: 2}
security: {pki: {keyType: p-256}}
metrics: {prometheus: 9249}
";

#[test]
fn links_in_the_way_are_not_followed() {
    let run = TestRun::new();
    let at = |name: &str| run.path().join(name);
    for (name, text) in [
        ("hosts", "tm-1 localhost\n"),
        ("cluster.yaml", CLUSTER),
        ("old/flink-conf.yaml", "jobmanager.rpc.address: jm\n"),
        ("conf/config.yaml", "rest.address: localhost\n"),
    ] {
        fs::create_dir_all(at(name).parent().unwrap()).unwrap();
        fs::write(at(name), text).unwrap();
    }
    let flinkops = |line: &str| {
        run.command(binaries::flinkops())
            .args(line.split_whitespace())
            .env("PASSWORD", "CanaryOf5Green3Wings")
            .run()
    };
    flinkops("pki init --dir ca --key-type p-256").expect_code(0);
    flinkops("pki issue --dir ca --key-type p-256 --name one --role internal --out made").expect_code(0);
    let mut replaced = 0;
    for (line, file, secret) in WRITERS {
        let victim = at("victim");
        fs::write(&victim, VICTIM).unwrap();
        fs::set_permissions(&victim, fs::Permissions::from_mode(0o666)).unwrap();
        fs::create_dir_all(at(file).parent().unwrap()).unwrap();
        symlink(&victim, at(file)).unwrap();
        // Nobody's link. Who may not give files away is alone here, and has nobody to fear.
        if run.command("chown").args(["-h", "65534"]).arg(at(file)).run().code != Some(0) {
            let reason = "only root may make somebody else's link".to_owned();
            return need::skip(
                "canary::links",
                &need::Missing { reason, mend: "run the tests as root".to_owned() },
            );
        }
        let said = flinkops(line);
        assert!(fs::read(&victim).unwrap() == VICTIM.as_bytes(), "{line} wrote through the link: {said}");
        let is_link = fs::symlink_metadata(at(file)).unwrap().is_symlink();
        // Refusing is right, too; what is written is a file of its own.
        assert!(said.code != Some(0) || !is_link, "{line}: {said}");
        replaced += u32::from(!is_link);
        if secret && !is_link {
            assert_eq!(mode(&at(file)), 0o600, "{line}");
        }
    }
    assert!(replaced >= 8, "{replaced}");
    run.assert_no_process_left();
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

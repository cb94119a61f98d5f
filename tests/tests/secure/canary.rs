//! No secret in the arguments of any process, in what is printed, or in files that others can read; and a tree of two
//! hundred hosts, whose check must not grow with the pairs of them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use end_to_end::binaries;
use end_to_end::run::{Output, TestRun};
use serde_json::Value;

const CANARY: &str = "CanaryOf5Green3Wings";

/// Command lines of all processes that hold the canary, sampled until told to stop.
fn watch(stop: &AtomicBool) -> Vec<String> {
    let mut seen = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(line) = fs::read(entry.path().join("cmdline")) else { continue };
            let line = String::from_utf8_lossy(&line).into_owned();
            if line.contains(CANARY) {
                seen.push(line);
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    seen
}

fn told(output: &Output) -> String {
    format!("{}\n{}", output.stdout, output.stderr)
}

/// Files below a directory that others can read and that hold the canary.
fn readable(dir: &Path, found: &mut Vec<String>) {
    readable_by(0o077, dir, found);
}

/// Files below a directory that have one of these permissions, and hold the canary.
fn readable_by(permissions: u32, dir: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap().flatten() {
        let metadata = entry.metadata().unwrap();
        if metadata.is_dir() {
            readable_by(permissions, &entry.path(), found);
        } else if metadata.permissions().mode() & permissions != 0 {
            let bytes = fs::read(entry.path()).unwrap_or_default();
            if bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()) {
                found.push(entry.path().display().to_string());
            }
        }
    }
}

/// Runs commands, one a line, in whose environment the canary is. It must be on no command line and in nothing that is
/// printed, and nothing may panic.
fn run_watched(run: &TestRun, commands: &str) -> Vec<Output> {
    let stop = AtomicBool::new(false);
    let (outputs, on_command_lines) = std::thread::scope(|scope| {
        let watching = scope.spawn(|| watch(&stop));
        let outputs: Vec<_> = commands
            .lines()
            .map(|line| {
                run.command(binaries::flinkops())
                    .args(line.split_whitespace())
                    .env("CANARY", CANARY)
                    .env("HASH", format!("{CANARY}#1"))
                    .run()
            })
            .collect();
        stop.store(true, Ordering::Relaxed);
        (outputs, watching.join().unwrap())
    });
    assert_eq!(on_command_lines, [""; 0]);
    assert!(outputs.iter().all(|output| !told(output).contains(CANARY)), "a secret was told: {outputs:#?}");
    assert!(outputs.iter().all(|output| !told(output).contains("panicked")), "{outputs:#?}");
    outputs
}

#[test]
fn no_secret_is_told_to_anybody() {
    let run = TestRun::new();
    let commands = "\
        pki init --dir ca --key-type p-256 --passphrase-from env:CANARY
        pki issue --dir ca --passphrase-from env:CANARY --key-type p-256 --name internal --role internal --out tls --password-from env:CANARY
        pki issue --dir ca --passphrase-from env:CANARY --key-type p-256 --name rest --role rest-server --san dns:localhost --out tls --password-from env:CANARY
        pki issue --dir ca --passphrase-from env:CANARY --key-type p-256 --name client --role rest-client --format jks --out tls --password-from env:CANARY --key-password-from env:CANARY
        pki inspect tls/rest.keystore.p12 --password-from env:CANARY -o json -v
        pki convert tls/rest.keystore.p12 copy.jks --password-from env:CANARY --to-password-from env:CANARY
        pki verify --role internal --keystore tls/internal.keystore.p12 --truststore tls/internal.truststore.p12
        pki status --dir ca
        pki csr --name other --role internal --out req --key-type p-256 --key-password-from env:CANARY
        pki sign --dir ca --passphrase-from env:CANARY req/other.csr --role internal --out answers
        pki bulk --dir ca --passphrase-from env:CANARY --hosts hosts --out many --key-type p-256 --password-from env:CANARY
        pki truststore add tls/rest.truststore.p12 ca/ca.pem --alias again --password-from env:CANARY
        pki intermediate request --dir below --name Below --passphrase-from env:CANARY
        pki renew --dir ca --passphrase-from env:CANARY --out tls --name rest
        pki revoke --dir ca --passphrase-from env:CANARY --name other --reason superseded
        secure ssl conf --flink-version 2.3 --internal tls/internal.keystore.p12 --rest tls/rest.keystore.p12 --dry-run
        secure ssl conf --flink-version 2.3 --internal tls/internal.keystore.p12 --rest tls/rest.keystore.p12 -o json
        secure ssl conf --flink-version 2.3 --internal tls/internal.keystore.p12 --rest tls/rest.keystore.p12 -v
        secure ssl cli --flink-version 2.3 --client --rest tls/client.keystore.jks --rest-password-from env:CANARY --rest-key-password-from env:CANARY --rest-truststore tls/client.truststore.jks --rest-truststore-password-from env:CANARY
        secure ssl legacy --flink-version 1.18 --internal tls/internal.keystore.p12 --internal-password-from env:HASH
        secure ssl kube --flink-version 2.3 --internal tls/internal.keystore.p12 --platform kubernetes --secrets-dir secrets
        secure ssl kube --flink-version 2.3 --internal tls/internal.keystore.p12 --secrets-dir secrets
        secure check conf --flink-version 2.3 --client cli -o json
        secure check conf --flink-version 1.18
        secure check conf --flink-version 2.3 -v";
    for dir in ["conf", "cli", "legacy", "kube"] {
        fs::create_dir(run.path().join(dir)).unwrap();
    }
    for (dir, file) in [("conf", "config.yaml"), ("legacy", "flink-conf.yaml")] {
        let old = format!("security.ssl.internal.keystore-password: {CANARY}Old\nrest.address: localhost\n");
        fs::write(run.path().join(dir).join(file), old).unwrap();
        fs::set_permissions(run.path().join(dir).join(file), fs::Permissions::from_mode(0o644)).unwrap();
    }
    fs::write(run.path().join("hosts"), "tm-1 localhost\ntm-2 localhost\n").unwrap();
    let outputs = run_watched(&run, commands);
    let refused: Vec<_> =
        outputs.iter().filter(|output| output.code == Some(2)).map(|output| &output.command).collect();
    assert_eq!(
        refused.len(),
        2,
        "only the wrong password and the secrets of a standalone cluster: {refused:#?}"
    );
    // What was readable before the first command, and no command wrote to.
    let mut open = Vec::new();
    readable(run.path(), &mut open);
    assert_eq!(open, [run.path().join("legacy/flink-conf.yaml").display().to_string()]);
    let main = fs::read_to_string(run.path().join("kube/config.yaml")).unwrap();
    assert!(main.contains("security.ssl.internal.keystore:") && !main.contains("password"), "{main}");
}

#[test]
fn no_secret_of_a_foreign_authority_a_rotation_or_a_login_is_told() {
    let run = TestRun::new();
    let keytab = run.path().join("flink.keytab").display().to_string();
    let commands = "\
        pki init --dir ca --key-type p-256 --passphrase-from env:CANARY --path-length 1
        pki init --dir new --key-type p-256 --passphrase-from env:CANARY
        pki csr --name app --role internal --out req --key-type p-256 --key-password-from env:CANARY
        pki sign --dir ca --passphrase-from env:CANARY req/app.csr --role internal --out answers
        pki import answers/app.pem ca/ca.pem --name app --out req --private-key-password-from env:CANARY --password-from env:CANARY
        pki truststore list req/app.truststore.p12 --password-from env:CANARY
        pki truststore add req/app.truststore.p12 new/ca.pem --alias second --password-from env:CANARY
        pki truststore remove req/app.truststore.p12 second --password-from env:CANARY
        pki intermediate request --dir below --name Below --passphrase-from env:CANARY
        pki sign --dir ca --passphrase-from env:CANARY below/request.pem --intermediate --out answers
        pki intermediate install --dir below answers/below.pem --passphrase-from env:CANARY
        pki issue --dir ca --passphrase-from env:CANARY --key-type p-256 --name tm-1 --role internal --out stores --password-from env:CANARY
        pki rotate plan --old ca --new new --stores stores --plan plan.json --node tm-1=task-manager
        pki rotate next --plan plan.json --new new --passphrase-from env:CANARY
        pki rotate restarted --plan plan.json tm-1
        pki rotate next --plan plan.json --new new --passphrase-from env:CANARY -o json
        keytab create KEYTAB --principal flink/jm@EXAMPLE.COM --password-from env:CANARY
        keytab create KEYTAB --principal flink/jm@EXAMPLE.COM --password-from env:CANARY --kvno 2 --force
        keytab list KEYTAB -o json
        keytab merge --out both.keytab KEYTAB
        keytab diff KEYTAB both.keytab
        keytab check KEYTAB
        secure kerberos conf --flink-version 2.3 --keytab KEYTAB --principal flink/jm@EXAMPLE.COM
        conf set security.ssl.rest.key-password --value-from env:CANARY --conf conf --flink-version 2.3
        conf get security.ssl.rest.key-password --conf conf --flink-version 2.3
        conf diff conf other --flink-version 2.3
        conf lint conf --flink-version 2.3 --fail-on error";
    for dir in ["conf", "other"] {
        fs::create_dir(run.path().join(dir)).unwrap();
        fs::write(run.path().join(dir).join("config.yaml"), "rest.address: localhost\n").unwrap();
    }
    let outputs = run_watched(&run, &commands.replace("KEYTAB", &keytab));
    for output in &outputs {
        assert!(output.code.is_some_and(|code| code < 2), "{output}");
    }
    let mut open = Vec::new();
    // A configuration that its group could read before stays readable to the group.
    readable_by(0o007, run.path(), &mut open);
    assert_eq!(open, [""; 0]);
}

/// `pki bulk` for so many hosts, and a conf directory for each, as rendered for other machines.
fn tree(run: &TestRun, hosts: usize) {
    let names: Vec<_> = (0..hosts).map(|at| format!("tm-{at}")).collect();
    let list: String = names.iter().map(|name| format!("{name} {name}.example.com\n")).collect();
    fs::write(run.path().join("hosts"), list).unwrap();
    let flinkops = |arguments: &str| {
        let command = run.command(binaries::flinkops()).args(arguments.split_whitespace());
        command.timeout(Duration::from_secs(120)).run().expect_code(0)
    };
    flinkops("pki init --dir ca --key-type p-256");
    flinkops("pki bulk --dir ca --hosts hosts --out stores --key-type p-256");
    for name in &names {
        let host = run.path().join("tree").join(name);
        fs::create_dir_all(host.join("conf")).unwrap();
        fs::create_dir_all(host.join("etc/flink/tls")).unwrap();
        let mut text = "jobmanager.rpc.address: tm-0\nsecurity.ssl.internal.enabled: true\n\
                        security.ssl.algorithms: TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\n\
                        rest.bind-address: localhost\n"
            .to_owned();
        for kind in ["keystore", "truststore"] {
            let file = format!("{name}.{kind}.p12");
            fs::rename(run.path().join("stores").join(&file), host.join("etc/flink/tls").join(&file))
                .unwrap();
            let password =
                fs::read_to_string(run.path().join(format!("stores/{name}.{kind}.password"))).unwrap();
            let password = password.trim();
            text += &format!("security.ssl.internal.{kind}: /etc/flink/tls/{file}\n");
            text += &format!("security.ssl.internal.{kind}-password: {password}\n");
            if kind == "keystore" {
                text += &format!("security.ssl.internal.key-password: {password}\n");
            }
        }
        let file = host.join("conf/config.yaml");
        fs::write(&file, text).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

#[test]
fn a_tree_of_two_hundred_hosts_is_checked_in_linear_work() {
    const HOSTS: usize = 200;
    let run = TestRun::new();
    tree(&run, HOSTS);
    let check = |code| {
        let arguments = ["secure", "check", "tree", "--flink-version", "2.3", "-o", "json"];
        let output = run.command(binaries::flinkops()).args(arguments).run().expect_code(code);
        let report: Value = serde_json::from_str(&output.stdout).unwrap();
        (report, output)
    };
    let (report, output) = check(0);
    assert_eq!(report["findings"].as_array().unwrap().len(), 0, "{output}");
    assert_eq!(
        report["checked"],
        serde_json::json!({ "hosts": HOSTS, "stores": 2 * HOSTS, "handshakes": HOSTS })
    );
    // An unoptimised build on a busy machine; a release build takes a tenth of it.
    assert!(output.elapsed < Duration::from_secs(30), "{:?}", output.elapsed);

    // One of them has got the truststore of another estate: the hosts do not trust each other any more.
    let stranger = run.path().join("stranger");
    fs::create_dir(&stranger).unwrap();
    let commands = "pki init --dir stranger/ca --key-type p-256\n\
                    pki issue --dir stranger/ca --key-type p-256 --name tm-7 --role internal --out stranger/tls";
    for line in commands.lines() {
        run.command(binaries::flinkops()).args(line.split_whitespace()).run().expect_code(0);
    }
    let host = run.path().join("tree/tm-7");
    let conf = host.join("conf/config.yaml");
    let mut text = fs::read_to_string(&conf).unwrap();
    for kind in ["keystore", "truststore"] {
        let file = format!("tm-7.{kind}.p12");
        fs::copy(stranger.join("tls").join(&file), host.join("etc/flink/tls").join(&file)).unwrap();
        let old = fs::read_to_string(run.path().join(format!("stores/tm-7.{kind}.password"))).unwrap();
        let new = fs::read_to_string(stranger.join(format!("tls/tm-7.{kind}.password"))).unwrap();
        text = text.replace(old.trim(), new.trim());
    }
    fs::write(&conf, text).unwrap();
    let (report, output) = check(1);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 2, "{output}");
    assert!(findings.iter().all(|finding| finding["code"] == "SC028"), "{output}");
    assert_eq!(report["checked"]["handshakes"], HOSTS + 2, "each side's kind of store meets the other once");
    assert!(output.stdout.contains("tm-7") && output.stdout.contains("and 195 more"), "{output}");
}

//! `flinkops quickstart` on the embedded mock-flink: the main path, what it writes, what it leaves.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use end_to_end::binaries;
use end_to_end::need::Need;
use end_to_end::require;
use end_to_end::run::TestRun;
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

#[test]
fn it_tells_the_whole_story_in_seconds() {
    let run = TestRun::new();
    let output = run.command(binaries::flinkops()).arg("quickstart").run().expect_code(0);
    for step in [
        "read", "check", "issue", "wire", "start", "refuse", "submit", "running", "save", "rescale", "crash",
        "stop", "end",
    ] {
        assert!(output.stdout.contains(&format!("ok {step}")), "{step} is missing\n{output}");
    }
    assert!(output.stdout.contains("Try next"), "{output}");
    assert_eq!(output.stderr, "", "nothing is said but the story");
    run.assert_no_process_left();
}

#[test]
fn every_version_gets_its_own_dialect_and_json_says_what_was_done() {
    for (version, file) in [("1.18", "flink-conf.yaml"), ("1.20", "config.yaml"), ("2.3", "config.yaml")] {
        let run = TestRun::new();
        let output = run
            .command(binaries::flinkops())
            .args(["quickstart", "--flink-version", version, "--out", "out", "-o", "json"])
            .run()
            .expect_code(0);
        let report = json(&output.stdout);
        assert!(run.path().join("out/conf").join(file).is_file(), "{version}");
        assert_eq!(report["mode"], "mock-flink");
        assert!(report["flink_version"].as_str().unwrap().starts_with(version));
        let savepoints = report["savepoints"].as_array().unwrap();
        assert_eq!(savepoints.len(), 3);
        for savepoint in savepoints {
            let path = savepoint.as_str().unwrap().trim_start_matches("file:").trim_start_matches("//");
            assert!(Path::new(path).join("_metadata").is_file(), "{path}");
        }
        assert_eq!(report["jobs"].as_array().unwrap().len(), 2);
        assert!(report["restarts"].as_u64().unwrap() >= 1);
        assert_eq!(report["next"].as_array().unwrap().len(), 3);
        assert_eq!(report["remaining"], json("[]"), "the corrected configuration is clean");
    }
}

#[test]
fn the_guides_mistakes_are_found() {
    let run = TestRun::new();
    let output = run.command(binaries::flinkops()).args(["quickstart", "-o", "json"]).run().expect_code(0);
    let report = json(&output.stdout);
    let keys: BTreeSet<&str> =
        report["findings"].as_array().unwrap().iter().filter_map(|finding| finding["key"].as_str()).collect();
    for key in [
        "state.checkpoints.storage",
        "taskmanager.memory.managed",
        "taskmanager.memory.task.off-heap",
        "security.ssl.internal.truststore-password",
        "security.ssl.internal.keystore-password",
    ] {
        assert!(keys.contains(key), "{key} is not among {keys:?}");
    }
}

/// Everything below `dir`, files and directories.
fn below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found
}

#[test]
fn what_is_written_is_the_owners_alone_and_passwords_are_nowhere_else() {
    let run = TestRun::new();
    let output = run.command(binaries::flinkops()).args(["quickstart", "--out", "out"]).run().expect_code(0);
    let out = run.path().join("out");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&out), 0o700);
    for directory in ["conf", "pki", "stores", "run", "run/conf"] {
        assert_eq!(mode(&out.join(directory)), 0o700, "{directory}");
    }
    let files: Vec<_> = below(&out).into_iter().filter(|path| path.is_file()).collect();
    let holds_secrets = |path: &&PathBuf| {
        let name = path.to_string_lossy();
        [".p12", ".password", "passphrase", ".key.pem", "flink-conf.yaml", "config.yaml"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    let secret_files: Vec<_> = files.iter().filter(holds_secrets).collect();
    assert!(secret_files.len() >= 12, "{secret_files:?}");
    for path in secret_files {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
    let passwords: Vec<String> = files
        .iter()
        .filter(|path| path.to_string_lossy().ends_with(".password") || path.ends_with("ca.passphrase"))
        .map(|path| fs::read_to_string(path).unwrap().trim().to_owned())
        .collect();
    assert_eq!(passwords.iter().collect::<BTreeSet<_>>().len(), 7, "each store has a password of its own");
    for password in passwords {
        assert!(password.len() >= 22);
        assert!(!output.to_string().contains(&password), "a password was printed");
    }
}

#[test]
fn the_users_own_configuration_is_read_and_not_changed() {
    let run = TestRun::new();
    let conf = run.path().join("conf");
    fs::create_dir(&conf).unwrap();
    let text = "# ours\nrest.prot: 8081\ntaskmanager.numberOfTaskSlots: 2\nhigh-availability.type: zookeeper\n\
                high-availability.storageDir: hdfs:///ha\nhigh-availability.zookeeper.quorum: zk:2181\n";
    fs::write(conf.join("flink-conf.yaml"), text).unwrap();
    fs::write(conf.join("masters"), "jm-1:8081\n").unwrap();
    fs::write(conf.join("workers"), "tm-1\ntm-2\n").unwrap();
    let output = run
        .command(binaries::flinkops())
        .args(["quickstart", "--from-conf", "conf", "--flink-version", "1.20", "-o", "json"])
        .run()
        .expect_code(0);
    assert_eq!(fs::read_to_string(conf.join("flink-conf.yaml")).unwrap(), text);
    assert_eq!(fs::read_dir(&conf).unwrap().count(), 3);
    let report = json(&output.stdout);
    assert_eq!(report["findings"][0]["code"], "FC001");
    let written = fs::read_to_string(run.path().join("flinkops-quickstart/conf/config.yaml")).unwrap();
    assert!(written.contains("rest.port") && written.contains("zk:2181"), "{written}");
}

/// The stores of the run are what Java needs: listed by keytool, and good for a handshake in an `SSLContext`.
#[test]
fn java_reads_the_stores_and_shakes_hands_with_them() {
    let [keytool, javac, java] = require!(Need::Keytool, Need::Javac, Need::Java);
    let run = TestRun::new();
    run.command(binaries::flinkops()).args(["quickstart", "--out", "out"]).run().expect_code(0);
    let stores = run.path().join("out/stores");
    let file = |name: &str| stores.join(name);
    for (name, kind) in
        [("internal", "PrivateKeyEntry"), ("rest", "PrivateKeyEntry"), ("client", "PrivateKeyEntry")]
    {
        for (store, entry) in [("keystore", kind), ("truststore", "trustedCertEntry")] {
            let listed = run
                .command(&keytool)
                .args(["-list", "-storetype", "PKCS12", "-keystore"])
                .arg(file(&format!("{name}.{store}.p12")))
                .arg("-storepass:file")
                .arg(file(&format!("{name}.{store}.password")))
                .run()
                .expect_code(0);
            assert!(listed.stdout.contains(entry), "{listed}");
        }
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/pki/tests/java/MutualTls.java");
    run.command(&javac).args(["-d", "classes"]).arg(&source).run().expect_code(0);
    for (server, client) in [("internal", "internal"), ("rest", "client")] {
        for protocol in ["TLSv1.2", "TLSv1.3"] {
            let mut shaken = run.command(&java).args(["-cp", "classes", "MutualTls", protocol]);
            for side in [server, client] {
                for part in ["keystore.p12", "keystore.password", "truststore.p12", "truststore.password"] {
                    shaken = shaken.arg(file(&format!("{side}.{part}")));
                }
            }
            let shaken = shaken.run().expect_code(0);
            assert!(shaken.stdout.starts_with(&format!("ok {protocol}")), "{shaken}");
        }
    }
    // A client certificate is no server certificate.
    let mut refused = run.command(&java).args(["-cp", "classes", "MutualTls", "TLSv1.2"]);
    for side in ["client", "client"] {
        for part in ["keystore.p12", "keystore.password", "truststore.p12", "truststore.password"] {
            refused = refused.arg(file(&format!("{side}.{part}")));
        }
    }
    assert!(refused.run().expect_code(1).stdout.starts_with("failed"));
}

#[test]
fn its_own_time_is_under_five_seconds() {
    let run = TestRun::new();
    // The profile of tests is unoptimised, so this is a bound from above for the release build.
    let output = run.command(binaries::flinkops()).arg("quickstart").run().expect_code(0);
    assert!(output.elapsed < Duration::from_secs(15), "{output}");
}

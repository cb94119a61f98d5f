//! Flink's own command line against mock-flink: the verbs that talk to a running cluster, for three versions.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use end_to_end::need::Need;
use end_to_end::run::{Output, TestRun};
use end_to_end::{binaries, require};
use serde_json::Value;
use zip::write::SimpleFileOptions;

/// A jar that names a main class. The mock runs no Java, but looks whether the class is there.
fn jar(path: &Path) {
    let mut jar = zip::ZipWriter::new(File::create(path).unwrap());
    jar.start_file("META-INF/MANIFEST.MF", SimpleFileOptions::default()).unwrap();
    jar.write_all(b"Manifest-Version: 1.0\r\nMain-Class: example.Orders\r\n\r\n").unwrap();
    jar.start_file("example/Orders.class", SimpleFileOptions::default()).unwrap();
    jar.finish().unwrap();
}

struct Official<'a> {
    run: &'a TestRun,
    home: &'a Path,
}

impl Official<'_> {
    fn flink(&self, arguments: &[&str]) -> Output {
        self.run
            .command(self.home.join("bin/flink"))
            .env("FLINK_CONF_DIR", self.run.path().join("conf"))
            .env("FLINK_LOG_DIR", self.run.path())
            .args(arguments)
            .run()
    }
}

fn verbs(home: &Path, version: &str, file: &str) {
    let run = TestRun::new();
    let savepoints = run.path().join("savepoints");
    let mock = run
        .command(binaries::mock_flink())
        .args(["--port", "0", "--slots", "4", "--flink-version", version, "--conf"])
        .arg(format!("web.tmpdir={}", run.path().display()))
        .spawn();
    let url = mock.wait_for_stdout("listening on ").trim_start_matches("listening on ").to_owned();
    let (host, port) = url.trim_start_matches("http://").rsplit_once(':').unwrap();
    fs::create_dir(run.path().join("conf")).unwrap();
    fs::write(run.path().join("conf").join(file), format!("rest.address: {host}\nrest.port: {port}\n"))
        .unwrap();
    jar(&run.path().join("orders.jar"));
    let submit = || {
        let arguments = ["job", "submit", "orders.jar", "--url", &url, "-o", "json"];
        let submitted = run.command(binaries::flinkops()).args(arguments).run().expect_code(0);
        serde_json::from_str::<Value>(&submitted.stdout).unwrap()["job_id"].as_str().unwrap().to_owned()
    };
    let flink = Official { run: &run, home };

    let (first, second) = (submit(), submit());
    let listed = flink.flink(&["list"]).expect_code(0);
    assert!(listed.stdout.contains(&format!("{first} : Orders (RUNNING)")), "{listed}");

    let target = savepoints.display().to_string();
    let saved = flink.flink(&["savepoint", &first, &target]).expect_code(0);
    let path = saved.stdout.split_whitespace().find(|word| word.contains("savepoint-")).unwrap_or_default();
    let path = path.trim_start_matches("file:").trim_start_matches("//");
    assert!(Path::new(path).join("_metadata").is_file(), "{saved}");

    flink.flink(&["stop", "--savepointPath", &target, &first]).expect_code(0);
    flink.flink(&["cancel", &second]).expect_code(0);
    let listed = flink.flink(&["list", "-a"]).expect_code(0);
    for (job, state) in [(&first, "FINISHED"), (&second, "CANCELED")] {
        assert!(listed.stdout.contains(&format!("{job} : Orders ({state})")), "{listed}");
    }
    let unknown = flink.flink(&["cancel", "0123456789abcdef0123456789abcdef"]).expect_code(1);
    assert!(unknown.to_string().contains("Could not find Flink job"), "{unknown}");
}

#[test]
fn flink_1_18() {
    let [home, _java] = require!(Need::Flink("1.18.1"), Need::Java);
    verbs(&home, "1.18.1", "flink-conf.yaml");
}

#[test]
fn flink_1_20() {
    let [home, _java] = require!(Need::Flink("1.20.5"), Need::Java);
    verbs(&home, "1.20.5", "config.yaml");
}

#[test]
fn flink_2_3() {
    let [home, _java] = require!(Need::Flink("2.3.0"), Need::Java);
    verbs(&home, "2.3.0", "config.yaml");
}

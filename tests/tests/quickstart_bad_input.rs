//! Bad input to `flinkops quickstart`: one clear error with the mend, the documented exit code, nothing lost.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use end_to_end::binaries;
use end_to_end::run::{Output, TestRun};

/// Runs quickstart and checks that it fails with this code and one error that says all of `expected`.
#[track_caller]
fn refused(run: &TestRun, arguments: &[&str], code: i32, expected: &[&str]) -> Output {
    let output = run.command(binaries::flinkops()).arg("quickstart").args(arguments).run().expect_code(code);
    assert_eq!(output.stderr.matches("error:").count(), 1, "{output}");
    assert!(!output.stderr.contains("panicked"), "{output}");
    for text in expected {
        assert!(output.stderr.contains(text), "`{text}` is missing\n{output}");
    }
    run.assert_no_process_left();
    output
}

#[test]
fn a_conf_directory_that_is_none() {
    let run = TestRun::new();
    refused(&run, &["--from-conf", "nowhere"], 2, &["nowhere is not a directory", "help:"]);
    fs::create_dir(run.path().join("empty")).unwrap();
    refused(&run, &["--from-conf", "empty"], 2, &["neither flink-conf.yaml nor config.yaml", "help:"]);
    assert!(
        !run.path().join("flinkops-quickstart").exists(),
        "nothing is written before the input is understood"
    );
}

#[test]
fn malformed_descriptions_have_line_and_column() {
    let run = TestRun::new();
    let conf = run.path().join("conf");
    fs::create_dir(&conf).unwrap();
    fs::write(conf.join("flink-conf.yaml"), "rest.port: 8081\n").unwrap();
    fs::write(conf.join("cluster.yaml"), "apiVersion: flinkops/v1\nnam: x\n").unwrap();
    refused(&run, &["--from-conf", "conf"], 2, &["conf/cluster.yaml:2:", "did you mean `name`"]);
    fs::remove_file(conf.join("cluster.yaml")).unwrap();
    fs::remove_file(conf.join("flink-conf.yaml")).unwrap();
    fs::write(conf.join("config.yaml"), "rest:\n  port: 8081\n bad: [\n").unwrap();
    refused(&run, &["--from-conf", "conf", "--flink-version", "2.3"], 2, &["conf/config.yaml:3:"]);
    fs::write(conf.join("config.yaml"), b"rest.port: \xff\n").unwrap();
    refused(&run, &["--from-conf", "conf", "--flink-version", "2.3"], 2, &["config.yaml", "not UTF-8"]);
}

#[test]
fn an_occupied_port() {
    let run = TestRun::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    refused(&run, &["--port", &port], 2, &[&format!("port {port} cannot be used"), "leave --port out"]);
}

#[test]
fn a_directory_that_is_somebody_elses() {
    let run = TestRun::new();
    let out = run.path().join("flinkops-quickstart");
    fs::create_dir_all(out.join("conf")).unwrap();
    fs::write(out.join("conf/flink-conf.yaml"), "precious: yes\n").unwrap();
    refused(&run, &[], 2, &["holds something that is not quickstart's", "--force"]);
    assert_eq!(fs::read_to_string(out.join("conf/flink-conf.yaml")).unwrap(), "precious: yes\n");
    run.command(binaries::flinkops()).args(["quickstart", "--force"]).run().expect_code(0);
    let kept = out.join("before-flinkops-1/conf/flink-conf.yaml");
    assert_eq!(fs::read_to_string(kept).unwrap(), "precious: yes\n");
}

#[test]
fn an_unwritable_place() {
    let run = TestRun::new();
    refused(&run, &["--out", "/proc/flinkops-quickstart"], 2, &["cannot create /proc/flinkops-quickstart"]);
}

#[test]
fn usage_errors() {
    let run = TestRun::new();
    refused(&run, &["--flink-version", "1.17"], 2, &["`1.17` is not a Flink version", "1.18"]);
    refused(&run, &["--timeout", "0"], 2, &["--timeout"]);
    refused(&run, &["--jar", "none.jar"], 2, &["none.jar is not there"]);
    refused(&run, &["--entry-class", "X"], 2, &["--jar"]);
}

/// A Flink home whose start script is ours.
fn fake_home(run: &TestRun, script: &str) -> String {
    let home = run.path().join("fake-flink");
    for dir in ["bin", "lib", "conf"] {
        fs::create_dir_all(home.join(dir)).unwrap();
    }
    fs::write(home.join("lib/flink-dist-1.20.5.jar"), "").unwrap();
    for name in ["jobmanager.sh", "taskmanager.sh"] {
        let path = home.join("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    home.display().to_string()
}

/// A `java` that only has to be there.
fn fake_java(run: &TestRun) -> String {
    let bin = run.path().join("fake-java/bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join("java"), "").unwrap();
    bin.parent().unwrap_or(Path::new("/")).display().to_string()
}

fn with_fake_home(run: &TestRun, script: &str) -> Output {
    let (home, java) = (fake_home(run, script), fake_java(run));
    let output = run
        .command(binaries::flinkops())
        .env("JAVA_HOME", java)
        .args(["quickstart", "--timeout", "2", "--jar", "job.jar", "--flink-home", &home])
        .run();
    run.assert_no_process_left();
    output
}

#[test]
fn a_flink_home_that_is_none() {
    let run = TestRun::new();
    refused(&run, &["--flink-home", "/nonexistent"], 2, &["/nonexistent is no Flink home", "help:"]);
    let home = fake_home(&run, "exit 0");
    fs::remove_file(Path::new(&home).join("lib/flink-dist-1.20.5.jar")).unwrap();
    refused(&run, &["--flink-home", &home], 2, &["lib/flink-dist-VERSION.jar is missing"]);
}

#[test]
fn a_cluster_that_ends_at_once_shows_its_last_words() {
    let run = TestRun::new();
    fs::write(run.path().join("job.jar"), "").unwrap();
    let output = with_fake_home(&run, "echo 'the disk is on fire'; exit 7").expect_code(3);
    for text in ["ended by itself", "exit status: 7", "the disk is on fire", "the whole log is"] {
        assert!(output.stderr.contains(text), "`{text}` is missing\n{output}");
    }
}

#[test]
fn a_cluster_that_never_comes_up_shows_its_last_words() {
    let run = TestRun::new();
    fs::write(run.path().join("job.jar"), "").unwrap();
    let output = with_fake_home(&run, "echo 'still thinking'; sleep 600 & wait").expect_code(3);
    for text in ["did not come up within 2 s", "still thinking", "--timeout"] {
        assert!(output.stderr.contains(text), "`{text}` is missing\n{output}");
    }
}

#[test]
fn without_a_jdk_it_asks_for_a_jar() {
    let run = TestRun::new();
    // It is said before anything is started.
    let (home, java) = (fake_home(&run, "sleep 600"), fake_java(&run));
    let output = run
        .command(binaries::flinkops())
        .env("JAVA_HOME", java)
        .env("PATH", "/nonexistent")
        .args(["quickstart", "--timeout", "2", "--flink-home", &home])
        .run()
        .expect_code(2);
    assert!(output.stderr.contains("--jar FILE"), "{output}");
    run.assert_no_process_left();
}

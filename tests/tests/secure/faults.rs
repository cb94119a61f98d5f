//! Every mistake is reported with its code, and nothing that is right is. Nothing from outside is needed.

use std::collections::HashSet;

use end_to_end::binaries;
use end_to_end::run::TestRun;
use serde_json::Value;

use super::matrix::{afterwards, faults};
use super::workbench::{Bench, Estate};

fn check(run: &TestRun, bench: &Bench<'_>) -> (Option<i32>, Value, String) {
    let mut command =
        run.command(binaries::flinkops()).args(["secure", "check", "-o", "json", "--flink-version"]);
    command = command.arg(bench.version.line()).arg(bench.root.join("one"));
    if bench.peer.is_some() {
        command = command.arg(bench.root.join("two"));
    }
    if bench.client.is_some() {
        command = command.arg("--client").arg(bench.root.join("cli"));
    }
    let output = command.run();
    assert!(!output.to_string().to_lowercase().contains("canary"), "a password was told\n{output}");
    let report = serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"));
    (output.code, report, output.to_string())
}

fn codes(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn every_mistake_is_reported_before_the_start() {
    let estate = Estate::new();
    let run = TestRun::new();
    let mut seen = HashSet::new();
    let mut unseen = Vec::new();
    for (at, fault) in faults().enumerate() {
        let mut bench = Bench::new(&estate, &run.path().join(format!("fault-{at}")), fault.version);
        (fault.make)(&mut bench);
        bench.write();
        afterwards(fault, &bench);
        let (code, report, said) = check(&run, &bench);
        if code != Some(1) || !codes(&report).contains(&fault.code) {
            unseen.push(format!("{}: {} is missing\n{said}", fault.name, fault.code));
        }
        for finding in report["findings"].as_array().unwrap() {
            let text = |field: &str| finding[field].as_str().unwrap().to_owned();
            assert!(!text("message").is_empty() && !text("help").is_empty(), "{finding}");
            assert!(finding["line"].as_u64().unwrap() > 0 && !text("file").is_empty(), "{finding}");
        }
        assert!(seen.insert(fault.name), "{} is there twice", fault.name);
    }
    assert!(seen.len() >= 40, "{}", seen.len());
    assert!(unseen.is_empty(), "{} of {}:\n{}", unseen.len(), seen.len(), unseen.join("\n"));
}

#[test]
fn what_is_right_has_no_findings() {
    let estate = Estate::new();
    let run = TestRun::new();
    for (at, version) in ["1.18", "1.19", "1.20", "2.0", "2.3"].into_iter().enumerate() {
        let mut bench = Bench::new(&estate, &run.path().join(format!("right-{at}")), version);
        bench.with_client();
        bench.with_peer("internal");
        bench.with_kerberos();
        if at % 2 == 1 {
            bench.convert_to_jks("internal", "canaryOfTheKey");
        }
        bench.write();
        let (code, report, said) = check(&run, &bench);
        assert_eq!((code, codes(&report).len()), (Some(0), 0), "{said}");
        assert_eq!(report["checked"]["hosts"], 3, "{said}");
    }
}

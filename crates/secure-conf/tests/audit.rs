//! The report as other programs get it, and what needs no store to be found.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use secure_conf::audit::{Report, Request, Target, audit};
use secure_conf::ssl::Side;

fn check(dir: &Path, version: &str) -> Report {
    let version = version.parse().unwrap();
    let target = Target { path: dir.to_owned(), version, side: Side::Cluster };
    audit(&Request::new(vec![target], "2026-03-01T12:00:00Z".parse::<Timestamp>().unwrap())).unwrap()
}

/// A tree of hosts, each with a configuration of this dialect.
fn tree(file: &str, hosts: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (host, text) in hosts {
        let conf = dir.path().join(host).join("conf");
        fs::create_dir_all(&conf).unwrap();
        fs::write(conf.join(file), text).unwrap();
    }
    dir
}

/// Hosts and codes.
fn codes(report: &Report) -> Vec<(&str, &str)> {
    let of = |file| str::rsplit(file, '/').nth(2).unwrap();
    report.findings.iter().map(|finding| (of(finding.file.as_str()), finding.code)).collect()
}

#[test]
fn the_json_is_that_of_conf_lint_with_evidence() {
    let dir = tree("config.yaml", &[("jm", "# ours\nsecurity:\n  ssl:\n    enabled: true\n")]);
    let report = check(dir.path(), "2.3");
    let json = serde_json::to_string_pretty(&report).unwrap();
    insta::assert_snapshot!("report", json.replace(&dir.path().display().to_string(), "TREE"));
}

#[test]
fn only_hosts_that_run_a_job_manager_serve_rest() {
    let text = "jobmanager.rpc.address: jm.example.com\nsecurity.ssl.internal.enabled: true\n";
    let dir = tree("config.yaml", &[("jm", text), ("tm-1", text)]);
    let report = check(dir.path(), "2.3");
    let rest = |code: &str| code >= "SC040";
    let found: Vec<_> = codes(&report).into_iter().filter(|(_, code)| rest(code)).collect();
    assert_eq!(found, [("jm", "SC042"), ("jm", "SC043"), ("jm", "SC040")]);
    let bound = format!("{text}rest.bind-address: 127.0.0.1\n");
    let dir = tree("config.yaml", &[("jm", &bound)]);
    assert!(codes(&check(dir.path(), "2.3")).iter().all(|(_, code)| !rest(code)));
}

#[test]
fn hosts_of_one_cluster_must_agree_and_of_two_need_not() {
    let (on, off) = ("security.ssl.internal.enabled: true\n", "security.ssl.internal.enabled: false\n");
    let host = |address: &str, tls: &str| format!("jobmanager.rpc.address: {address}\n{tls}");
    let disagree = |one: &str, two: &str| {
        let dir = tree("config.yaml", &[("a", one), ("b", two)]);
        codes(&check(dir.path(), "2.3")).iter().any(|(_, code)| *code == "SC036")
    };
    assert!(disagree(&host("jm", on), &host("jm", off)));
    assert!(!disagree(&host("jm", on), &host("other", off)));
    let old = format!("{on}security.ssl.protocol: TLSv1.2\n");
    let new = format!("{on}security.ssl.protocol: TLSv1.3\n");
    assert!(disagree(&host("jm", &old), &host("jm", &new)));
    assert!(!disagree(&host("jm", &old), &host("jm", on)), "TLS 1.2 is the default");
}

#[test]
fn the_file_that_flink_reads_is_the_one_that_is_checked() {
    let text = "security.ssl.internal.enabled: true\n";
    let dir = tree("flink-conf.yaml", &[("jm", text)]);
    fs::write(dir.path().join("jm/conf/config.yaml"), "rest.bind-address: localhost\n").unwrap();
    let found = |version: &str| {
        let report = check(dir.path(), version);
        let wrong = report.findings.iter().find(|finding| finding.code == "SC062").unwrap().file.clone();
        let read = report.findings.iter().any(|finding| finding.code == "SC001");
        (wrong.rsplit('/').next().unwrap().to_owned(), read)
    };
    assert_eq!(found("1.18"), ("config.yaml".to_owned(), true));
    assert_eq!(found("1.20"), ("config.yaml".to_owned(), true));
    assert_eq!(found("2.0"), ("flink-conf.yaml".to_owned(), false));
}

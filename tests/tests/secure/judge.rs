//! Every mistake shown to be one by a real Flink: its own reader and its own set-up of TLS, on each version where one
//! matters.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use end_to_end::need::Need;
use end_to_end::require;
use end_to_end::run::TestRun;

use super::cluster::PATIENCE;
use super::matrix::{Fault, Proof, afterwards, faults};
use super::workbench::{Bench, Estate};

/// What is said of internal connections, of REST and of Kerberos, by case.
struct Answers(HashMap<String, [String; 3]>);

/// Compiles the judge once: what it uses of Flink is the same in every version.
fn compile(run: &TestRun, javac: &Path, home: &Path, version: &str) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("java/FlinkTlsJudge.java");
    run.command(javac)
        .args(["--release", "11", "-d", "judge", "-cp"])
        .arg(home.join(format!("lib/flink-dist-{version}.jar")))
        .arg(source)
        .timeout(PATIENCE)
        .run()
        .expect_code(0);
}

/// The conf directories of a server, of its peer, and of a REST client.
struct Case {
    name: String,
    hosts: [PathBuf; 3],
}

impl Case {
    fn new(name: &str, bench: &mut Bench<'_>) -> Self {
        if bench.client.is_none() {
            bench.with_client();
        }
        bench.write();
        let peer = if bench.peer.is_some() { "two" } else { "one" };
        Self {
            name: name.to_owned(),
            hosts: ["one", peer, "cli"].map(|host| bench.root.join(host).join("conf")),
        }
    }
}

fn ask(run: &TestRun, java: &Path, home: &Path, cases: &[Case]) -> Answers {
    let line = |Case { name, hosts: [server, peer, client] }: &Case| {
        format!("{name}\t{}\t{}\t{}\tlocalhost\n", server.display(), peer.display(), client.display())
    };
    let lines: String = cases.iter().map(line).collect();
    fs::write(run.path().join("cases"), lines).unwrap();
    let output = run
        .command(java)
        .args(["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp"])
        .arg(format!("judge:{}/lib/*", home.display()))
        .args(["FlinkTlsJudge", "cases"])
        .timeout(PATIENCE)
        .run()
        .expect_code(0);
    let answer = |line: &str| {
        let [name, answers @ ..]: [&str; 4] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
        Some((name.to_owned(), answers.map(str::to_owned)))
    };
    Answers(output.stdout.lines().filter_map(answer).collect())
}

fn every_mistake_on(version: &str, line: &str, home: &Path, java: &Path, javac: &Path) {
    let estate = Estate::new();
    let run = TestRun::new();
    compile(&run, javac, home, version);
    let made: Vec<_> = faults().filter(|fault| fault.version == line).collect();
    let mut cases = Vec::new();
    cases.push(Case::new("right", &mut Bench::new(&estate, &run.path().join("right"), line)));
    for (at, fault) in made.iter().enumerate() {
        let mut bench = Bench::new(&estate, &run.path().join(format!("fault-{at}")), line);
        (fault.make)(&mut bench);
        cases.push(Case::new(fault.name, &mut bench));
        afterwards(fault, &bench);
    }
    let Answers(answers) = ask(&run, java, home, &cases);
    let [internal, rest, kerberos] = &answers["right"];
    for answer in [internal, rest] {
        assert!(answer.starts_with("ok TLSv1.2 TLS_ECDHE_ECDSA"), "{answer}");
    }
    assert_eq!(kerberos, "ok");
    let differing: Vec<_> = made.iter().filter_map(|fault| differs(fault, &answers[fault.name])).collect();
    assert!(differing.is_empty(), "on {version}:\n{}", differing.join("\n"));
}

fn differs(fault: &Fault, [internal, rest, kerberos]: &[String; 3]) -> Option<String> {
    let (answer, expected) = match fault.proof {
        Proof::Internal(expected) => (internal, expected),
        Proof::Rest(expected) => (rest, expected),
        Proof::Kerberos(expected) => (kerberos, expected),
        Proof::Live | Proof::Plain => return None,
    };
    let same = if expected.len() < 10 { answer.starts_with(expected) } else { answer.contains(expected) };
    (!same).then(|| format!("{}: `{expected}` was expected of `{answer}`", fault.name))
}

#[test]
fn flink_1_18() {
    let [home, java, javac] = require!(Need::Flink("1.18.1"), Need::Java, Need::Javac);
    every_mistake_on("1.18.1", "1.18", &home, &java, &javac);
}

#[test]
fn flink_1_20() {
    let [home, java, javac] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac);
    every_mistake_on("1.20.5", "1.20", &home, &java, &javac);
}

#[test]
fn flink_2_3() {
    let [home, java, javac] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    every_mistake_on("2.3.0", "2.3", &home, &java, &javac);
}

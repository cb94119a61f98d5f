//! Whatever stands in a file: no panic, and fixes change nothing that they did not report.

use std::collections::BTreeSet;

use conf_lint::{Applied, Context, Edit, Files, FixLevel, lint, lint_files, mend, mend_files};
use ops_core::catalogue::Catalogue;
use ops_core::conf::ConfDocument;
use ops_core::version::{Dialect, FlinkVersion};
use proptest::prelude::*;
use proptest::sample::select;

/// Keys that rules look at, beside a sample of all there are.
const KEYS: &[&str] = &[
    "classloader.resolve-order",
    "env.java.opts",
    "env.java.opts.all",
    "execution.checkpointing.interval",
    "execution.checkpointing.max-concurrent-checkpoints",
    "execution.checkpointing.min-pause",
    "execution.checkpointing.unaligned",
    "heartbeat.timeout",
    "high-availability",
    "high-availability.storageDir",
    "high-availability.zookeeper.quorum",
    "jobmanager.bind-host",
    "jobmanager.memory.flink.size",
    "jobmanager.memory.heap.size",
    "jobmanager.memory.process.size",
    "jobmanager.rpc.address",
    "jobmanager.rpc.port",
    "metrics.reporter.a.class",
    "metrics.reporter.a.factory.class",
    "metrics.reporter.a.host",
    "metrics.reporter.a.interval",
    "metrics.reporter.a.port",
    "metrics.reporters",
    "metrics.scope.tm",
    "parallelism.default",
    "pipeline.global-job-parameters",
    "pipeline.global-job-parameters.b",
    "rest.address",
    "rest.bind-address",
    "rest.bind-port",
    "rest.port",
    "rest.prot",
    "restart-strategy",
    "restart-strategy.fixed-delay.attempts",
    "s3.secret-key",
    "security.kerberos.krb5-conf.path",
    "security.kerberos.login.contexts",
    "security.kerberos.login.keytab",
    "security.ssl.algorithms",
    "security.ssl.enabled",
    "security.ssl.internal.enabled",
    "security.ssl.internal.key-password",
    "security.ssl.internal.keystore",
    "security.ssl.internal.keystore-password",
    "security.ssl.internal.truststore",
    "security.ssl.protocol",
    "security.ssl.rest.authentication-enabled",
    "security.ssl.rest.enabled",
    "security.ssl.rest.truststore",
    "security.ssl.verify-hostname",
    "state.backend",
    "state.backend.incremental",
    "state.backend.rocksdb.localdir",
    "state.backend.type",
    "state.checkpoint-storage",
    "state.checkpoints.dir",
    "state.checkpoints.storage",
    "taskmanager.host",
    "taskmanager.memory.flink.size",
    "taskmanager.memory.managed",
    "taskmanager.memory.managed.fraction",
    "taskmanager.memory.managed.size",
    "taskmanager.memory.network.min",
    "taskmanager.memory.process.size",
    "taskmanager.memory.segment-size",
    "taskmanager.memory.task.heap.size",
    "taskmanager.numberOfTaskSlots",
    "web.submit.enable",
];

const VALUES: &[&str] = &[
    "",
    "0",
    "1",
    "-1",
    "4",
    "40",
    "0123",
    "1e5",
    "1.10",
    "99999999999999999999",
    "true",
    "yes",
    "no",
    "1.5g",
    "2Gi",
    "4g",
    "33kb",
    "9223372036854775807",
    "10 s",
    "5",
    "1 month",
    "localhost",
    "0.0.0.0",
    "host",
    "9249 - 9259",
    "70000",
    "rocksdb",
    "rocks",
    "hashmap",
    "filesystem",
    "zookeeper",
    "zk",
    "none",
    "fixed-dely",
    "exponential-delay",
    "off",
    "password",
    "Kq7vX",
    "Kq7vXe2mPz",
    "/etc/flink/a.p12",
    "a.pem",
    "/tmp/x",
    "file:///tmp",
    "hdfs:///x",
    "~/x",
    "${A}",
    "<x>",
    "CHANGEME",
    "a,b",
    "a:1,b:2",
    "'q'",
    "\"q\"",
    "'",
    "\"",
    "-Xmx1g",
    "-XX:+UseParNewGC -Xss1m",
    "TLSv1.2,TLSv1.3",
    "TLSv1.3",
    "TLS_RSA_WITH_NULL_MD5",
    "ü 你好",
    "x # y",
    "x#y",
    "a: b",
    "[a, b]",
    "{a: b}",
    "| ",
    "&a x",
    "*a",
    "!x",
    "org.apache.flink.metrics.prometheus.PrometheusReporter",
    "<hostname>.<tm_id>",
    "\t",
    "x\\",
];

fn key() -> impl Strategy<Value = String> {
    let all: Vec<String> =
        Catalogue::of("1.20".parse().unwrap()).keys().step_by(5).map(str::to_owned).collect();
    prop_oneof![
        6 => select(KEYS).prop_map(str::to_owned),
        2 => select(all.clone()),
        1 => (select(all), 0..40_usize).prop_map(|(key, at)| {
            let at = at.min(key.len() - 1);
            format!("{}{}", &key[..at], &key[at + 1..])
        }),
        1 => "[a-z.:# \\-]{0,12}",
    ]
}

fn line() -> impl Strategy<Value = String> {
    let comment =
        select(vec!["", "", "", "", " # c", "#c", " # flinkops: allow(FC001) r", " # flinkops: allow(x)"]);
    let separator = select(vec![": ", ": ", ": ", ": ", ":", ":\t", "  :  ", " "]);
    prop_oneof![
        10 => (key(), separator, select(VALUES), comment)
            .prop_map(|(key, separator, value, comment)| format!("{key}{separator}{value}{comment}")),
        1 => Just("# flinkops: allow(FC054, FC001) r".to_owned()),
        1 => Just(String::new()),
        1 => "\\PC{0,20}",
    ]
}

/// Lines, which the legacy dialect takes as they are, and YAML where it can: nested ones too.
fn text() -> impl Strategy<Value = String> {
    let lines = proptest::collection::vec((line(), select(vec!["\n", "\n", "\n", "\r\n", "\r"])), 0..14);
    lines.prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

fn nested() -> impl Strategy<Value = String> {
    let entry = (key(), select(VALUES), select(vec!["", "'", "\""]));
    proptest::collection::vec(entry, 0..10).prop_map(|entries| {
        let mut text = String::new();
        for (index, (key, value, quote)) in entries.into_iter().enumerate() {
            let value = format!("{quote}{value}{quote}");
            text += &match key.split_once('.') {
                Some((first, rest)) if index % 2 == 0 => format!("{first}:\n  {rest}: {value}\n"),
                _ => format!("{key}: {value}\n"),
            };
        }
        text
    })
}

fn version() -> impl Strategy<Value = FlinkVersion> {
    select(FlinkVersion::KNOWN.to_vec())
}

/// Every entry that no applied fix names is as it was, and no new one has come that none names.
fn only_reported(before: &ConfDocument, after: &ConfDocument, applied: &[Applied]) {
    let mut named: BTreeSet<String> = BTreeSet::new();
    for edit in applied.iter().flat_map(|applied| &applied.edits) {
        named.extend(edit.keys().map(str::to_owned));
        if let Edit::Line { to, .. } = edit {
            named.extend(to.split_once(": ").map(|(key, _)| key.trim().to_owned()));
        }
    }
    let untouched = |document: &ConfDocument| {
        let entries = document.effective().filter(|entry| !named.contains(&entry.key));
        entries.map(|entry| (entry.key.clone(), entry.value.clone())).collect::<Vec<_>>()
    };
    assert_eq!(untouched(after), untouched(before), "{:?}\n{:?}", before.text(), after.text());
}

fn check(text: &str, dialect: Dialect, version: FlinkVersion) {
    let Ok(before) = ConfDocument::parse(text, dialect) else { return };
    let context = Context { version, file: "conf".to_owned() };
    for finding in lint(&before, &context).findings {
        assert!(finding.line >= 1 && finding.column >= 1, "{finding:?}");
        assert!(!finding.message.is_empty() && !finding.help.is_empty(), "{finding:?}");
    }
    for level in [FixLevel::Safe, FixLevel::Unsafe] {
        let mut after = before.clone();
        let mended = mend(&mut after, &context, level);
        only_reported(&before, &after, &mended.applied);
        if level == FixLevel::Safe {
            assert!(
                mended.applied.iter().all(|applied| applied.finding.fix.as_ref().is_some_and(|fix| fix.safe))
            );
        }
        // Nothing is left to apply, and what is left was read back from the text.
        let again = mend(&mut after.clone(), &context, level);
        assert!(again.applied.is_empty(), "{text:?}: {:#?}", again.applied);
        assert!(ConfDocument::parse(after.text(), dialect).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn legacy_files(text in text(), version in version()) {
        check(&text, Dialect::Legacy, version);
    }

    #[test]
    fn yaml_files(text in prop_oneof![text(), nested()], version in version()) {
        check(&text, Dialect::Yaml, version);
    }

    #[test]
    fn any_text_at_all(text in "(\\PC|[\n\t:# \\-]){0,60}", version in version()) {
        check(&text, Dialect::Legacy, version);
        check(&text, Dialect::Yaml, version);
    }

    #[test]
    fn any_files_beside_it(conf in text(), beside in proptest::collection::vec("(\\PC|[\n:#=./ ]){0,40}", 4), version in version()) {
        let document = ConfDocument::parse(&conf, Dialect::Legacy).unwrap();
        let mut files = Files::of(document.clone(), "flink-conf.yaml", version).with_mode(0o644);
        for (name, text) in ["masters", "workers", "zoo.cfg", "log4j.properties"].iter().zip(beside) {
            files = files.with_file(name, text);
        }
        lint_files(&files);
        let mended = mend_files(&mut files, FixLevel::Unsafe);
        only_reported(&document, files.document(), &mended.applied);
    }
}

//! What holds for every signature, and how findings are ranked.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::evidence::{Evidence, read_log};
use super::signature::{Look, Sign};
use super::signatures::sample::Sample;
use super::{Confidence, Kind, Severity, all, examine};

fn codes(evidence: &Evidence) -> Vec<&'static str> {
    examine(evidence).iter().map(|finding| finding.code).collect()
}

#[test]
fn codes_and_names_are_unique_and_in_order() {
    let codes: Vec<&str> = all().iter().map(|one| one.code).collect();
    assert!(codes.is_sorted() && codes.len() >= 40, "{codes:?}");
    let names: BTreeSet<&str> = all().iter().map(|one| one.name).collect();
    assert_eq!((names.len(), codes.iter().collect::<BTreeSet<_>>().len()), (codes.len(), codes.len()));
    for one in all() {
        assert!(
            !one.steps.is_empty() && one.finds.ends_with('.') && one.cause.ends_with('.'),
            "{}",
            one.code
        );
    }
}

#[test]
fn what_each_looks_like_is_found_by_it_before_anything_else() {
    for signature in all() {
        let Look::Thrown { examples, others, signs, .. } = &signature.look else { continue };
        let any = matches!(signs, [Sign::OwnCode | Sign::Anything]);
        assert!(!examples.is_empty() || any, "{} shows no example", signature.code);
        for example in *examples {
            let found = examine(&Sample::job().chain(1).threw_times(example, 1).evidence());
            assert_eq!(found[0].code, signature.code, "{example}: {:?}", found[0]);
            assert_eq!(found[0].severity, signature.severity, "{example}");
        }
        for other in *others {
            let found = codes(&Sample::job().chain(1).threw_times(other, 1).evidence());
            assert!(!found.contains(&signature.code), "{other}: {found:?}");
        }
    }
}

#[test]
fn the_programs_own_code_is_named_and_what_nobody_knows_is_told() {
    let own = "org.apache.flink.util.FlinkException: x\nCaused by: java.lang.IllegalStateException: bad order\n\tat com.example.Job.map(Job.java:7)";
    let found = &examine(&Sample::job().chain(1).threw_times(own, 1).evidence())[0];
    assert_eq!((found.code, found.message.as_str()), ("DR181", "java.lang.IllegalStateException: bad order"));
    assert!(found.evidence.contains(&"at com.example.Job.map(Job.java:7)".to_owned()));
    let unknown = "org.apache.flink.util.FlinkException: never seen\n\tat org.apache.flink.A.b(A.java:1)";
    assert_eq!(codes(&Sample::job().chain(1).threw_times(unknown, 1).evidence())[0], "DR189");
}

#[test]
fn a_cause_comes_before_what_follows_from_it() {
    let lost = "org.apache.flink.runtime.jobmaster.JobMasterException: TaskManager with id tm-1 is no longer reachable.";
    let heap = "java.lang.OutOfMemoryError: Java heap space";
    let job = Sample::job().chain(2).threw_times(lost, 3).threw_times(heap, 1);
    let found = codes(&job.evidence());
    let place = |code: &str| found.iter().position(|one| *one == code);
    assert_eq!(place("DR101"), Some(0), "{found:?}");
    assert!(place("DR163") < place("DR309") || place("DR163").is_some(), "{found:?}");
}

#[test]
fn what_is_over_is_milder() {
    let heap = "java.lang.OutOfMemoryError: Java heap space";
    let lost = "org.apache.flink.runtime.jobmaster.JobMasterException: TaskManager with id tm-1 is no longer reachable.";
    for (thrown, severity) in [(heap, Severity::Warning), (lost, Severity::Info)] {
        let found = examine(&Sample::job().chain(1).threw_times(thrown, 1).runs_again().evidence());
        let found = found.iter().find(|one| one.kind == Kind::Failure).unwrap();
        assert_eq!(found.severity, severity, "{found:?}");
        assert!(found.message.ends_with("it is over for now"), "{found:?}");
        // Again and again is not over.
        let found = &examine(&Sample::job().chain(1).threw_times(thrown, 4).runs_again().evidence())[0];
        assert_eq!(found.severity, Severity::Error, "{found:?}");
    }
}

#[test]
fn a_log_says_why_checkpoints_fail() {
    let text = "2026-11-27 10:00:00,000 INFO  CheckpointFailureManager - Decline checkpoint 3\n\
                org.apache.flink.util.SerializedThrowable: x\n\
                Caused by: java.io.IOException: No space left on device\n";
    let log = read_log("jm.log", text.as_bytes(), &TimeZone::UTC);
    let why = "Asynchronous task checkpoint failed.";
    let job = Sample::job().chain(1).checkpoints(&[1]).failed_checkpoints(2, why).log(log);
    let found = examine(&job.evidence());
    assert_eq!((found[0].code, found[0].confidence), ("DR153", Confidence::Certain));
    assert!(found[0].evidence[0].contains("jm.log:1"), "{:?}", found[0].evidence);
}

#[test]
fn a_healthy_job_has_nothing_above_info() {
    let job = Sample::job().chain(3).records(1, &[900, 1100]).busy(1, &[0.4, 0.5]).checkpoints(&[1, 2, 3]);
    let found = examine(&job.evidence());
    assert!(found.iter().all(|one| one.severity == Severity::Info), "{found:?}");
    assert!(examine(&Evidence::default()).is_empty());
}

#[test]
fn evidence_is_the_same_after_a_bundle() {
    let job = Sample::job().chain(3).records(1, &[100, 90_000]).busy(1, &[0.1, 1.0]).watermarks(
        0,
        i64::MIN as f64,
        1e12,
    );
    let evidence = job.checkpoints(&[1, 2]).threw_times("a.BException: c", 2).evidence();
    let json = serde_json::to_string(&evidence).unwrap();
    let back: Evidence = serde_json::from_str(&json).unwrap();
    assert_eq!(examine(&back), examine(&evidence));
}

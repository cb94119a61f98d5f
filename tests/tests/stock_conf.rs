//! The configurations that Flink comes with: nothing is wrong in them.

use conf_lint::{Files, Severity, lint_files};
use end_to_end::need::Need;
use end_to_end::require;

/// What Flink comes with has no errors and no warnings; and one note at most, since REST listens on every interface
/// from 1.20 on, against what the file seems to say.
#[test]
fn the_configurations_that_flink_comes_with_are_sound() {
    let homes = require!(Need::Flink("1.18.1"), Need::Flink("1.20.5"), Need::Flink("2.3.0"));
    for (home, version) in homes.iter().zip(Need::FLINK_VERSIONS) {
        let files = Files::read(&home.join("conf"), version.parse().unwrap()).unwrap();
        let findings = lint_files(&files).findings;
        assert!(
            findings.iter().all(|finding| finding.severity == Severity::Info),
            "{version}: {findings:#?}"
        );
        let notes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        let expected: &[&str] = if version == "1.18.1" { &[] } else { &["FC054"] };
        assert_eq!(notes, expected, "{version}");
    }
}

//! `cargo xtask test`: sets the machine up, runs every test of the workspace, and closes with what ran and what was
//! skipped for which reason.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::files::context;
use crate::version::FlinkVersion;
use end_to_end::cache;
use end_to_end::environment::{HERMETIC, REQUIRE_TOOLS, SKIP_LOG};
use end_to_end::need::{Missing, Need};

use crate::error::XtaskError;
use crate::{catalogue, cli, conformance, oracle, process, setup};

/// Which tests run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those that need nothing but the workspace.
    Hermetic,
    /// All.
    Everything,
}

/// What a missing tool means: with `CI=true` the run fails, elsewhere the tests that need it are skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strictness {
    Ci,
    Person,
}

/// Runs the tests and prints the summary.
///
/// # Errors
/// The workspace does not build, a test fails, or a tool is missing where none may be.
pub fn run(scope: Scope) -> Result<(), XtaskError> {
    let ci = process::variable("CI").is_some_and(|value| value == "true");
    let strictness = if ci { Strictness::Ci } else { Strictness::Person };
    let start = process::now();
    let mut summary = Summary::default();
    if scope == Scope::Everything {
        prepare(strictness)?;
    }
    // One graph for the executables and the tests, so that nothing is built twice, and the tests find the executables.
    process::run(process::cargo().args(["build", "--workspace", "--bins", "--tests"]))?;
    let succeeded = run_tests(scope, strictness, &mut summary)?;
    if scope == Scope::Everything {
        check_generated(strictness, &mut summary);
    }
    summary.print(start.elapsed());
    match summary.failed {
        0 if succeeded => Ok(()),
        failed => Err(XtaskError::TestsFailed(failed.max(1))),
    }
}

fn prepare(strictness: Strictness) -> Result<(), XtaskError> {
    let mut missing = setup::programs();
    let versions: Vec<FlinkVersion> = match strictness {
        // What is generated from Flink is checked against every version there.
        Strictness::Ci => FlinkVersion::KNOWN.to_vec(),
        Strictness::Person => {
            Need::FLINK_VERSIONS.iter().filter_map(|version| version.parse().ok()).collect()
        }
    };
    missing.extend(setup::distributions(&versions)?);
    for Missing { reason, mend } in &missing {
        println!("missing: {reason}; mend: {mend}");
    }
    if missing.is_empty() || strictness == Strictness::Person {
        return Ok(());
    }
    let reasons: Vec<_> = missing.into_iter().map(|missing| missing.reason).collect();
    Err(XtaskError::ToolsMissing(reasons.join("; ")))
}

fn run_tests(scope: Scope, strictness: Strictness, summary: &mut Summary) -> Result<bool, XtaskError> {
    let log = tempfile::NamedTempFile::new().map_err(context("create", &std::env::temp_dir()))?;
    let mut cargo = process::cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast"]).env(SKIP_LOG, log.path());
    match (scope, strictness) {
        (Scope::Hermetic, _) => cargo.env(HERMETIC, "1"),
        (Scope::Everything, Strictness::Ci) => cargo.env(REQUIRE_TOOLS, "1"),
        (Scope::Everything, Strictness::Person) => &mut cargo,
    };
    let succeeded = process::pass_on(&mut cargo, |line| summary.see(line))?;
    summary.read_skips(log.path())?;
    summary.ran.push("cargo test --workspace".to_owned());
    Ok(succeeded)
}

type Check = fn() -> Result<(), XtaskError>;

/// Drives a real Flink and mock-flink alike. The others of the table in docs/conformance.md are driven by hand.
fn conforms(version: FlinkVersion) -> Result<(), XtaskError> {
    conformance::run(version, conformance::Mode::Check)
}

/// Compares what was generated from the real Flink with what it says now. Only where every version is in the cache:
/// a person's machine fetches the few that the tests start.
fn check_generated(strictness: Strictness, summary: &mut Summary) {
    let absent = FlinkVersion::KNOWN.into_iter().find(|version| {
        let name = version.to_string();
        cache::directory().is_none_or(|c| cache::missing_part(&cache::flink_home(&c, &name), &name).is_some())
    });
    let obstacle = match absent {
        Some(version) => Some(Missing {
            reason: format!("Flink {version} is not there"),
            mend: "cargo xtask flink get".to_owned(),
        }),
        None => Need::Javac.find().err(),
    };
    let checks: [(&str, Check); 5] = [
        ("cargo xtask oracle --check", || cli::check_oracle(oracle::Mode::Check)),
        ("cargo xtask catalogue --check", || cli::check_catalogue(catalogue::Mode::Check)),
        ("cargo xtask conformance 1.18.1 --check", || conforms(FlinkVersion::new(1, 18, 1))),
        ("cargo xtask conformance 1.20.5 --check", || conforms(FlinkVersion::new(1, 20, 5))),
        ("cargo xtask conformance 2.3.0 --check", || conforms(FlinkVersion::new(2, 3, 0))),
    ];
    for (name, check) in checks {
        match &obstacle {
            Some(missing) if strictness == Strictness::Person => {
                summary.skipped.push(format!("{name}: {}; mend: {}", missing.reason, missing.mend));
            }
            _ => {
                println!("$ {name}");
                match check() {
                    Ok(()) => summary.passed += 1,
                    Err(error) => {
                        println!("error: {error}");
                        summary.failed += 1;
                    }
                }
                summary.ran.push(name.to_owned());
            }
        }
    }
}

/// The counts and the skipped tests of a run.
#[derive(Debug, Default)]
struct Summary {
    ran: Vec<String>,
    passed: usize,
    failed: usize,
    skipped: Vec<String>,
}

impl Summary {
    /// Counts what a closing line of a test executable says: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn see(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for count in counts.split("; ") {
            match count.split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }

    /// A skipped test returns early, which its executable counts as passed.
    fn read_skips(&mut self, log: &Path) -> Result<(), XtaskError> {
        let text = fs::read_to_string(log).map_err(context("read", log))?;
        for line in text.lines() {
            let mut parts = line.split('\t');
            let mut next = || parts.next().unwrap_or_default();
            let (test, reason, mend) = (next(), next(), next());
            self.skipped.push(format!("{test}: {reason}; mend: {mend}"));
            self.passed = self.passed.saturating_sub(1);
        }
        Ok(())
    }

    fn print(&mut self, elapsed: Duration) {
        self.skipped.sort();
        println!("\nSummary, after {} s", elapsed.as_secs());
        for ran in &self.ran {
            println!("  ran      {ran}");
        }
        for skipped in &self.skipped {
            println!("  skipped  {skipped}");
        }
        println!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_counted_and_skips_are_not_passes() {
        let mut summary = Summary::default();
        summary.see(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        );
        summary.see("test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out");
        summary.see("test a::b ... ok");
        assert_eq!((summary.passed, summary.failed), (13, 2));
        let log = tempfile::NamedTempFile::new().unwrap();
        fs::write(log.path(), "a::b\tno Java\tapt-get install x\n").unwrap();
        summary.read_skips(log.path()).unwrap();
        assert_eq!(summary.passed, 12);
        assert_eq!(summary.skipped, ["a::b: no Java; mend: apt-get install x"]);
    }
}

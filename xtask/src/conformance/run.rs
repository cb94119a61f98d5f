//! The command: drives the real Flink and the mock at the same time, reports every difference, keeps the table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use end_to_end::exclusive;
use end_to_end::run::TestRun;
use rest_shape::{Difference, differences};
use serde_json::Value;

use super::clusters::Flink;
use super::compare::{Deliberate, deliberate, fits};
use super::drive::{Addresses, Driver, Outcome};
use super::steps::{Step, parse};
use super::table::{self, Row};
use crate::error::XtaskError;
use crate::files::context;
use crate::process;
use crate::version::FlinkVersion;

/// What happens with the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The version's row of the table in the documentation is written.
    Record,
    /// The table has to say it already.
    Check,
    /// Only the mock is driven, and compared with what the real Flink said last time.
    Last,
}

/// Drives Flink `version` and the mock through all steps.
///
/// # Errors
/// Flink is missing or does not start, an answer differs without a reason given, or the table is stale.
pub(crate) fn run(version: FlinkVersion, mode: Mode) -> Result<(), XtaskError> {
    let workspace = process::workspace();
    let name = version.to_string();
    let flink = Flink::cached(version)?;
    let read = |name: &str| {
        let path = workspace.join("xtask/conformance").join(name);
        fs::read_to_string(&path).map_err(context("read", &path)).map_err(XtaskError::from)
    };
    let steps: Vec<Step> = parse(&read("steps.txt")?).map_err(XtaskError::Conformance)?;
    let steps: Vec<Step> = steps.into_iter().filter(|step| step.applies_to(version)).collect();
    let excuses = deliberate(&read("deliberate.txt")?).map_err(XtaskError::Conformance)?;
    process::run(process::cargo().args(["build", "-q", "--workspace", "--example", "conformance"]))?;

    let started = process::now();
    let notes = workspace.join("target/conformance").join(&name);
    fs::create_dir_all(&notes).map_err(context("create", &notes))?;
    // What differs in one drive may be a matter of the moment; what differs in every one is not.
    let mut rounds = Vec::new();
    let report = loop {
        let (real, mock) = std::thread::scope(|scope| {
            let real = scope.spawn(|| match mode {
                Mode::Last => remembered(&notes.join("real.json")),
                _ => drive_real(&flink, &steps),
            });
            let mock = drive_mock(&flink, &steps);
            let panicked = |_| Err(XtaskError::Conformance("the drive of Flink panicked".to_owned()));
            (real.join().unwrap_or_else(panicked), mock)
        });
        let (real, mock) = (real?, mock?);
        if mode != Mode::Last {
            note(&notes.join("real.json"), &real)?;
        }
        note(&notes.join("mock.json"), &mock)?;
        rounds.push((real, mock));
        let report = Report::of(&steps, &rounds, &excuses);
        if report.wrong == 0 || mode == Mode::Last || rounds.len() == ROUNDS {
            break report;
        }
        println!("Flink {name}: {} answers differ; driving both again", report.wrong);
    };
    print!("{}", report.text);
    println!(
        "Flink {name}: {} of {} steps alike, {} deliberately not, {} wrong; {} s; answers in {}",
        report.row.alike,
        report.row.steps,
        report.row.deliberate,
        report.wrong,
        started.elapsed().as_secs(),
        notes.display()
    );
    if report.wrong > 0 {
        return Err(XtaskError::Conformance(format!(
            "{} answers of mock-flink differ from Flink {name}'s",
            report.wrong
        )));
    }
    let page = workspace.join("docs/conformance.md");
    match mode {
        Mode::Record | Mode::Last => table::write(&page, version, report.row, &excuses),
        Mode::Check => table::check(&page, version, report.row, &excuses),
    }
}

/// How often both are driven before a difference counts.
const ROUNDS: usize = 3;

type Answers = BTreeMap<usize, (Value, String)>;

fn drive_real(flink: &Flink, steps: &[Step]) -> Result<Answers, XtaskError> {
    let _alone = exclusive::real_flink();
    let mut answers = Answers::new();
    for group in groups(steps) {
        let run = TestRun::new();
        flink.prepare(&run)?;
        let addresses = flink.start(&run, &group[0].scheduler)?;
        collect(&mut answers, driver(addresses, run.path()).run(group));
    }
    Ok(answers)
}

fn drive_mock(flink: &Flink, steps: &[Step]) -> Result<Answers, XtaskError> {
    let program = process::workspace().join("target/debug/examples/conformance");
    let mut answers = Answers::new();
    for group in groups(steps) {
        let run = TestRun::new();
        flink.prepare(&run)?;
        let (mock, addresses) = flink.start_mock(&run, &group[0].scheduler, &program)?;
        collect(&mut answers, driver(addresses, run.path()).run(group));
        drop(mock);
    }
    Ok(answers)
}

fn driver(addresses: Addresses, scratch: &Path) -> Driver<'_> {
    let variables =
        [("dir", scratch.display().to_string()), ("unknown", "0123456789abcdef0123456789abcdef".to_owned())];
    let variables = variables.map(|(name, value)| (name.to_owned(), value)).into();
    Driver { addresses, scratch, variables }
}

/// Steps that run on one cluster.
fn groups(steps: &[Step]) -> impl Iterator<Item = &[Step]> {
    steps.chunk_by(|a, b| a.scheduler == b.scheduler)
}

fn collect(answers: &mut Answers, outcomes: Vec<Outcome>) {
    answers.extend(outcomes.into_iter().map(|outcome| (outcome.step.line, (outcome.shape, outcome.raw))));
}

fn note(path: &Path, answers: &Answers) -> Result<(), XtaskError> {
    let text = serde_json::to_string_pretty(answers).unwrap_or_default();
    fs::write(path, text).map_err(context("write", path)).map_err(XtaskError::from)
}

fn remembered(path: &Path) -> Result<Answers, XtaskError> {
    let text = fs::read_to_string(path).map_err(context("read", path))?;
    serde_json::from_str(&text)
        .map_err(|error| XtaskError::Conformance(format!("{}: {error}", path.display())))
}

/// The differences in one step, without those that are luck.
fn compared(step: &Step, real: &Answers, mock: &Answers) -> Vec<Difference> {
    let nothing = Value::Null;
    let of = |answers: &Answers| answers.get(&step.line).map_or(nothing.clone(), |(shape, _)| shape.clone());
    let mut found = differences(&of(real), &of(mock));
    found.retain(|one| !step.luck.iter().any(|luck| fits(luck, &one.at)));
    found
}

struct Report {
    text: String,
    row: Row,
    wrong: usize,
}

impl Report {
    fn of(steps: &[Step], rounds: &[(Answers, Answers)], excuses: &[Deliberate]) -> Self {
        let mut report = Self { text: String::new(), row: Row::default(), wrong: 0 };
        for step in steps.iter().filter(|step| !step.quiet) {
            let name = format!("{} {}", step.method, step.path);
            let mut found = Vec::new();
            for (real, mock) in rounds {
                found = compared(step, real, mock);
                if found.iter().all(|one| excuses.iter().any(|excuse| excuse.covers(&name, one))) {
                    break;
                }
            }
            let (excused, wrong): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|one| excuses.iter().any(|excuse| excuse.covers(&name, one)));
            report.row.steps += 1;
            match (excused.is_empty(), wrong.is_empty()) {
                (true, true) => report.row.alike += 1,
                (false, true) => report.row.deliberate += 1,
                (_, false) => {
                    report.wrong += 1;
                    let _ = writeln!(report.text, "{}", step.title());
                    for one in wrong {
                        let side = |side: Option<String>| side.unwrap_or_else(|| "-".to_owned());
                        let _ = writeln!(
                            report.text,
                            "    {}\n        real {}\n        mock {}",
                            one.at,
                            side(one.first),
                            side(one.second)
                        );
                    }
                }
            }
        }
        report
    }
}

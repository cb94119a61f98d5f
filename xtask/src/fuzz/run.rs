//! The steps of `fuzz`.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::error::XtaskError;
use crate::files::context;
use crate::{dist, process, tools};

use super::report::{self, Outcome};

/// What is run, and for how long.
#[derive(Clone, Debug)]
pub struct Request {
    /// The targets; all of them where there is none.
    pub targets: Vec<String>,
    /// Seconds for each.
    pub seconds: u32,
    /// How many at once.
    pub jobs: usize,
    /// Say what there is, and do nothing.
    pub list: bool,
}

/// No parser may take more, whatever it is given. In MiB, for the whole process.
const MEMORY: u32 = 1024;
/// Nor longer, for one input. In seconds; a busy machine is slow.
const TIME: u32 = 10;
/// The longest input. No parser's limit is reached by length alone: the limits have tests of their own.
const LONGEST: u32 = 64 * 1024;

/// Runs the targets.
///
/// # Errors
/// Something cannot be built, a name is none of a target, or a target failed; its input has been kept.
pub fn run(request: &Request) -> Result<(), XtaskError> {
    let known = targets()?;
    if request.list {
        let width = known.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        known.iter().for_each(|(name, about)| println!("{name:<width$}  {about}"));
        return Ok(());
    }
    let names: Vec<String> = known.into_iter().map(|(name, _)| name).collect();
    if let Some(unknown) = request.targets.iter().find(|name| !names.contains(name)) {
        let targets = names.join(", ");
        return Err(XtaskError::Fuzz(format!("there is no target `{unknown}`; there are {targets}")));
    }
    let chosen = if request.targets.is_empty() { names } else { request.targets.clone() };
    let place = process::workspace().join("target/fuzz");
    let seeds = place.join("seeds");
    process::run(seeds_program()?.arg(&seeds))?;
    let executables = build(&place)?;
    println!(
        "{} targets, {} s each, {} at once; about {} minutes",
        chosen.len(),
        request.seconds,
        request.jobs,
        (chosen.len().div_ceil(request.jobs) * request.seconds as usize).div_ceil(60)
    );
    let waiting = Mutex::new(VecDeque::from(chosen));
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..request.jobs {
            scope.spawn(|| {
                loop {
                    // In a `while let`, the lock would be held as long as the target runs.
                    let next = lock(&waiting).pop_front();
                    let Some(name) = next else { break };
                    let outcome = fuzz(&name, &executables, &place, request.seconds);
                    if let Ok(outcome) = &outcome {
                        println!("{outcome}");
                    }
                    lock(&outcomes).push(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    let outcomes = outcomes.into_iter().collect::<Result<Vec<_>, _>>()?;
    report::verdict(&outcomes)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The program that knows the targets and their seeds.
fn seeds_program() -> Result<std::process::Command, XtaskError> {
    // The graph that the tests build, so that nothing is compiled twice.
    process::run(process::cargo().args(["build", "--quiet", "--workspace", "--bins"]))?;
    Ok(process::command(process::workspace().join("target/debug/fuzz-seeds")))
}

/// The targets: names, and what each reads.
fn targets() -> Result<Vec<(String, String)>, XtaskError> {
    let listed = process::capture(seeds_program()?.arg("--list"))?;
    let lines = listed.lines().filter_map(|line| line.split_once('\t'));
    Ok(lines.map(|(name, about)| (name.to_owned(), about.to_owned())).collect())
}

/// Builds libFuzzer's executables; the directory they are in. Without a sanitizer: our code has no `unsafe`, and that way
/// it takes the compiler that everybody has.
fn build(place: &Path) -> Result<PathBuf, XtaskError> {
    let cargo_fuzz = tools::get(tools::CARGO_FUZZ)?;
    // What is tried is what is shipped: the same versions of everything.
    let (ours, theirs) = ("Cargo.lock", "fuzz/libfuzzer/Cargo.lock");
    let copied = fs::copy(process::workspace().join(ours), process::workspace().join(theirs));
    copied.map_err(context("write", Path::new(theirs)))?;
    let mut build = process::command(cargo_fuzz);
    build.args(["fuzz", "build", "--sanitizer", "none", "--fuzz-dir"]);
    build.arg(process::workspace().join("fuzz/libfuzzer")).arg("--target-dir").arg(place);
    // cargo-fuzz looks for a fuzzed crate upwards of here.
    build.current_dir(process::workspace().join("fuzz"));
    // A compiler wrapper's flags and ours do not mix.
    build.env_remove("RUSTFLAGS");
    process::run(&mut build)?;
    Ok(place.join(dist::host_triple()?).join("release"))
}

/// One target, for so long.
fn fuzz(name: &str, executables: &Path, place: &Path, seconds: u32) -> Result<Outcome, XtaskError> {
    let corpus = place.join("corpus").join(name);
    let crashes = place.join("crashes").join(name);
    for directory in [&corpus, &crashes] {
        fs::create_dir_all(directory).map_err(context("create", directory))?;
    }
    let mut program = process::command(executables.join(name));
    program.arg(&corpus).arg(place.join("seeds").join(name));
    program.arg(format!("-max_total_time={seconds}")).arg(format!("-rss_limit_mb={MEMORY}"));
    program.arg(format!("-timeout={TIME}")).arg(format!("-max_len={LONGEST}"));
    program.arg(format!("-artifact_prefix={}/", crashes.display())).arg("-print_final_stats=1");
    // A jar's target writes its bytes to a file; temporary files of a killed run go with the rest.
    program.env("TMPDIR", &crashes);
    let output = program.output().map_err(|source| process::start_error(&program, source))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let mut outcome = Outcome::read(name, &said, count(&corpus));
    if !output.status.success() {
        outcome.failure = Some(keep(name, &crashes, &said)?);
    }
    Ok(outcome)
}

fn count(directory: &Path) -> usize {
    fs::read_dir(directory).into_iter().flatten().count()
}

/// Keeps the input that made a target fail, where the tests find it; tells what libFuzzer said of it.
fn keep(name: &str, crashes: &Path, said: &str) -> Result<String, XtaskError> {
    let regressions = process::workspace().join("fuzz/regressions").join(name);
    let mut kept = Vec::new();
    for entry in fs::read_dir(crashes).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        if !["crash-", "timeout-", "oom-"].iter().any(|kind| file.starts_with(kind)) {
            continue;
        }
        fs::create_dir_all(&regressions).map_err(context("create", &regressions))?;
        let to = regressions.join(&file);
        fs::copy(entry.path(), &to).map_err(context("write", &to))?;
        kept.push(format!("fuzz/regressions/{name}/{file}"));
    }
    // A panic's message, or else what libFuzzer itself complains of.
    let told =
        said.lines().skip_while(|line| !line.contains("panicked at") && !line.starts_with("==")).take(6);
    let told = told.collect::<Vec<_>>().join("\n  ");
    Ok(format!("kept {}\n  {told}", kept.join(", ")))
}

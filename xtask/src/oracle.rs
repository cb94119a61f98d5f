//! Recorded answers of the real Flink: runs the programs in `xtask/java` against every distribution there is, and
//! writes what they say into the fixtures that the hermetic tests read, or checks that the fixtures still say it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether the fixtures are written, or compared with what Flink says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write the fixtures anew.
    Write,
    /// Fail where a fixture differs from Flink's answers.
    Check,
}

/// A Java program, the versions it applies to, and the fixture that its answers go to.
struct Oracle {
    class: &'static str,
    /// Directory with the program's inputs, relative to the workspace; given to it as its first argument.
    inputs: Option<&'static str>,
    /// The program's second argument.
    mode: Option<&'static str>,
    /// The release lines that are asked.
    versions: &'static [&'static str],
    fixture: &'static str,
}

const ORACLES: [Oracle; 4] = [
    Oracle {
        class: "UnitsOracle",
        inputs: None,
        mode: None,
        versions: &["1.18.", "1.20.", "2.0.", "2.1.", "2.3."],
        fixture: "crates/ops-core/tests/fixtures/units.tsv",
    },
    Oracle {
        class: "ValuesOracle",
        inputs: None,
        mode: None,
        versions: &["1.18.", "1.19.", "1.20.", "2.0.", "2.3."],
        fixture: "crates/ops-core/tests/fixtures/values.tsv",
    },
    Oracle {
        class: "ConfOracle",
        inputs: Some("crates/ops-core/tests/fixtures/conf/legacy"),
        mode: Some("flink-conf.yaml"),
        versions: &["1.18.", "1.20."],
        fixture: "crates/ops-core/tests/fixtures/conf/legacy.tsv",
    },
    Oracle {
        class: "ConfOracle",
        inputs: Some("crates/ops-core/tests/fixtures/conf/yaml"),
        mode: Some("config.yaml"),
        versions: &["1.20.", "2.3."],
        fixture: "crates/ops-core/tests/fixtures/conf/yaml.tsv",
    },
];

/// Asks each Flink below `flink_homes` (directories named by version) and writes or checks the fixtures of the
/// workspace at `workspace`. Needs `javac` and `java` on the path.
///
/// # Errors
/// A distribution or Java is missing, a program fails, or, when checking, a fixture is stale; the message says which
/// and what to run.
pub fn run(workspace: &Path, flink_homes: &Path, mode: Mode) -> Result<(), String> {
    let classes = workspace.join("target/oracle");
    let mut stale = Vec::new();
    for oracle in &ORACLES {
        let text = ask_all(oracle, workspace, flink_homes, &classes)?;
        let fixture = workspace.join(oracle.fixture);
        match mode {
            Mode::Write => {
                fs::write(&fixture, text).map_err(|e| format!("cannot write {}: {e}", fixture.display()))?
            }
            Mode::Check if fs::read_to_string(&fixture).is_ok_and(|old| old == text) => {}
            Mode::Check => stale.push(oracle.fixture),
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!("these fixtures differ from what Flink says; run `cargo xtask oracle`: {}", stale.join(", ")))
}

/// The fixture's text: one line for each input; where versions differ, one for each distinct answer.
fn ask_all(oracle: &Oracle, workspace: &Path, flink_homes: &Path, classes: &Path) -> Result<String, String> {
    let mut order = Vec::new();
    let mut answers: BTreeMap<String, Vec<(String, Vec<String>)>> = BTreeMap::new();
    let mut asked = 0;
    for line in oracle.versions {
        let (version, home) = distribution(flink_homes, line)?;
        asked += 1;
        for said in ask(oracle, workspace, &home, &version, classes)?.lines() {
            let (input, answer) = said
                .split_once('\t')
                .ok_or_else(|| format!("{} {version} printed `{said}`", oracle.class))?;
            if !answers.contains_key(input) {
                order.push(input.to_owned());
            }
            let distinct = answers.entry(input.to_owned()).or_default();
            match distinct.iter_mut().find(|(known, _)| known == answer) {
                Some((_, versions)) => versions.push(version.clone()),
                None => distinct.push((answer.to_owned(), vec![version.clone()])),
            }
        }
    }
    let mut text = format!(
        "# What Flink itself says, recorded by xtask/java/{}.java. Regenerate: cargo xtask oracle\n\
         # input <tab> answer, and <tab> the versions that give it where they differ\n",
        oracle.class
    );
    for input in order {
        for (answer, versions) in &answers[&input] {
            let _ = match versions.len() == asked {
                true => writeln!(text, "{input}\t{answer}"),
                false => writeln!(text, "{input}\t{answer}\t{}", versions.join(",")),
            };
        }
    }
    Ok(text)
}

/// The newest distribution of a release line.
fn distribution(flink_homes: &Path, line: &str) -> Result<(String, PathBuf), String> {
    let entries =
        fs::read_dir(flink_homes).map_err(|e| format!("cannot read {}: {e}", flink_homes.display()))?;
    let mut found: Vec<(u32, String)> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter_map(|name| Some((name.strip_prefix(line)?.parse().ok()?, name)))
        .collect();
    found.sort();
    let (_, version) = found.pop().ok_or_else(|| {
        format!(
            "no Flink {line}x in {}; run `cargo xtask flink get {}`",
            flink_homes.display(),
            line.trim_end_matches('.')
        )
    })?;
    let home = flink_homes.join(&version);
    Ok((version, home))
}

/// Compiles the program against one Flink and returns what it prints.
fn ask(
    oracle: &Oracle,
    workspace: &Path,
    home: &Path,
    version: &str,
    classes: &Path,
) -> Result<String, String> {
    let jar = home.join(format!("lib/flink-dist-{version}.jar"));
    let classes = classes.join(version);
    fs::create_dir_all(&classes).map_err(|e| format!("cannot create {}: {e}", classes.display()))?;
    let source = workspace.join(format!("xtask/java/{}.java", oracle.class));
    let mut compile = command("javac");
    compile.args(["-encoding", "UTF-8", "-d"]).arg(&classes).arg("-cp").arg(&jar).arg(source);
    output(compile)?;
    let mut run = command("java");
    run.args(["-Dfile.encoding=UTF-8", "-cp"]);
    run.arg(format!("{}:{}", classes.display(), jar.display())).arg(oracle.class);
    run.args(oracle.inputs.map(|inputs| workspace.join(inputs))).args(oracle.mode);
    output(run)
}

#[expect(clippy::disallowed_methods, reason = "this module drives javac and java")]
fn command(program: &str) -> Command {
    Command::new(program)
}

fn output(mut command: Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| format!("cannot run {program} (a JDK 17 is needed): {e}"))?;
    if !output.status.success() {
        return Err(format!(
            "{program} failed ({}):\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{program} printed what is not UTF-8"))
}

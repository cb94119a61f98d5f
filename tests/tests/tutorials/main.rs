//! The tutorials of `docs/`, each run exactly as it is written: one shell, in an empty directory, in a network of its own, so
//! that the ports of the page are free. What a command prints must be what the page shows.

mod page;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::run::TestRun;
use end_to_end::{binaries, exclusive, need, require};

use page::Step;

/// Before the end of a command's output, in what the shell prints.
const MARK: char = '\u{1e}';

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)
}

/// A script that does what the page says, and marks where each command ends and with which exit code.
fn script(steps: &[Step]) -> String {
    let mut script = "ip link set lo up\nexec 2>&1\n".to_owned();
    for step in steps {
        match step {
            Step::File { name, text } => {
                let _ = write!(script, "cat > '{name}' <<'END OF THE FILE'\n{text}END OF THE FILE\n");
            }
            Step::Command { command, .. } => {
                let _ = write!(script, "{command}\nprintf '{MARK}%d\\n' $?\n");
            }
        }
    }
    script
}

/// Runs a page; `environment` is what it takes for given.
fn run(page: &str, environment: &[(&str, &Path)]) {
    let run = TestRun::new();
    let probe =
        run.command("unshare").args(["--net", "--map-root-user", "ip", "link", "set", "lo", "up"]).run();
    if probe.code != Some(0) {
        let reason = format!("a network of one's own is not allowed here: {}", probe.stderr.trim());
        let missing = need::Missing { reason, mend: "run the tests as root".to_owned() };
        return need::skip(&format!("tutorials::{page}"), &missing);
    }
    let text = fs::read_to_string(docs(page)).unwrap();
    let steps = page::steps(&text);
    fs::write(run.path().join(".script"), script(&steps)).unwrap();
    let place = run.path().join("place");
    fs::create_dir(&place).unwrap();
    let programs = binaries::flinkops();
    binaries::mock_flink();
    let path = format!("{}:{}", programs.parent().unwrap().display(), search_path());
    let mut shell = run
        .command("unshare")
        .args(["--net", "--map-root-user", "bash", "../.script"])
        .current_dir(&place)
        .env("PATH", path)
        .env("HOME", run.path())
        .env("NO_COLOR", "1")
        .env("COLUMNS", "200")
        .timeout(Duration::from_secs(300));
    for (name, value) in environment {
        shell = shell.env(name, value);
    }
    let said = shell.run();
    let mut outputs = said.stdout.split(MARK);
    let mut output = outputs.next().unwrap_or_default();
    for step in &steps {
        let Step::Command { line, command, output: shown } = step else { continue };
        let rest = outputs.next().unwrap_or_default();
        let (code, rest) = rest.split_once('\n').unwrap_or_default();
        let lines: Vec<&str> = output.lines().collect();
        assert!(
            page::matches(shown, &lines) && code == "0",
            "{page}:{line}: `{command}` ended with {code:?} and printed\n{output}\n--- instead of\n{}\n--- whole\n{}",
            shown.join("\n"),
            said.stdout,
        );
        output = rest;
    }
    assert_eq!(said.code, Some(0), "{said:?}");
    run.assert_no_process_left();
}

#[expect(clippy::disallowed_methods, reason = "the programs of the machine are there, too")]
fn search_path() -> String {
    std::env::var("PATH").unwrap_or_default()
}

#[test]
fn secure_a_cluster() {
    let [_, _, _, flink] = require!(Need::Ip, Need::Curl, Need::Java, Need::Flink("1.20.5"));
    let _alone = exclusive::real_flink();
    run("tutorials/secure-a-cluster.md", &[("FLINK_HOME", &flink)]);
}

#[test]
fn migrate() {
    require!(Need::Ip);
    run("tutorials/migrate.md", &[]);
}

#[test]
fn upgrade_a_job() {
    let [_, _, _, _, flink] = require!(Need::Ip, Need::Curl, Need::Java, Need::Javac, Need::Flink("2.3.0"));
    let _alone = exclusive::real_flink();
    run("tutorials/upgrade-a-job.md", &[("FLINK_HOME", &flink)]);
}

#[test]
fn rotate_an_authority() {
    require!(Need::Ip);
    run("tutorials/rotate-an-authority.md", &[]);
}

#[test]
fn alerts() {
    require!(Need::Ip, Need::Curl, Need::Prometheus, Need::Promtool);
    run("tutorials/alerts.md", &[]);
}

#[test]
fn test_your_tool() {
    require!(Need::Ip, Need::Curl, Need::Go);
    run("tutorials/test-your-tool.md", &[]);
}

/// The page's program in Rust is a test of the crate, and runs there.
#[test]
fn the_program_in_rust_is_the_one_that_is_run() {
    let page = fs::read_to_string(docs("tutorials/test-your-tool.md")).unwrap();
    let test = fs::read_to_string(docs("../crates/mock-flink/tests/tutorial.rs")).unwrap();
    let shown = page.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert!(test.ends_with(shown), "{shown}");
}

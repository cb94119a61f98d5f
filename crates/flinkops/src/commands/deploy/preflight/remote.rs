//! The same on other hosts: the program sends itself over ssh, looks there, and is removed again.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use deploy::shell::quoted;
use serde::Serialize;
use serde_json::Value;

use super::command::word_of;
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{adapters, exit};

/// Hosts that are looked at at once.
const AT_ONCE: usize = 16;
/// How a command is run on a host, unless `FLINKOPS_SSH` says otherwise.
const SSH: &str = "ssh -o BatchMode=yes -o ConnectTimeout=10";

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Everywhere {
    hosts: Vec<There>,
}

/// One host: what was said there, or why nothing was.
#[derive(Debug, Serialize)]
struct There {
    host: String,
    /// As without `--on`; null where nothing came back.
    #[serde(flatten)]
    said: Option<Said>,
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct Said {
    checks: Value,
    summary: Value,
}

pub(super) fn run(hosts: &[String], output: &Output) -> Result<u8, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::usage(format!("cannot find this program's own file: {error}")))?;
    let script = script(&arguments(std::env::args_os().skip(1)))?;
    let ssh = adapters::environment("FLINKOPS_SSH").filter(|ssh| !ssh.trim().is_empty());
    let ssh = ssh.unwrap_or_else(|| SSH.to_owned());
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(hosts.len()) {
            scope.spawn(|| {
                while let Some((at, host)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    hosts.get(at).map(|host| (at, host))
                } {
                    let there = one(host, &ssh, &program, &script);
                    found.lock().unwrap_or_else(PoisonError::into_inner).push((at, there));
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by_key(|(at, _)| *at);
    let everywhere = Everywhere { hosts: found.into_iter().map(|(_, there)| there).collect() };
    let fails =
        |there: &There| there.said.as_ref().is_some_and(|said| said.summary["failures"].as_u64() > Some(0));
    let code = if everywhere.hosts.iter().any(fails) {
        exit::FINDINGS
    } else if everywhere.hosts.iter().any(|there| there.error.is_some()) {
        exit::UNREACHABLE
    } else {
        exit::DONE
    };
    output.result(&everywhere, human)?;
    Ok(code)
}

/// What was typed, without the hosts and the form of the answer.
fn arguments(typed: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut kept = Vec::new();
    let mut typed = typed;
    while let Some(word) = typed.next() {
        let text = word.to_string_lossy();
        match text.as_ref() {
            "--on" | "-o" | "--output" => drop(typed.next()),
            _ if text.starts_with("--on=") || text.starts_with("--output=") || is_short_output(&text) => {}
            _ => kept.push(word),
        }
    }
    kept.extend(["-o", "json"].map(OsString::from));
    kept
}

/// `-ojson`.
fn is_short_output(text: &str) -> bool {
    text.starts_with("-o") && text.len() > 2 && !text.starts_with("--")
}

/// What the other host's shell is given: the program comes on its standard input.
fn script(arguments: &[OsString]) -> Result<String, Failure> {
    let mut script = String::from(
        "set -eu; d=$(mktemp -d); trap 'rm -rf \"$d\"' EXIT; cat >\"$d/flinkops\"; chmod 700 \"$d/flinkops\"; \"$d/flinkops\"",
    );
    for argument in arguments {
        let text = argument.to_str().ok_or_else(|| {
            Failure::usage(format!("`{}` is no text that can be sent", argument.to_string_lossy()))
        })?;
        script.push(' ');
        script.push_str(&quoted(text));
    }
    Ok(format!("sh -c {}", quoted(&script)))
}

#[expect(
    clippy::disallowed_methods,
    reason = "ssh is the way to other hosts, and only this command takes it"
)]
fn one(host: &str, ssh: &str, program: &Path, script: &str) -> There {
    let fails = |error: String| There { host: host.to_owned(), said: None, error: Some(error) };
    // A host name is no option of ssh.
    if host.starts_with('-') || host.is_empty() {
        return fails("this is no host".to_owned());
    }
    let mut words = ssh.split_whitespace().map(OsStr::new);
    let own = match File::open(program) {
        Ok(own) => own,
        Err(error) => return fails(format!("{}: {error}", program.display())),
    };
    let mut command = Command::new(words.next().unwrap_or(OsStr::new("ssh")));
    command.args(words).arg(host).arg(script).stdin(Stdio::from(own));
    let answer = match command.output() {
        Ok(answer) => answer,
        Err(error) => return fails(format!("cannot start ssh: {error}")),
    };
    match serde_json::from_slice::<Value>(&answer.stdout) {
        Ok(mut said) if said["checks"].is_array() => {
            let said = Said { checks: said["checks"].take(), summary: said["summary"].take() };
            There { host: host.to_owned(), said: Some(said), error: None }
        }
        _ => {
            let text = String::from_utf8_lossy(&answer.stderr);
            let last = text.lines().rev().find(|line| !line.trim().is_empty());
            fails(last.unwrap_or("nothing came back").trim().chars().take(300).collect())
        }
    }
}

fn human(everywhere: &Everywhere) -> String {
    let mut text = String::new();
    let help = style::HELP;
    for there in &everywhere.hosts {
        let host = &there.host;
        if let Some(error) = &there.error {
            let colour = style::ERROR;
            text.push_str(&format!("{colour}{host}{colour:#}: not looked at: {error}\n"));
        }
        let Some(said) = &there.said else { continue };
        let number = |field: &str| said.summary[field].as_u64().unwrap_or(0);
        let (failures, warnings) = (number("failures"), number("warnings"));
        let colour = match (failures, warnings) {
            (0, 0) => style::GOOD,
            (0, _) => style::WARNING,
            _ => style::ERROR,
        };
        text.push_str(&format!(
            "{colour}{host}{colour:#}: failures: {failures}, warnings: {warnings}, unknown: {}\n",
            number("unknown")
        ));
        for check in said.checks.as_array().into_iter().flatten() {
            let field = |name: &str| check[name].as_str().unwrap_or_default();
            let Some((colour, word)) = word_of(field("verdict")) else { continue };
            text.push_str(&format!("  {colour}{word}:{colour:#} {}: {}\n", field("what"), field("found")));
            if let Some(mend) = check["mend"].as_str() {
                text.push_str(&format!("    {help}help:{help:#} {mend}\n"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_typed_again_there() {
        let typed = ["deploy", "preflight", "--on", "a", "--conf", "it's", "-o", "yaml", "--on=b", "-ojson"];
        let kept = arguments(typed.iter().map(OsString::from));
        assert_eq!(kept, ["deploy", "preflight", "--conf", "it's", "-o", "json"]);
        let script = script(&kept).unwrap();
        assert!(script.starts_with("sh -c '") && script.contains("mktemp"), "{script}");
    }
}

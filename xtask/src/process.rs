//! The one place that starts programs, reads the clock and asks the environment for the commands of `xtask`.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::error::XtaskError;

/// A program, its input empty.
#[expect(clippy::disallowed_methods, reason = "this module is the one that starts programs")]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    command
}

/// The cargo that runs us, at the workspace's root.
pub fn cargo() -> Command {
    let mut cargo = command(variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    cargo.current_dir(workspace());
    cargo
}

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// Runs a program that talks to the terminal itself.
///
/// # Errors
/// It cannot be started, or does not succeed.
pub fn run(command: &mut Command) -> Result<(), XtaskError> {
    let status = command.status().map_err(|source| start_error(command, source))?;
    if status.success() {
        return Ok(());
    }
    Err(XtaskError::Command { line: line_of(command), status, output: String::new() })
}

/// Runs a program and returns what it wrote to standard output.
///
/// # Errors
/// It cannot be started, or does not succeed; then the error shows both of its streams.
pub fn capture(command: &mut Command) -> Result<String, XtaskError> {
    let output = command.output().map_err(|source| start_error(command, source))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    Err(XtaskError::Command { line: line_of(command), status: output.status, output: said })
}

/// Runs a program, passes its standard output on line by line, and shows each line to `seen` too.
/// Returns whether it succeeded.
///
/// # Errors
/// It cannot be started or read.
pub fn pass_on(command: &mut Command, mut seen: impl FnMut(&str)) -> Result<bool, XtaskError> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|source| start_error(command, source))?;
    if let Some(pipe) = child.stdout.take() {
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(|source| start_error(command, source))? > 0 {
            seen(String::from_utf8_lossy(&line).trim_end());
            let mut out = io::stdout().lock();
            // Nobody reads any more (`| head`): the tests still run to their end.
            out.write_all(&line).and_then(|()| out.flush()).unwrap_or_default();
            line.clear();
        }
    }
    let status = child.wait().map_err(|source| start_error(command, source))?;
    Ok(status.success())
}

/// The error for a program that did not start.
pub fn start_error(command: &Command, source: io::Error) -> XtaskError {
    XtaskError::Start { line: line_of(command), source }
}

/// The environment variable, if it is set, not empty and UTF-8.
#[expect(clippy::disallowed_methods, reason = "this module owns the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Now.
#[expect(clippy::disallowed_methods, reason = "this module owns the clock")]
pub fn now() -> Instant {
    Instant::now()
}

/// The command as a person would type it.
pub fn line_of(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_quoted_with_what_it_said() {
        let error = capture(command("/bin/sh").args(["-c", "echo out; echo err >&2; exit 3"])).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("`sh -c echo out"), "{text}");
        assert!(text.contains("exit status: 3") && text.ends_with("out\nerr"), "{text}");
        let error = run(&mut command("/nonexistent/program")).unwrap_err().to_string();
        assert!(error.starts_with("cannot start `program`: "), "{error}");
    }

    #[test]
    fn lines_are_seen_as_they_pass() {
        let mut lines = Vec::new();
        let ok = pass_on(command("/bin/sh").args(["-c", "echo one; printf two; exit 1"]), |line| {
            lines.push(line.to_owned());
        });
        assert!(!ok.unwrap());
        assert_eq!(lines, ["one", "two"]);
    }
}

//! Other people's programs as judges. Where one of them is missing the test says so and how to install it; with
//! `CI=true` it fails.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiff::Timestamp;
use ops_core::secret::Secret;
use pki::authority::{Authority, AuthorityRequest};
use pki::key::KeyKind;

#[expect(clippy::disallowed_methods, reason = "other implementations are processes")]
pub(crate) fn command(program: &str) -> Command {
    Command::new(program)
}

#[expect(
    clippy::disallowed_methods,
    reason = "certificates that other programs accept now need the present time"
)]
pub(crate) fn now() -> Timestamp {
    let now: Timestamp = std::time::SystemTime::now().try_into().unwrap();
    Timestamp::from_second(now.as_second()).unwrap()
}

/// Whether a program is there. Where it must be and is not, this fails.
#[expect(clippy::disallowed_methods, reason = "the environment decides whether a missing tool is a failure")]
#[expect(clippy::print_stderr, reason = "a test that was skipped says so")]
pub(crate) fn available(program: &str, package: &str) -> bool {
    // `keytool` and `javac` know `-version`, openssl knows `version`; all know how to fail without harm.
    if command(program).arg("-version").output().is_ok() {
        return true;
    }
    let message = format!("{program} is missing; install it with `apt-get install {package}`");
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{message}");
    eprintln!("skipped: {message}");
    false
}

pub(crate) fn openssl_available() -> bool {
    available("openssl", "openssl")
}

pub(crate) fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// Runs a program that must succeed; gives what it printed.
pub(crate) fn succeed(command: &mut Command) -> String {
    let output = run(command);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{command:?}: {text}");
    text
}

/// `openssl` with arguments as a person writes them; it runs in a directory, so that file names are short.
pub(crate) fn openssl(dir: &Path, arguments: &str) -> Command {
    let mut command = command("openssl");
    command.current_dir(dir).args(arguments.split_whitespace());
    command
}

/// An authority of its own in a new directory below `dir`.
pub(crate) fn authority(dir: &Path, name: &str, key: KeyKind, path_length: u8, at: Timestamp) -> Authority {
    let mut request = AuthorityRequest::new(name.parse().unwrap(), at);
    request.key = key;
    request.path_length = path_length;
    Authority::create(&dir.join(name.replace(' ', "-")), &request, &Secret::new("correct horse")).unwrap()
}

pub(crate) fn write(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

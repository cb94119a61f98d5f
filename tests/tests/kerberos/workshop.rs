//! What the tests share: a directory, perhaps with a realm, and a way to run `flinkops` that watches for secrets.

use std::fs;
use std::path::{Path, PathBuf};

use end_to_end::binaries;
use end_to_end::need::Need;
use end_to_end::realm::Programs;
use end_to_end::run::{Invocation, Output, TestRun};
use serde_json::Value;

/// A password that must not appear anywhere.
pub(crate) const PASSWORD: &str = "Canary of 3 red feathers";
/// The variable that it comes in.
const PASSWORD_VARIABLE: &str = "PRINCIPAL_PASSWORD";

/// What a realm is made of.
pub(crate) const REALM_NEEDS: [Need; 3] = [Need::Kdc, Need::Kdb5Util, Need::KadminLocal];

/// The programs that [`REALM_NEEDS`] found.
pub(crate) fn programs(kdc: PathBuf, kdb5_util: PathBuf, kadmin_local: PathBuf) -> Programs {
    Programs { kdc, kdb5_util, kadmin_local }
}

pub(crate) struct Workshop {
    pub(crate) run: TestRun,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        Self { run: TestRun::new() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.run.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// `flinkops …`, about to be run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Invocation {
        let command = self.run.command(binaries::flinkops()).args(arguments);
        command.env(PASSWORD_VARIABLE, PASSWORD).env("NO_COLOR", "1")
    }

    /// Runs `flinkops …`, which must end with this code and tell no secret.
    #[track_caller]
    pub(crate) fn flinkops(&self, arguments: &[&str], code: i32) -> Output {
        let output = self.command(arguments).run().expect_code(code);
        judge(&output);
        output
    }

    /// The result of `flinkops … -o json`.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str], code: i32) -> Value {
        parse(&self.flinkops(&[arguments, &["-o", "json"]].concat(), code))
    }

    /// Runs what must fail: one error that says all of `expected`, and nothing on standard output.
    #[track_caller]
    pub(crate) fn refused(&self, arguments: &[&str], expected: &[&str]) {
        let before = snapshot(self.run.path());
        let output = self.flinkops(arguments, 2);
        assert_eq!(output.stderr.matches("error:").count(), 1, "{output}");
        assert_eq!(output.stdout, "", "{output}");
        for text in expected {
            assert!(output.stderr.contains(text), "`{text}` is missing\n{output}");
        }
        assert!(snapshot(self.run.path()) == before, "files were changed\n{output}");
    }

    /// Makes a keytab whose password is [`PASSWORD`].
    #[track_caller]
    pub(crate) fn create(&self, file: &str, principal: &str, more: &[&str]) {
        let source = format!("env:{PASSWORD_VARIABLE}");
        let create = ["keytab", "create", file, "--principal", principal, "--password-from", &source];
        self.flinkops(&[&create[..], more].concat(), 0);
    }
}

#[track_caller]
pub(crate) fn parse(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"))
}

/// No secret may be told, and nothing may end in a panic.
#[track_caller]
pub(crate) fn judge(output: &Output) {
    let text = output.to_string();
    assert!(!text.contains("panicked"), "{text}");
    assert!(!text.contains(PASSWORD), "a password was told: {text}");
}

/// Every file below a directory with what is in it.
fn snapshot(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(snapshot(&path));
        } else {
            let bytes = fs::read(&path).unwrap_or_default();
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

/// The codes of the findings of a result.
pub(crate) fn codes(result: &Value) -> Vec<String> {
    let findings = result["findings"].as_array().into_iter().flatten();
    findings.map(|finding| finding["code"].as_str().unwrap_or_default().to_owned()).collect()
}

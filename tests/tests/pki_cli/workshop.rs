//! What the tests share: a directory with an authority in it, and a way to run `flinkops pki` that watches for secrets.

use std::fs;
use std::path::{Path, PathBuf};

use end_to_end::binaries;
use end_to_end::run::{Invocation, Output, TestRun};
use serde_json::Value;

/// A password that must not appear anywhere.
pub(crate) const CANARY: &str = "CanaryOf7Yellow9Feathers";
/// The variable that it comes in.
pub(crate) const CANARY_VARIABLE: &str = "STORE_PASSWORD";

pub(crate) struct Workshop {
    pub(crate) run: TestRun,
}

impl Workshop {
    /// An empty directory.
    pub(crate) fn new() -> Self {
        Self { run: TestRun::new() }
    }

    /// A directory with the authority `ca`. Its key is a small one: what is slow about RSA is tested where RSA matters.
    pub(crate) fn with_authority() -> Self {
        let workshop = Self::new();
        workshop.pki(&["init", "--dir", "ca", "--name", "Test CA", "--key-type", "p-256"], 0);
        workshop
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

    /// `flinkops pki …`, about to be run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Invocation {
        let command = self.run.command(binaries::flinkops()).arg("pki").args(arguments);
        command.env(CANARY_VARIABLE, CANARY).env("USER", "tester").env("NO_COLOR", "1")
    }

    /// Runs `flinkops pki …`, which must end with this code and tell no secret.
    #[track_caller]
    pub(crate) fn pki(&self, arguments: &[&str], code: i32) -> Output {
        let output = self.command(arguments).run().expect_code(code);
        self.judge(&output);
        output
    }

    /// The result of `flinkops pki … -o json`.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str], code: i32) -> Value {
        let output = self.pki(&[arguments, &["-o", "json"]].concat(), code);
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"))
    }

    /// Runs what must fail: one error that says all of `expected`, nothing on standard output, nothing changed.
    #[track_caller]
    pub(crate) fn refused(&self, arguments: &[&str], expected: &[&str]) -> Output {
        let before = snapshot(self.run.path());
        let output = self.pki(arguments, 2);
        assert_eq!(output.stderr.matches("error:").count(), 1, "{output}");
        assert_eq!(output.stdout, "", "{output}");
        for text in expected {
            assert!(output.stderr.contains(text), "`{text}` is missing\n{output}");
        }
        let after = snapshot(self.run.path());
        assert!(before == after, "files were changed:\n{before:?}\n{after:?}\n{output}");
        output
    }

    /// No secret may be told, and nothing may end in a panic.
    #[track_caller]
    pub(crate) fn judge(&self, output: &Output) {
        let text = output.to_string();
        assert!(!text.contains("panicked"), "{text}");
        assert!(!text.contains(CANARY), "a password was told: {text}");
        assert!(!text.contains("PRIVATE KEY-----"), "a key was told: {text}");
        for file in below(self.run.path()) {
            let name = file.to_string_lossy();
            if name.ends_with(".password") || name.ends_with("passphrase") {
                let secret = fs::read_to_string(&file).unwrap_or_default();
                let secret = secret.trim();
                assert!(secret.len() < 8 || !text.contains(secret), "{name} was told: {text}");
            }
        }
    }
}

/// Every file below a directory with what is in it.
pub(crate) fn snapshot(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = below(dir)
        .into_iter()
        .map(|path| {
            let bytes = fs::read(&path).unwrap_or_default();
            (path, bytes)
        })
        .collect();
    files.sort();
    files
}

pub(crate) fn below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

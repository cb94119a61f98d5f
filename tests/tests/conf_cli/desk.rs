//! What the tests share: a directory with a configuration in it, and a way to run `flinkops conf` that watches for
//! secrets.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use end_to_end::binaries;
use end_to_end::run::{Invocation, Output, TestRun};
use serde_json::Value;

/// A password that must not appear anywhere but in files.
pub(crate) const CANARY: &str = "CanaryOf7Yellow9Feathers";

pub(crate) struct Desk {
    run: TestRun,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { run: TestRun::new() }
    }

    /// A directory with this file in it.
    pub(crate) fn with(name: &str, text: &str) -> Self {
        let desk = Self::new();
        desk.write(name, text);
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.run.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o777
    }

    /// `flinkops conf …`, about to be run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Invocation {
        self.flinkops(&[&["conf"], arguments].concat())
    }

    /// `flinkops …`, about to be run.
    pub(crate) fn flinkops(&self, arguments: &[&str]) -> Invocation {
        let command = self.run.command(binaries::flinkops()).args(arguments);
        command.env("SECRET", CANARY).env("NO_COLOR", "1").env_remove("FLINK_CONF_DIR")
    }

    /// Runs `flinkops conf …`, which must end with this code and tell no secret.
    #[track_caller]
    pub(crate) fn conf(&self, arguments: &[&str], code: i32) -> Output {
        let output = self.command(arguments).run().expect_code(code);
        let text = output.to_string();
        assert!(!text.contains("panicked"), "{text}");
        assert!(!text.contains(CANARY), "a secret was told: {text}");
        output
    }

    /// The result of `flinkops conf … -o json`.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str], code: i32) -> Value {
        let output = self.conf(&[arguments, &["-o", "json"]].concat(), code);
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"))
    }

    /// Runs what must fail: one error that says all of `expected`, nothing on standard output.
    #[track_caller]
    pub(crate) fn refused(&self, arguments: &[&str], expected: &[&str]) {
        let output = self.conf(arguments, 2);
        assert_eq!(output.stderr.matches("error:").count(), 1, "{output}");
        assert_eq!(output.stdout, "", "{output}");
        for text in expected {
            assert!(output.stderr.contains(text), "`{text}` is missing\n{output}");
        }
    }
}

/// The keys of a JSON array of objects.
pub(crate) fn keys(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().filter_map(|entry| entry["key"].as_str()).collect()
}

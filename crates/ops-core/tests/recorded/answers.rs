//! Reads the recorded answers of real Flinks, as `cargo xtask oracle` writes them.

use std::path::PathBuf;

use ops_core::version::FlinkVersion;
use serde_json::Value;

/// What Flink said to one input.
pub(crate) struct Answer {
    /// The input, or the name of the file that held it.
    pub(crate) input: String,
    /// What Flink made of it.
    pub(crate) said: Value,
    /// The versions that say so; empty for all.
    versions: Vec<FlinkVersion>,
}

impl Answer {
    /// Whether this version gave this answer.
    pub(crate) fn holds_for(&self, version: FlinkVersion) -> bool {
        let line = (version.major, version.minor);
        self.versions.is_empty() || self.versions.iter().any(|v| (v.major, v.minor) == line)
    }
}

/// The directory of the fixtures.
pub(crate) fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The answers in a fixture.
pub(crate) fn answers(file: &str) -> Vec<Answer> {
    let text = std::fs::read_to_string(directory().join(file)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut columns = line.split('\t');
            let mut json = || serde_json::from_str(columns.next().unwrap()).unwrap();
            let (input, said) = (json(), json());
            let Value::String(input) = input else { panic!("`{line}` does not begin with a text") };
            let versions =
                columns.next().map_or_else(Vec::new, |v| v.split(',').map(|v| v.parse().unwrap()).collect());
            Answer { input, said, versions }
        })
        .collect()
}

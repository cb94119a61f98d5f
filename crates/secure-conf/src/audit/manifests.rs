//! Passwords in manifests that are not for secrets: whoever may look at pods may read config maps and the variables of
//! containers.

use std::path::Path;

use ops_core::conf::{ConfDocument, is_sensitive};
use ops_core::files;
use ops_core::version::Dialect;
use ops_core::yaml;
use serde_json::Value;

use super::codes;
use super::finding::Finding;
use super::host::finding_in;

/// What Flink's container images append to their configuration.
pub(super) const PROPERTIES: &str = "FLINK_PROPERTIES";

/// Longer files are no manifests.
const MAX_FILE: u64 = 4 << 20;

pub(super) fn check(path: &Path, findings: &mut Vec<Finding>) {
    let Ok(text) = files::read_text(path, MAX_FILE) else { return };
    let mut document = String::new();
    for (line, text) in text.lines().chain(["---"]).enumerate() {
        if text.trim_end() == "---" || text.starts_with("--- ") {
            let start = line - document.lines().count();
            one(path, &document, start, findings);
            document.clear();
        } else {
            document.push_str(text);
            document.push('\n');
        }
    }
}

/// One YAML document of a file.
struct Document<'a> {
    path: &'a Path,
    text: &'a str,
    /// How many lines of the file stand before it.
    start: usize,
}

/// `start` is how many lines stand before the document.
fn one(path: &Path, text: &str, start: usize, findings: &mut Vec<Finding>) {
    let document = Document { path, text, start };
    document.containers(findings);
    let Ok(manifest) = ConfDocument::parse(text, Dialect::Yaml) else { return };
    let (Some(kind), Some(_)) = (manifest.get("kind"), manifest.get("apiVersion")) else { return };
    let name = manifest.get("metadata.name").unwrap_or("without a name");
    let place = match kind {
        "ConfigMap" => "data.",
        "FlinkDeployment" | "FlinkSessionJob" => "spec.flinkConfiguration.",
        _ => return,
    };
    for entry in manifest.effective().filter(|entry| entry.key.starts_with(place)) {
        let key = &entry.key[place.len()..];
        // A line of the configuration, or a whole file of them.
        let lines =
            configuration(key, &entry.value).unwrap_or_else(|| vec![(key.to_owned(), entry.value.clone())]);
        document.report(&format!("the {kind} {name}"), entry.line, lines, findings);
    }
}

/// The entries of a text that is a whole configuration, in the dialect that its name promises or else the other one.
fn configuration(name: &str, text: &str) -> Option<Vec<(String, String)>> {
    let dialects = if name.contains("config.yaml") {
        [Dialect::Yaml, Dialect::Legacy]
    } else {
        [Dialect::Legacy, Dialect::Yaml]
    };
    if !text.contains(": ") {
        return None;
    }
    let inner = dialects.iter().find_map(|dialect| ConfDocument::parse(text, *dialect).ok())?;
    Some(inner.effective().map(|entry| (entry.key.clone(), entry.value.clone())).collect())
}

impl Document<'_> {
    /// The variable that Flink's container images add to their configuration, of pods and of Docker Compose.
    fn containers(&self, findings: &mut Vec<Finding>) {
        if !self.text.contains(PROPERTIES) {
            return;
        }
        let Ok(root) = yaml::parse::<Value>(self.text, self.path) else { return };
        let mut texts = Vec::new();
        properties(&root, &mut texts);
        let first = self.text.lines().position(|line| line.contains(PROPERTIES)).unwrap_or(0) + 1;
        for text in texts {
            let lines = configuration("flink-conf.yaml", text).unwrap_or_default();
            self.report(&format!("the variable {PROPERTIES}"), first, lines, findings);
        }
    }

    /// Reports those of the lines that are secrets; they stand at or below `line`.
    fn report(&self, holder: &str, line: usize, lines: Vec<(String, String)>, findings: &mut Vec<Finding>) {
        for (key, value) in lines {
            if !is_sensitive(&key) || value.is_empty() || value.starts_with("${") {
                continue;
            }
            let last = key.rsplit('.').next().unwrap_or(&key);
            let mut below = self.text.lines().enumerate().skip(line.saturating_sub(1));
            let at = below.find(|(_, text)| text.contains(last)).map_or(line, |(at, _)| at + 1);
            let message = format!("{holder} holds `{key}` in plain text");
            let help = "put it into a Secret: `flinkops secure ssl --platform kubernetes --secrets-dir DIR` writes one";
            let mut finding = finding_in(self.path, &codes::SECRET_IN_MANIFEST, message, help.to_owned());
            finding.key = Some(key);
            finding.line = self.start + at;
            findings.push(finding);
        }
    }
}

/// The values of every such variable below: `{name, value}` in pods, `NAME: value` or `NAME=value` in Docker Compose.
fn properties<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            if map.get("name").and_then(Value::as_str) == Some(PROPERTIES) {
                found.extend(map.get("value").and_then(Value::as_str));
            }
            found.extend(map.get(PROPERTIES).and_then(Value::as_str));
            map.values().for_each(|value| properties(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| properties(value, found)),
        Value::String(text) => {
            found.extend(text.trim_start().strip_prefix(PROPERTIES).and_then(|rest| rest.strip_prefix('=')));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_found_where_they_stand() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("all.yaml");
        let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  password: canary\n---\n\
                    apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: flink\ndata:\n  flink-conf.yaml: |\n\
                    \x20   rest.port: 8081\n    security.ssl.rest.key-password: canary\n---\n\
                    apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nmetadata:\n  name: job\nspec:\n\
                    \x20 flinkConfiguration:\n    security.ssl.internal.keystore-password: canary\n    web.submit.enable: \"false\"\n";
        std::fs::write(&path, text).unwrap();
        let mut findings = Vec::new();
        check(&path, &mut findings);
        let found: Vec<_> = findings.iter().map(|f| (f.line, f.key.as_deref().unwrap())).collect();
        assert_eq!(
            found,
            [(15, "security.ssl.rest.key-password"), (23, "security.ssl.internal.keystore-password")]
        );
        assert!(!format!("{findings:?}").contains("canary"));
    }
    #[test]
    fn the_variable_of_containers_is_looked_into() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("compose.yaml");
        let entry = "rest.port: 8081\n";
        for (text, line) in [
            (
                format!(
                    "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n\
                     \x20     - name: jobmanager\n        env:\n        - name: FLINK_PROPERTIES\n          value: |\n\
                     \x20           {entry}            security.ssl.rest.key-password: canary\n"
                ),
                12,
            ),
            (
                format!(
                    "services:\n  jobmanager:\n    image: flink\n    environment:\n      - |\n        FLINK_PROPERTIES=\n\
                     \x20       {entry}        security.ssl.rest.key-password: canary\n"
                ),
                8,
            ),
            (
                format!(
                    "services:\n  jobmanager:\n    environment:\n      FLINK_PROPERTIES: |\n        {entry}\
                     \x20       security.ssl.rest.key-password: canary\n        s3.secret-key: ${{KEY}}\n"
                ),
                6,
            ),
        ] {
            std::fs::write(&path, text).unwrap();
            let mut findings = Vec::new();
            check(&path, &mut findings);
            let found: Vec<_> = findings.iter().map(|f| (f.line, f.key.as_deref().unwrap())).collect();
            assert_eq!(found, [(line, "security.ssl.rest.key-password")]);
            assert!(!format!("{findings:?}").contains("canary"));
        }
    }
}

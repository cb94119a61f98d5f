//! Passwords in Kubernetes manifests that are not for secrets: whoever may look at pods may read config maps.

use std::path::Path;

use ops_core::conf::{ConfDocument, is_sensitive};
use ops_core::files;
use ops_core::version::Dialect;

use super::codes;
use super::finding::Finding;
use super::host::finding_in;

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

/// `start` is how many lines stand before the document.
fn one(path: &Path, text: &str, start: usize, findings: &mut Vec<Finding>) {
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
        let mut lines = vec![(key.to_owned(), entry.value.clone())];
        let dialects = if key.contains("config.yaml") {
            [Dialect::Yaml, Dialect::Legacy]
        } else {
            [Dialect::Legacy, Dialect::Yaml]
        };
        if entry.value.contains(": ")
            && let Some(inner) =
                dialects.iter().find_map(|dialect| ConfDocument::parse(&entry.value, *dialect).ok())
        {
            lines = inner.effective().map(|entry| (entry.key.clone(), entry.value.clone())).collect();
        }
        for (key, value) in lines {
            if !is_sensitive(&key) || value.is_empty() || value.starts_with("${") {
                continue;
            }
            let last = key.rsplit('.').next().unwrap_or(&key);
            let below = text.lines().enumerate().skip(entry.line.saturating_sub(1));
            let at =
                below.into_iter().find(|(_, line)| line.contains(last)).map_or(entry.line, |(at, _)| at + 1);
            let message = format!("the {kind} {name} holds `{key}` in plain text");
            let help = "put it into a Secret: `flinkops secure ssl --platform kubernetes --secrets-dir DIR` writes one";
            let mut finding = finding_in(path, &codes::SECRET_IN_MANIFEST, message, help.to_owned());
            finding.key = Some(key);
            finding.line = start + at;
            findings.push(finding);
        }
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
}

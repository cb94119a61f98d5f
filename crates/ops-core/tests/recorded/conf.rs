//! Configuration files against what Flink's own readers make of them, recorded in `fixtures/conf/*.tsv`.

use std::collections::BTreeMap;

use ops_core::conf::ConfDocument;
use ops_core::version::Dialect;
use serde_json::Value;

use crate::answers;

/// Files that Flink reads and flinkops refuses: anchors that Flink numbers as it goes, keys in lists that its emitter
/// spreads over lines, types that are no text, and syntax that YAML 1.2 forbids and snakeyaml lets pass.
const REFUSED_HERE_ONLY: [&str; 19] = [
    "alias-bomb.yaml",
    "alias-map-shared.yaml",
    "alias-recursive.yaml",
    "anchor-list-shared.yaml",
    "block-in-flow.yaml",
    "comment-after-flow.yaml",
    "escape-surrogates.yaml",
    "flow-dedent-map.yaml",
    "flow-dedent.yaml",
    "key-empty-explicit.yaml",
    "list-complex-key.yaml",
    "list-empty-key.yaml",
    "list-multiline-key.yaml",
    "long-key-in-list.yaml",
    "quoted-dedent.yaml",
    "tab-continued-quoted.yaml",
    "tag-binary.yaml",
    "tag-set.yaml",
    "yaml-comment-no-space.yaml",
];

fn compare(dialect: Dialect, directory: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let recorded = answers::answers(&format!("conf/{directory}.tsv"));
    assert!(!recorded.is_empty());
    for answer in recorded {
        let file = answers::directory().join("conf").join(directory).join(&answer.input);
        let bytes = std::fs::read(file).unwrap();
        let ours = match std::str::from_utf8(&bytes) {
            Ok(text) => ConfDocument::parse(text, dialect),
            Err(_) => {
                assert!(answer.said.is_null(), "{} is not UTF-8, and Flink reads it", answer.input);
                continue;
            }
        };
        if REFUSED_HERE_ONLY.contains(&answer.input.as_str()) {
            assert!(ours.is_err() && !answer.said.is_null(), "{} does not belong in the list", answer.input);
            continue;
        }
        let said = match &answer.said {
            Value::Null => None,
            said => Some(serde_json::from_value::<BTreeMap<String, String>>(said.clone()).unwrap()),
        };
        let (read, error) = match ours {
            Ok(ours) => {
                (Some(ours.effective().map(|e| (e.key.clone(), e.value.clone())).collect()), String::new())
            }
            Err(error) => (None, error.to_string()),
        };
        if read != said {
            wrong.push(format!("{}\n  Flink: {said:?}\n  here:  {read:?} {error}", answer.input));
        }
    }
    wrong
}

#[test]
fn every_recorded_legacy_file_is_read_as_flink_reads_it() {
    let wrong = compare(Dialect::Legacy, "legacy");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_recorded_yaml_file_is_read_as_flink_reads_it() {
    let wrong = compare(Dialect::Yaml, "yaml");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

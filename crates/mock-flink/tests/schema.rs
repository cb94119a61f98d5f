//! The published JSON Schema of scenarios takes what the mock takes, and refuses what it refuses.

use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use mock_flink::scenario::{READY_MADE, Scenario, schema};
use serde_json::Value;

struct Judge {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Judge {
    fn new() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("scenario.json", schema()).unwrap();
        let index = compiler.compile("scenario.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn takes(&self, text: &str) -> Result<(), String> {
        let value: Value = ops_core::yaml::parse(text, Path::new("scenario.yaml")).unwrap();
        self.schemas.validate(&value, self.index).map_err(|error| error.to_string())
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the way to tell a test to write")]
fn the_published_schema_is_that_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mock-scenario.schema.json");
    let text = format!("{:#}\n", schema());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).is_ok_and(|published| published == text),
        "docs/mock-scenario.schema.json is not that of the types; run `UPDATE_DOCS=1 cargo test -p mock-flink --test schema`"
    );
}

#[test]
fn scenarios_that_come_with_the_mock_and_the_one_of_the_guide_are_valid() {
    let judge = Judge::new();
    let guide = include_str!("../../../docs/mock-scenarios.md");
    let example = guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    for text in READY_MADE.iter().map(|ready| ready.text).chain([example]) {
        judge.takes(text).unwrap();
        Scenario::parse(text, Path::new("scenario.yaml")).unwrap();
    }
}

#[test]
fn what_the_mock_refuses_the_schema_refuses() {
    let judge = Judge::new();
    for text in [
        "clusters: {}",
        "cluster: {flink-version: newest}",
        "cluster: {slots: -1}",
        "programs: [{class: X, vertices: [{rate: 1}]}]",
        "jobs: [{parallelism: 2}]",
        "jobs: [{class: X, at: soon}]",
        "timeline: [{lose-task-manager: 0}]",
        "timeline: [{at: 1 s, fail-checkpoints: {job: x, as: never}}]",
        "faults: [{on: jobs, do: malformed}]",
        "faults: [{on: /jobs, do: explode}]",
        "faults: [{on: /jobs, do: {status: {body: x}}}]",
    ] {
        assert!(Scenario::parse(text, Path::new("scenario.yaml")).is_err(), "{text}");
        assert!(judge.takes(text).is_err(), "{text}");
    }
}

//! `docs/cluster.schema.json` is the schema of the types, and takes the guide's description.

use std::path::Path;

use ops_core::spec::ClusterSpec;

#[test]
#[expect(clippy::disallowed_methods, reason = "the way to tell a test to write")]
fn the_published_schema_is_that_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cluster.schema.json");
    let text = serde_json::to_string_pretty(&ClusterSpec::schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == text,
        "docs/cluster.schema.json is not that of the types; run `UPDATE_DOCS=1 cargo test -p flinkops-ops-core --test cluster_schema`"
    );
}

#[test]
fn the_schema_takes_what_the_types_take() {
    let schema = ClusterSpec::schema();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("cluster.json", schema).unwrap();
    let index = compiler.compile("cluster.json", &mut schemas).unwrap();
    let guide: serde_json::Value =
        serde_saphyr::from_str(include_str!("../../../examples/guide/cluster.yaml")).unwrap();
    schemas.validate(&guide, index).unwrap_or_else(|error| panic!("{error}"));
    let mut wrong = guide;
    wrong["checkpoint"] = serde_json::json!({});
    assert!(schemas.validate(&wrong, index).is_err(), "unknown fields are refused");
}

//! The JSON Schema of scenario files, for editors and for who checks them elsewhere.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::model::Scenario;

/// The schema (draft 2020-12). It comes from the same types that read the files; what only their contents say, such as that
/// inputs stand before what they flow into, is not in it.
pub fn schema() -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Scenario>();
    schema.insert("title".to_owned(), "A scenario of mock-flink".into());
    schema.into()
}

//! A JSON Schema of `config.yaml` for editors: completion, types, defaults, what is deprecated.

mod build;
mod value;

pub use build::schema;

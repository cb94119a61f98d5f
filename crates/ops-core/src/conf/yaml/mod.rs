//! `config.yaml`: YAML as Flink's `YamlParserUtils` reads it, flattened into dotted keys as its
//! `GlobalConfiguration` does.

mod edit;
mod flatten;
mod layout;
mod part;
mod scalar;
mod strict;
mod tree;
mod write;

pub(super) use edit::{comment_out, rename, set, unset};
pub(super) use flatten::{key_text, parse, value_text};
pub(super) use layout::format;
pub(crate) use part::Part;

//! From the tree of a `config.yaml` to its entries, as Flink flattens it.

use std::rc::Rc;

use super::tree::{self, Kind, Node, refused, unsupported};
use super::{scalar, write};
use crate::conf::ConfError;
use crate::conf::entry::{Entry, Problem, ProblemKind, mark_shadowed};
use crate::conf::lines::Index;

/// A file of more entries than this is no configuration; aliases can make many out of few.
const MAX_ENTRIES: usize = 100_000;

pub(in crate::conf) fn parse(text: &str) -> Result<(Vec<Entry>, Vec<Problem>), ConfError> {
    let mut flat = Flat { text, index: Index::new(text), entries: Vec::new(), problems: Vec::new() };
    if let Some(root) = tree::parse(text)? {
        match &root.target().kind {
            Kind::Map(pairs) => flat.flatten(pairs, "")?,
            Kind::Scalar(scalar::Scalar::Null) => {}
            _ => {
                let found = "a document that is no mapping";
                return Err(refused(text, root.start, found, "lines of `key: value` are needed"));
            }
        }
    }
    let Flat { mut entries, mut problems, .. } = flat;
    mark_shadowed(&mut entries, &mut problems);
    Ok((entries, problems))
}

/// The text of a scalar that is read back as this key.
pub(in crate::conf) fn key_text(key: &str) -> String {
    write::key(key, write::Context::Block)
}

/// The text of a scalar that is read back as this value.
pub(in crate::conf) fn value_text(value: &str) -> String {
    write::value(value, write::Context::Block)
}

struct Flat<'a> {
    text: &'a str,
    index: Index<'a>,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
}

impl Flat<'_> {
    fn flatten(&mut self, pairs: &[(Rc<Node>, Rc<Node>)], prefix: &str) -> Result<(), ConfError> {
        for (key_node, value) in pairs {
            let Some(name) = key_name(key_node) else {
                let found = "a key that is not text";
                return Err(refused(
                    self.text,
                    key_node.start,
                    found,
                    "Flink takes text only; put the key in quotes",
                ));
            };
            let key = format!("{prefix}{name}");
            let (line, column) = self.index.position(key_node.start);
            let value_of = match &value.target().kind {
                Kind::Map(inner) if inner.is_empty() => {
                    self.problems.push(Problem {
                        line,
                        column,
                        key: Some(key),
                        kind: ProblemKind::EmptyValue,
                    });
                    continue;
                }
                Kind::Map(inner) => {
                    self.flatten(inner, &format!("{key}."))?;
                    continue;
                }
                Kind::Scalar(scalar) => scalar.to_flink().ok_or_else(|| {
                    let found = format!("no value for `{key}` (null)");
                    refused(
                        self.text,
                        key_node.start,
                        &found,
                        "Flink refuses the whole file; write a value, or '' for empty text",
                    )
                })?,
                _ => write::list(value.target()).map_err(|write::Unwritable(node, found, mend)| {
                    unsupported(self.text, node.start, found, mend)
                })?,
            };
            if self.entries.len() >= MAX_ENTRIES {
                return Err(unsupported(
                    self.text,
                    key_node.start,
                    "a file of more than 100000 entries",
                    "shorten it",
                ));
            }
            let (value_line, value_column) = self.index.position(value.start);
            let end_line = self.index.position(trimmed_end(self.text, value)).0.max(value_line);
            self.entries.push(Entry {
                key,
                value: value_of,
                line,
                column,
                value_line,
                value_column,
                shadowed: false,
                end_line,
            });
        }
        Ok(())
    }
}

/// The name that a key stands for. Flink writes a null key as `null`, and refuses numbers and booleans.
pub(super) fn key_name(node: &Node) -> Option<&str> {
    match &node.target().kind {
        Kind::Scalar(scalar::Scalar::Text(text)) => Some(text),
        // `: value` is refused, too: nothing at all is no key.
        Kind::Scalar(scalar::Scalar::Null) if node.end > node.start => Some("null"),
        _ => None,
    }
}

/// Past the last character of a node that is no line break.
pub(super) fn trimmed_end(text: &str, node: &Node) -> usize {
    node.start + text[node.start..node.end].trim_end_matches(['\n', '\r', ' ', '\t']).len()
}

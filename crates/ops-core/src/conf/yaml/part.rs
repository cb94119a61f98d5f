//! A text read as a YAML value by itself, as Flink does with the values of list and map options.

use std::rc::Rc;

use super::tree::{self, Kind, Node};
use super::write;

/// What the text holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A scalar, as Java turns it into text; null is `None`.
    Scalar(Option<String>),
    /// A list, and how Flink writes it, where that can be told.
    List(Vec<Part>, Option<String>),
    /// A mapping, and how Flink writes it, where that can be told.
    Map(Vec<(String, Part)>, Option<String>),
}

impl Part {
    /// Reads a text; `None` where Flink's parser refuses it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match tree::parse(text).ok()? {
            Some(root) => Self::of(&root),
            None => Some(Self::Scalar(None)),
        }
    }

    fn of(node: &Node) -> Option<Self> {
        let node = node.target();
        let written = || write::list(node).ok();
        Some(match &node.kind {
            Kind::Scalar(scalar) => Self::Scalar(scalar.to_flink()),
            Kind::List(items) => {
                Self::List(items.iter().map(|item| Self::of(item)).collect::<Option<_>>()?, written())
            }
            Kind::Map(pairs) => {
                let pair = |(key, value): &(Rc<Node>, Rc<Node>)| {
                    let key = match Self::of(key)? {
                        Self::Scalar(key) => key.unwrap_or_else(|| "null".to_owned()),
                        Self::List(_, key) | Self::Map(_, key) => key?,
                    };
                    Some((key, Self::of(value)?))
                };
                Self::Map(pairs.iter().map(pair).collect::<Option<_>>()?, written())
            }
            // `target` has no alias.
            Kind::Alias(_) => return None,
        })
    }
}

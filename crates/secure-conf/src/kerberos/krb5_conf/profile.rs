//! Sections and relations in memory.

use std::path::Path;

use ops_core::files::{self, FileError};

use super::parse::{self, MAX_KRB5_CONF, Problem};

/// A `krb5.conf`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Krb5Conf {
    /// The sections in the order of the file. One name may come several times; all of them count.
    pub sections: Vec<(String, Vec<Relation>)>,
    /// What MIT or Java would trip over, or does not see.
    pub problems: Vec<Problem>,
}

/// `name = value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The name.
    pub name: String,
    /// Line, from 1.
    pub line: usize,
    /// The value.
    pub value: Value,
}

/// What stands after the `=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, without quotes.
    Text(String),
    /// Relations in braces.
    Section(Vec<Relation>),
}

impl Krb5Conf {
    /// Reads a text. There is no text that cannot be read: what is wrong with it is in [`Krb5Conf::problems`].
    pub fn parse(text: &str) -> Self {
        parse::parse(text)
    }

    /// Reads a file of at most 1 MiB. What it includes is not read, but reported.
    ///
    /// # Errors
    /// It cannot be read, is longer, or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        Ok(Self::parse(&files::read_text(path, MAX_KRB5_CONF)?))
    }

    /// The relations of all sections of a name.
    pub fn section<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Relation> {
        self.sections.iter().filter(move |(section, _)| section == name).flat_map(|(_, relations)| relations)
    }

    /// The texts at a path, such as `realms`, `EXAMPLE.COM`, `kdc`, in the order of the file.
    pub fn texts(&self, section: &str, path: &[&str]) -> Vec<&str> {
        let mut level: Vec<&Relation> =
            self.sections.iter().filter(|(name, _)| name == section).flat_map(|(_, r)| r).collect();
        for (depth, name) in path.iter().enumerate() {
            level.retain(|relation| relation.name == *name);
            if depth + 1 < path.len() {
                level = level
                    .into_iter()
                    .filter_map(|relation| match &relation.value {
                        Value::Section(inner) => Some(inner),
                        Value::Text(_) => None,
                    })
                    .flatten()
                    .collect();
            }
        }
        level
            .into_iter()
            .filter_map(|relation| match &relation.value {
                Value::Text(text) => Some(text.as_str()),
                Value::Section(_) => None,
            })
            .collect()
    }

    /// The text that counts at a path: the first.
    pub fn text(&self, section: &str, path: &[&str]) -> Option<&str> {
        self.texts(section, path).first().copied()
    }
}

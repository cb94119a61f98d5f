//! A configuration file in memory: its text, and the entries that Flink finds in it.

use std::path::Path;

use super::entry::{Entry, Problem};
use super::error::ConfError;
use super::{legacy, lines, yaml};
use crate::files;
use crate::version::Dialect;

/// A longer file is no configuration.
const MAX_FILE: u64 = 4 << 20;

/// A configuration file: what Flink reads from it, and edits that leave the rest of its text alone.
///
/// ```
/// use ops_core::conf::ConfDocument;
/// use ops_core::version::Dialect;
///
/// let mut conf = ConfDocument::parse("rest:\n  port: 8081 # the UI\n", Dialect::Yaml)?;
/// conf.set("rest.port", "8082")?;
/// conf.set("rest.bind-address", "0.0.0.0")?;
/// assert_eq!(conf.to_text(), "rest:\n  port: 8082 # the UI\n  bind-address: 0.0.0.0\n");
/// # Ok::<(), ops_core::conf::ConfError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConfDocument {
    dialect: Dialect,
    text: String,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
}

impl ConfDocument {
    /// Reads a text.
    ///
    /// # Errors
    /// YAML that Flink refuses, or that flinkops does not follow. The legacy dialect has no errors: Flink drops the
    /// lines that it does not understand ([`ConfDocument::problems`]).
    pub fn parse(text: &str, dialect: Dialect) -> Result<Self, ConfError> {
        let (entries, problems) = match dialect {
            Dialect::Legacy => legacy::parse(text),
            Dialect::Yaml => yaml::parse(text)?,
        };
        Ok(Self { dialect, text: text.to_owned(), entries, problems })
    }

    /// Reads a file of at most 4 MiB. Its name says which dialect it is in: `flink-conf.yaml` or `config.yaml`. Under
    /// another name, the content must make sense in one of them only, or mean the same in both.
    ///
    /// # Errors
    /// The file cannot be read, its dialect cannot be told, or [`ConfDocument::parse`] refuses it. The path is in the
    /// message.
    pub fn read(path: &Path) -> Result<Self, ConfError> {
        let text = files::read_text(path, MAX_FILE)?;
        let named = [Dialect::Legacy, Dialect::Yaml]
            .into_iter()
            .find(|dialect| path.file_name().is_some_and(|name| name == dialect.file_name()));
        match named {
            Some(dialect) => Self::parse(&text, dialect).map_err(|error| error.in_file(path)),
            None => Self::by_content(&text, path),
        }
    }

    fn by_content(text: &str, path: &Path) -> Result<Self, ConfError> {
        let legacy = Self::parse(text, Dialect::Legacy)?;
        let legacy_fits = legacy.problems.is_empty() && !legacy.entries.is_empty();
        match Self::parse(text, Dialect::Yaml) {
            Err(_) if legacy_fits => Ok(legacy),
            Err(error) => Err(error.in_file(path)),
            Ok(yaml) => {
                let pairs = |document: &Self| {
                    document.entries.iter().map(|e| (e.key.clone(), e.value.clone())).collect::<Vec<_>>()
                };
                if !legacy_fits || pairs(&yaml) == pairs(&legacy) {
                    return Ok(yaml);
                }
                Err(ConfError::UnknownDialect { path: path.to_owned() })
            }
        }
    }

    /// A file with nothing in it.
    pub fn empty(dialect: Dialect) -> Self {
        Self { dialect, text: String::new(), entries: Vec::new(), problems: Vec::new() }
    }

    /// The dialect the file is in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The entries in the order of the file, the shadowed ones among them.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The entries that count: one for each key.
    pub fn effective(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.shadowed)
    }

    /// What Flink passes over in silence, in the order of the file.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The value that counts for a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entry(key).map(|entry| entry.value.as_str())
    }

    /// The entry that counts for a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.effective().find(|entry| entry.key == key)
    }

    /// Gives a key a value. An entry is changed in its place, and keeps its comment; a new one is added at the end, in
    /// nested YAML at the end of the mapping it belongs to. The value is quoted where that is needed to keep it.
    ///
    /// # Errors
    /// The dialect has no way to hold the key or value, or the entry is tied to others by an anchor. The document is
    /// as it was then.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), ConfError> {
        self.holds_key(key)?;
        if let (Dialect::Legacy, Some(reason)) = (self.dialect, legacy::refuses_value(value)) {
            return Err(self.cannot_hold(key, "value", reason));
        }
        let mut expected = self.pairs();
        match expected.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => *old = value.to_owned(),
            None => expected.push((key.to_owned(), value.to_owned())),
        }
        let text = match self.dialect {
            Dialect::Legacy => Some(legacy::set(&self.text, key, value)),
            Dialect::Yaml => yaml::set(&self.text, key, value),
        };
        self.replace(text, expected).ok_or_else(|| self.not_editable(key))
    }

    /// Removes a key, with every entry that has it. False when there is none, or (YAML only) when it cannot go by
    /// itself, since an anchor ties it to others.
    pub fn unset(&mut self, key: &str) -> bool {
        if self.entry(key).is_none() {
            return false;
        }
        let text = match self.dialect {
            Dialect::Legacy => Some(legacy::unset(&self.text, key)),
            Dialect::Yaml => yaml::unset(&self.text, key),
        };
        let expected = self.pairs_without(key);
        self.replace(text, expected).is_some()
    }

    /// Gives a key another name. The value stays, and so does the place, unless the new name belongs to another
    /// mapping of nested YAML.
    ///
    /// # Errors
    /// There is no such key, the new one is in use or cannot be held, or an anchor ties the entry to others.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), ConfError> {
        if self.entry(from).is_none() {
            return Err(ConfError::NoSuchKey { key: from.to_owned() });
        }
        if from == to {
            return Ok(());
        }
        if self.entry(to).is_some() {
            return Err(ConfError::KeyTaken { key: to.to_owned() });
        }
        self.holds_key(to)?;
        let mut expected = self.pairs();
        expected.iter_mut().filter(|(key, _)| key == from).for_each(|(key, _)| *key = to.to_owned());
        let text = match self.dialect {
            Dialect::Legacy => Some(legacy::rename(&self.text, from, to)),
            Dialect::Yaml => yaml::rename(&self.text, from, to),
        };
        self.replace(text, expected).ok_or_else(|| self.not_editable(from))
    }

    /// Turns every entry of a key into a comment, with the reason on lines of its own above. False as for
    /// [`ConfDocument::unset`].
    pub fn comment_out(&mut self, key: &str, reason: &str) -> bool {
        if self.entry(key).is_none() {
            return false;
        }
        let text = match self.dialect {
            Dialect::Legacy => Some(legacy::comment_out(&self.text, key, reason)),
            Dialect::Yaml => yaml::comment_out(&self.text, key, reason),
        };
        let expected = self.pairs_without(key);
        self.replace(text, expected).is_some()
    }

    /// Adds comment lines at the end; not where the file ends within a block scalar that has no line break yet, since
    /// its value would change.
    pub fn append_comment(&mut self, text: &str) {
        let with = lines::append(&self.text, &lines::comment(text));
        let expected = self.pairs();
        // Nothing to tell the caller: the configuration is the same either way.
        let _ = self.replace(Some(with), expected);
    }

    /// Replaces line number `line` (from 1) of the text, if it is `from`, and its replacement leaves the file readable.
    /// False otherwise; the document is as it was then.
    pub fn replace_line(&mut self, line: usize, from: &str, to: &str) -> bool {
        let place = line.checked_sub(1).and_then(|index| lines::lines(&self.text).nth(index));
        let Some(place) = place.filter(|place| &self.text[place.start..place.end] == from) else {
            return false;
        };
        let text = lines::splice(&self.text, vec![(place.start..place.end, to.to_owned())]);
        match Self::parse(&text, self.dialect) {
            Ok(new) => {
                *self = new;
                true
            }
            Err(_) => false,
        }
    }

    /// The text. Of an unchanged document, the very bytes that were read.
    pub fn to_text(&self) -> String {
        self.text.clone()
    }

    /// The text, borrowed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Takes the new text if it reads back with exactly these effective entries.
    fn replace(&mut self, text: Option<String>, mut expected: Vec<(String, String)>) -> Option<()> {
        let new = Self::parse(&text?, self.dialect).ok()?;
        let mut found = new.pairs();
        found.sort();
        expected.sort();
        if found != expected {
            return None;
        }
        *self = new;
        Some(())
    }

    fn pairs(&self) -> Vec<(String, String)> {
        self.effective().map(|entry| (entry.key.clone(), entry.value.clone())).collect()
    }

    fn pairs_without(&self, key: &str) -> Vec<(String, String)> {
        let mut pairs = self.pairs();
        pairs.retain(|(known, _)| known != key);
        pairs
    }

    fn holds_key(&self, key: &str) -> Result<(), ConfError> {
        let reason = match self.dialect {
            Dialect::Legacy => legacy::refuses_key(key),
            Dialect::Yaml => key.is_empty().then_some("it is empty"),
        };
        reason.map_or(Ok(()), |reason| Err(self.cannot_hold(key, "key", reason)))
    }

    fn cannot_hold(&self, key: &str, part: &'static str, reason: &str) -> ConfError {
        let file = self.dialect.file_name();
        ConfError::CannotHold { file, key: key.to_owned(), part, reason: reason.to_owned() }
    }

    fn not_editable(&self, key: &str) -> ConfError {
        let line =
            self.entry(key).map_or_else(|| lines::lines(&self.text).count().max(1), |entry| entry.line);
        ConfError::NotEditable { key: key.to_owned(), line }
    }
}

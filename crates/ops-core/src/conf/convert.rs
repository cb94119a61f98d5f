//! From one dialect to the other, by meaning.

use super::document::ConfDocument;
use super::entry::Entry;
use super::error::ConfError;
use super::lines::{line_break, lines};
use super::{legacy, yaml};
use crate::version::Dialect;

impl ConfDocument {
    /// The same configuration in the other dialect: the same keys with the same values, in the same order, flat.
    /// Whole-line comments are carried over, and from the legacy dialect those behind values and the lines that Flink
    /// drops, too (as comments). A document that is in the dialect already is returned as it is.
    ///
    /// # Errors
    /// The legacy dialect cannot hold a value, for instance one with `#` in it.
    pub fn convert(&self, to: Dialect) -> Result<ConfDocument, ConfError> {
        match (self.dialect(), to) {
            (Dialect::Legacy, Dialect::Yaml) => Self::parse(&self.legacy_to_yaml(), to),
            (Dialect::Yaml, Dialect::Legacy) => self.yaml_to_legacy(),
            _ => Ok(self.clone()),
        }
    }

    fn legacy_to_yaml(&self) -> String {
        let text = self.text();
        let mut entries = self.entries().peekable();
        let mut out = String::with_capacity(text.len());
        for (index, line) in lines(text).enumerate() {
            let raw = printable(&text[line.start..line.end]);
            let bare = raw.trim();
            match entries.next_if(|entry| entry.line == index + 1) {
                Some(entry) if !entry.shadowed => {
                    out.push_str(&format!(
                        "{}: {}",
                        yaml::key_text(&entry.key),
                        yaml::value_text(&entry.value)
                    ));
                    if let Some(at) = raw.find('#') {
                        out.push(' ');
                        out.push_str(&raw[at..]);
                    }
                }
                None if bare.is_empty() => {}
                None if bare.starts_with('#') => out.push_str(bare),
                // Flink did not see these lines, and must not see them now.
                _ => out.push_str(&format!("# {bare}")),
            }
            out.push_str(line_break(text));
        }
        out
    }

    fn yaml_to_legacy(&self) -> Result<ConfDocument, ConfError> {
        let mut out = String::new();
        let mut entries = self.effective().peekable();
        let mut covered = 0;
        for (index, line) in lines(self.text()).enumerate() {
            while let Some(entry) = entries.next_if(|entry| entry.line <= index + 1) {
                legacy_line(entry, &mut out)?;
                covered = covered.max(entry.end_line);
            }
            let bare = self.text()[line.start..line.end].trim();
            if index + 1 > covered && bare.starts_with('#') {
                out.push_str(bare);
                out.push('\n');
            }
        }
        for entry in entries {
            legacy_line(entry, &mut out)?;
        }
        Self::parse(&out, Dialect::Legacy)
    }
}

fn legacy_line(entry: &Entry, out: &mut String) -> Result<(), ConfError> {
    let (key, value) = (&entry.key, &entry.value);
    let refused = legacy::refuses_key(key).map(|reason| ("key", reason));
    if let Some((part, reason)) =
        refused.or_else(|| legacy::refuses_value(value).map(|reason| ("value", reason)))
    {
        let file = Dialect::Legacy.file_name();
        return Err(ConfError::CannotHold { file, key: key.clone(), part, reason: reason.to_owned() });
    }
    out.push_str(&format!("{key}: {value}\n"));
    Ok(())
}

/// Control characters and others that YAML refuses, as blanks.
fn printable(line: &str) -> String {
    line.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
        .collect()
}

//! Laying a file out anew: blanks, indentation, flat or nested keys. What Flink reads stays the same.

use super::document::ConfDocument;
use super::error::ConfError;
use super::lines::line_break;
use super::{legacy, yaml};
use crate::version::Dialect;

/// How the keys of a `config.yaml` are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As they are.
    Keep,
    /// `rest.port: 8081`.
    Flat,
    /// `rest:`, and `port: 8081` below it.
    Nested,
}

impl ConfDocument {
    /// The same configuration with one blank behind each colon, two for each level of nesting, at most one empty line in
    /// a row, and a line break at the end. Comments stay with the entries below them, and the order stays, but that
    /// [`Style::Nested`] brings keys with a common beginning together. Lines that Flink drops are kept as they are.
    ///
    /// # Errors
    /// `flink-conf.yaml` cannot be nested; or the file cannot be written anew without a change of its meaning.
    pub fn format(&self, style: Style) -> Result<Self, ConfError> {
        let text = match self.dialect() {
            Dialect::Legacy if style == Style::Nested => return Err(ConfError::NotNested),
            Dialect::Legacy => Some(legacy::format(self.text())),
            Dialect::Yaml => yaml::format(self.text(), style),
        };
        let text = text.ok_or(ConfError::NotFormattable)?;
        let text = tidy(&text, line_break(self.text()));
        let new = Self::parse(&text, self.dialect()).map_err(|_| ConfError::NotFormattable)?;
        if new.meaning() == self.meaning() { Ok(new) } else { Err(ConfError::NotFormattable) }
    }

    fn meaning(&self) -> Vec<(&str, &str)> {
        let mut pairs: Vec<_> = self.effective().map(|e| (e.key.as_str(), e.value.as_str())).collect();
        pairs.sort_unstable();
        pairs
    }
}

/// Lines with the file's own line breaks, without empty ones at the start, at the end, and beside each other. The text
/// has `\n` for its line breaks; within block scalars there may be others, which the comparison of meanings settles.
fn tidy(text: &str, line_break: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.split('\n') {
        if line.is_empty() && empty {
            continue;
        }
        empty = line.is_empty();
        tidied.push_str(line);
        tidied.push_str(line_break);
    }
    while tidied.ends_with(&line_break.repeat(2)) || tidied == line_break {
        tidied.truncate(tidied.len() - line_break.len());
    }
    tidied
}

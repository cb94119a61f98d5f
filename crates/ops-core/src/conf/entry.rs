//! What a configuration file holds: entries, and what Flink passes over without a word.

use std::collections::HashMap;
use std::fmt;

/// A key with its value, as Flink sees them, and where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The key; from nested YAML, the path joined with dots.
    pub key: String,
    /// What Flink returns for the key as a string. Legacy: the text of the line. YAML: what the scalar means
    /// (`0123` is `123`), lists written the way Flink writes them.
    pub value: String,
    /// Line of the key, from 1.
    pub line: usize,
    /// Column of the key in characters, from 1.
    pub column: usize,
    /// Line on which the value begins, from 1.
    pub value_line: usize,
    /// Column of the value in characters, from 1.
    pub value_column: usize,
    /// Whether a later entry has the same key, so that this one has no effect.
    pub shadowed: bool,
    /// Line on which the value ends.
    pub(crate) end_line: usize,
}

/// Something in the file that Flink passes over, or reads in a way that its writer may not expect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The key, where there is one.
    pub key: Option<String>,
    /// What it is.
    pub kind: ProblemKind,
}

/// The kinds of [`Problem`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// Legacy: the line has no `: `, so Flink drops it.
    NoSeparator,
    /// Legacy: nothing stands before the `: `, so Flink drops the line.
    EmptyKey,
    /// Nothing stands after the key (YAML: an empty mapping), so Flink does not see the key.
    EmptyValue,
    /// A later entry has the same key, so this one has no effect.
    Shadowed {
        /// The line of the entry that counts.
        by_line: usize,
    },
    /// Legacy: a `#` without a blank before it ends the value here too.
    CutAtHash,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key.as_deref().unwrap_or_default();
        match &self.kind {
            ProblemKind::NoSeparator => {
                write!(f, "the line has no `: ` (colon and blank) between key and value; Flink drops it")
            }
            ProblemKind::EmptyKey => write!(f, "there is no key before the `: `; Flink drops the line"),
            ProblemKind::EmptyValue => write!(f, "`{key}` has no value; Flink passes over it"),
            ProblemKind::Shadowed { by_line } => {
                write!(f, "`{key}` is set again in line {by_line}; this entry has no effect")
            }
            ProblemKind::CutAtHash => {
                write!(
                    f,
                    "the value of `{key}` ends at the `#`; in this file format it begins a comment anywhere"
                )
            }
        }
    }
}

/// Marks the entries that a later one shadows, and reports them; puts the problems in the order of the file.
pub(crate) fn mark_shadowed(entries: &mut [Entry], problems: &mut Vec<Problem>) {
    let mut last: HashMap<String, usize> = HashMap::new();
    for entry in entries.iter_mut().rev() {
        match last.get(&entry.key) {
            None => drop(last.insert(entry.key.clone(), entry.line)),
            Some(by_line) => {
                entry.shadowed = true;
                let kind = ProblemKind::Shadowed { by_line: *by_line };
                let (line, column) = (entry.line, entry.column);
                problems.push(Problem { line, column, key: Some(entry.key.clone()), kind });
            }
        }
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
}

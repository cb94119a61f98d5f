//! The lines that findings point at, as they may be shown.

use std::collections::HashMap;
use std::path::Path;

use conf_lint::Files;
use ops_core::conf::{ConfDocument, shown_line};
use ops_core::files;

/// A longer file is not shown.
const MAX_FILE: u64 = 4 << 20;

/// Files that were looked at, without their secrets.
#[derive(Default)]
pub(super) struct Sources<'a> {
    linted: &'a [Files],
    files: HashMap<String, Vec<String>>,
}

impl<'a> Sources<'a> {
    /// Takes the lines from what was linted; from the disk, where a file is not among it.
    pub(super) fn of(linted: &'a [Files]) -> Self {
        Self { linted, files: HashMap::new() }
    }

    /// Takes these lines for the file, whatever is on the disk.
    pub(super) fn insert(&mut self, file: String, lines: Vec<String>) {
        self.files.insert(file, lines);
    }

    /// A line, from 1, of a file; `None` where there is no such line or file.
    pub(super) fn line(&mut self, file: &str, number: usize) -> Option<&str> {
        if !self.files.contains_key(file) {
            let linted = self.linted.iter().find_map(|files| files.shown_lines(file));
            self.files.insert(file.to_owned(), linted.unwrap_or_else(|| read(Path::new(file))));
        }
        self.files.get(file)?.get(number.checked_sub(1)?).map(String::as_str)
    }
}

fn read(file: &Path) -> Vec<String> {
    // Only those two names are sure to be configurations; in all others, whole lines are looked at.
    if let Ok(document) = ConfDocument::read(file) {
        return document.shown_lines();
    }
    let text = files::read_text(file, MAX_FILE).unwrap_or_default();
    text.lines().map(shown_line).collect()
}

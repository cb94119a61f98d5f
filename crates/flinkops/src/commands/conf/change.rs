//! A change of a file: shown before it is made, and made in one step.

use std::fmt::Write as _;
use std::path::PathBuf;

use ops_core::conf::{ConfDocument, shown_line};
use ops_core::files;
use similar::{Algorithm, DiffTag, capture_diff_slices, group_diff_ops};

use crate::failure::Failure;
use crate::output::style;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// A file, as it is and as it is to be.
#[derive(Debug)]
pub(in crate::commands) struct Change {
    pub(in crate::commands) file: PathBuf,
    pub(in crate::commands) before: Text,
    pub(in crate::commands) after: Text,
}

/// The text of a file, and its lines without secrets.
#[derive(Debug, Clone)]
pub(in crate::commands) struct Text {
    whole: String,
    shown: Vec<String>,
}

impl Text {
    /// Of a file that is no configuration of Flink.
    pub(in crate::commands) fn plain(text: &str) -> Self {
        let shown = lines(text).into_iter().map(|line| shown_line(line.trim_end_matches(['\n', '\r'])));
        Self { whole: text.to_owned(), shown: shown.collect() }
    }

    /// The lines as they may be shown.
    pub(in crate::commands) fn shown(&self) -> &[String] {
        &self.shown
    }
}

impl From<&ConfDocument> for Text {
    fn from(document: &ConfDocument) -> Self {
        Self { whole: document.to_text(), shown: document.shown_lines() }
    }
}

/// Whether files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Mode {
    Write,
    DryRun,
}

impl Mode {
    pub(in crate::commands) fn of(dry_run: bool) -> Self {
        if dry_run { Self::DryRun } else { Self::Write }
    }
}

impl Change {
    /// Whether there is one.
    pub(in crate::commands) fn is_real(&self) -> bool {
        self.before.whole != self.after.whole
    }

    /// Writes the file, where that was asked for and is needed; says whether it did.
    pub(in crate::commands) fn write(&self, mode: Mode) -> Result<bool, Failure> {
        if mode == Mode::DryRun || !self.is_real() {
            return Ok(false);
        }
        let (before, after) = (self.before.whole.as_bytes(), self.after.whole.as_bytes());
        files::rewrite(&self.file, before, after, files::Mode::Kept)?;
        Ok(true)
    }

    /// A unified diff with colours; what may be a secret is not in it. Empty where nothing changes.
    pub(in crate::commands) fn diff(&self) -> String {
        let name = self.file.display().to_string();
        unified(&name, &self.before, &self.after)
    }
}

/// The diff of two texts. It compares the real lines, and shows them without their secrets.
pub(in crate::commands) fn unified(name: &str, before: &Text, after: &Text) -> String {
    let (old, new) = (lines(&before.whole), lines(&after.whole));
    let (old_shown, new_shown) = (&before.shown, &after.shown);
    let groups = group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), CONTEXT);
    if groups.is_empty() {
        return String::new();
    }
    let (heading, faint) = (style::HEADING, style::HELP);
    let mut text = format!("{heading}--- {name}{heading:#}\n{heading}+++ {name}{heading:#}\n");
    for group in groups {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let old_range = first.old_range().start..last.old_range().end;
        let new_range = first.new_range().start..last.new_range().end;
        let _ = writeln!(
            text,
            "{faint}@@ -{},{} +{},{} @@{faint:#}",
            old_range.start + 1,
            old_range.len(),
            new_range.start + 1,
            new_range.len()
        );
        for change in group {
            let (tag, old, new) = change.as_tag_tuple();
            if tag == DiffTag::Equal {
                text.extend(old_shown[old].iter().map(|line| format!(" {line}\n")));
                continue;
            }
            let (gone, come) = (style::ERROR, style::GOOD);
            text.extend(old_shown[old].iter().map(|line| format!("{gone}-{line}{gone:#}\n")));
            text.extend(new_shown[new].iter().map(|line| format!("{come}+{line}{come:#}\n")));
        }
    }
    text
}

/// The lines with their line breaks, one for each that [`ConfDocument::shown_lines`] gives.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = match rest.find(['\n', '\r']) {
            Some(at) if rest[at..].starts_with("\r\n") => at + 2,
            Some(at) => at + 1,
            None => rest.len(),
        };
        let (line, after) = rest.split_at(end);
        lines.push(line);
        rest = after;
    }
    lines
}

#[cfg(test)]
mod tests {
    use ops_core::version::Dialect;

    use super::*;

    fn diff(before: &str, after: &str) -> String {
        let parse = |text| Text::from(&ConfDocument::parse(text, Dialect::Legacy).unwrap());
        anstream::adapter::strip_str(&unified("f", &parse(before), &parse(after))).to_string()
    }

    #[test]
    fn a_changed_secret_shows_that_it_changed_and_nothing_else() {
        let diff = diff("a: 1\nb.password: one\nc: 2\n", "a: 1\nb.password: two\nc: 2\n");
        assert_eq!(diff, "--- f\n+++ f\n@@ -1,3 +1,3 @@\n a: 1\n-b.password: …\n+b.password: …\n c: 2\n");
    }

    #[test]
    fn a_changed_line_break_is_a_change_and_no_change_is_none() {
        assert_eq!(diff("a: 1\r\nb: 2", "a: 1\r\nb: 2\r\n").matches("b: 2").count(), 2);
        assert_eq!(diff("a: 1\n", "a: 1\n"), "");
    }
}

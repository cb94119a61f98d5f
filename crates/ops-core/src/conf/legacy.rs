//! `flink-conf.yaml`: lines of `key: value`, as `GlobalConfiguration` of Flink 1.18 splits them. Not YAML.
//!
//! A `#` begins a comment wherever it stands, the first `: ` ends the key, quotes are part of the value.

use std::ops::Range;

use super::entry::{Entry, Problem, ProblemKind, mark_shadowed};
use super::lines::{Line, append, comment, line_break, lines, splice};
use crate::units::java_trim;

/// What a line holds, as byte offsets into the text.
enum Content {
    Nothing,
    Dropped(ProblemKind, Range<usize>, Option<Range<usize>>),
    Entry { key: Range<usize>, value: Range<usize> },
}

pub(super) fn parse(text: &str) -> (Vec<Entry>, Vec<Problem>) {
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for (index, line) in lines(text).enumerate() {
        let number = index + 1;
        let column = |at: usize| text[line.start..at].chars().count() + 1;
        match content(text, line) {
            Content::Nothing => {}
            Content::Dropped(kind, at, key) => {
                let key = key.map(|key| text[key].to_owned());
                problems.push(Problem { line: number, column: column(at.start), key, kind });
            }
            Content::Entry { key, value } => {
                let after = &text[value.end..line.end];
                if after.starts_with('#') {
                    let (key, kind) = (Some(text[key.clone()].to_owned()), ProblemKind::CutAtHash);
                    problems.push(Problem { line: number, column: column(value.end), key, kind });
                }
                entries.push(Entry {
                    key: text[key.clone()].to_owned(),
                    value: text[value.clone()].to_owned(),
                    line: number,
                    column: column(key.start),
                    value_line: number,
                    value_column: column(value.start),
                    shadowed: false,
                    end_line: number,
                });
            }
        }
    }
    mark_shadowed(&mut entries, &mut problems);
    (entries, problems)
}

fn content(text: &str, line: Line) -> Content {
    let end = text[line.start..line.end].find('#').map_or(line.end, |at| line.start + at);
    let conf = trimmed(text, line.start..end);
    if conf.is_empty() {
        return Content::Nothing;
    }
    let Some(colon) = text[conf.clone()].find(": ").map(|at| conf.start + at) else {
        // `key:` with nothing behind it lost its blank in the trimming.
        let key = text[conf.clone()].strip_suffix(':').filter(|key| !key.is_empty());
        return match key {
            Some(key) => {
                let key = conf.start..conf.start + key.len();
                Content::Dropped(ProblemKind::EmptyValue, conf, Some(trimmed(text, key)))
            }
            None => Content::Dropped(ProblemKind::NoSeparator, conf, None),
        };
    };
    let key = trimmed(text, conf.start..colon);
    let value = trimmed(text, colon + 2..conf.end);
    match (key.is_empty(), value.is_empty()) {
        (true, _) => Content::Dropped(ProblemKind::EmptyKey, conf, None),
        (_, true) => Content::Dropped(ProblemKind::EmptyValue, conf, Some(key)),
        _ => Content::Entry { key, value },
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let end = range.start + part.trim_end_matches(|c| c <= ' ').len();
    let start = end - text[range.start..end].trim_start_matches(|c| c <= ' ').len();
    start..end
}

/// Why the dialect cannot hold this key.
pub(super) fn refuses_key(key: &str) -> Option<&'static str> {
    refuses(key).or_else(|| key.contains(": ").then_some("a `: ` ends the key"))
}

/// Why the dialect cannot hold this value.
pub(super) fn refuses_value(value: &str) -> Option<&'static str> {
    refuses(value)
}

fn refuses(part: &str) -> Option<&'static str> {
    if part.is_empty() {
        Some("it is empty, and Flink drops the line")
    } else if part.contains(['\n', '\r']) {
        Some("it contains a line break")
    } else if part.contains('#') {
        Some("everything from its `#` on would be a comment; there is no quoting in this format")
    } else if java_trim(part).len() != part.len() {
        Some("blanks and control characters at its ends would be cut off; there is no quoting in this format")
    } else {
        None
    }
}

pub(super) fn set(text: &str, key: &str, value: &str) -> String {
    let last = lines(text).filter_map(|line| entry_of(text, line, key)).last();
    match last {
        Some((_, range)) => splice(text, vec![(range, value.to_owned())]),
        None => append(text, &[format!("{key}: {value}")]),
    }
}

pub(super) fn rename(text: &str, from: &str, to: &str) -> String {
    let changes =
        lines(text).filter_map(|line| entry_of(text, line, from)).map(|(key, _)| (key, to.to_owned()));
    splice(text, changes.collect())
}

pub(super) fn unset(text: &str, key: &str) -> String {
    let gone = lines(text).filter(|line| entry_of(text, *line, key).is_some());
    splice(text, gone.map(|line| (line.start..line.next, String::new())).collect())
}

pub(super) fn comment_out(text: &str, key: &str, reason: &str) -> String {
    let mut changes = Vec::new();
    for line in lines(text).filter(|line| entry_of(text, *line, key).is_some()) {
        changes.push((line.start..line.start, "# ".to_owned()));
    }
    if let Some((_, with)) = changes.last_mut() {
        let above: String =
            comment(reason).into_iter().flat_map(|line| [line, line_break(text).to_owned()]).collect();
        with.insert_str(0, &above);
    }
    splice(text, changes)
}

fn entry_of(text: &str, line: Line, wanted: &str) -> Option<(Range<usize>, Range<usize>)> {
    match content(text, line) {
        Content::Entry { key, value } if &text[key.clone()] == wanted => Some((key, value)),
        _ => None,
    }
}

/// One blank behind each colon and before each comment, none at the ends of lines. Line breaks become `\n`.
pub(super) fn format(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in lines(text) {
        let raw = &text[line.start..line.end];
        match content(text, line) {
            Content::Entry { key, value } => {
                out.push_str(&format!("{}: {}", &text[key], &text[value]));
                if let Some(at) = raw.find('#') {
                    out.push(' ');
                    out.push_str(raw[at..].trim_end());
                }
            }
            Content::Nothing => out.push_str(raw.trim()),
            Content::Dropped(..) => out.push_str(raw.trim_end()),
        }
        out.push('\n');
    }
    out
}

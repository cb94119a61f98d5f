//! A `config.yaml` laid out anew, with its comments.

use std::rc::Rc;

use super::flatten::{key_name, trimmed_end};
use super::tree::{self, Kind, Node};
use super::write::{self, Context};
use crate::conf::Style;
use crate::conf::lines::{Line, lines};

/// The text with `\n` as line breaks; `None` where there is no way to lay it out.
pub(crate) fn format(text: &str, style: Style) -> Option<String> {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = unix.as_str();
    let root = tree::parse(text).ok()?;
    let mut source =
        Source { text, lines: lines(text).collect(), taken: 0, last: Vec::new(), out: String::new() };
    match root.as_deref() {
        Some(root) if matches!(root.kind, Kind::Map(_)) && !root.flow => match style {
            Style::Keep => {
                let mut open = vec![(column(text, root), 0)];
                source.keep(root, &mut open)?;
                source.comments(0, &open);
            }
            Style::Flat | Style::Nested => {
                let mut entries = Vec::new();
                source.collect(root, "", &mut entries)?;
                match style {
                    Style::Nested => nested(&entries, &mut source.out),
                    _ => entries.iter().for_each(|entry| entry.write(&entry.key, 0, &mut source.out)),
                }
            }
        },
        // Comments only, or one pair of braces.
        _ => return Some(text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()),
    }
    for line in source.above(usize::MAX) {
        source.out.push_str(&line.text);
        source.out.push('\n');
    }
    Some(source.out)
}

/// A line between entries: a comment, or nothing.
struct Between {
    indent: usize,
    text: String,
}

/// An entry out of its mapping.
struct Loose {
    key: String,
    /// Lines above it: comments without indentation.
    above: Vec<String>,
    /// What stands behind the colon, from its blank on; several lines have no indentation but their own.
    value: String,
}

impl Loose {
    fn write(&self, name: &str, indent: usize, out: &mut String) {
        self.write_above(indent, out);
        self.write_line(name, indent, out);
    }

    fn write_above(&self, indent: usize, out: &mut String) {
        for line in &self.above {
            push_indented(line, indent, out);
        }
    }

    fn write_line(&self, name: &str, indent: usize, out: &mut String) {
        let mut lines = self.value.split('\n');
        let first = lines.next().unwrap_or_default();
        push_indented(&format!("{}:{first}", write::key(name, Context::Block)), indent, out);
        for line in lines {
            push_indented(line, indent, out);
        }
    }
}

fn push_indented(line: &str, indent: usize, out: &mut String) {
    if !line.is_empty() {
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str(line);
    }
    out.push('\n');
}

struct Source<'a> {
    text: &'a str,
    lines: Vec<Line>,
    /// Lines that are in the output already.
    taken: usize,
    /// The old and the new indentation of the mappings around the entry that was written last.
    last: Vec<(usize, usize)>,
    out: String,
}

impl Source<'_> {
    /// Writes a block mapping as it is. `open` holds the old and the new indentation of the mappings around it.
    fn keep(&mut self, map: &Node, open: &mut Vec<(usize, usize)>) -> Option<()> {
        for (key, value) in pairs(map) {
            let (_, indent) = *open.last()?;
            self.comments(column(self.text, key), open);
            let colon = self.colon(key)?;
            let name = &self.text[key.start..key.end];
            match &value.kind {
                Kind::Map(inner) if !value.flow && !inner.is_empty() => {
                    let line_end = self.line_end(key.end);
                    let header = self.text[colon..line_end].trim();
                    // What follows on the lines up to the first entry is comments; anchors stand on the first.
                    let space = if header.is_empty() { "" } else { " " };
                    push_indented(&format!("{name}:{space}{header}"), indent, &mut self.out);
                    self.taken = self.line_of(key.start) + 1;
                    open.push((column(self.text, &inner[0].0), indent + 2));
                    self.keep(value, open)?;
                    open.pop();
                }
                _ => {
                    let text = self.value(key, value, colon)?;
                    let mut lines = text.split('\n');
                    let first = lines.next().unwrap_or_default();
                    push_indented(&format!("{name}:{first}"), indent, &mut self.out);
                    for line in lines {
                        push_indented(line, indent, &mut self.out);
                    }
                    self.last.clone_from(open);
                }
            }
        }
        Some(())
    }

    /// Writes the comments above the next key, each with the indentation of the mapping that it stood in.
    fn comments(&mut self, key_column: usize, open: &[(usize, usize)]) {
        let next = self.taken + self.text_lines_between();
        for line in self.above(next) {
            // A deeper one belongs to a mapping that ended above.
            let around = if line.indent > key_column { self.last.as_slice() } else { open };
            let found = around.iter().rev().find(|(old, _)| *old <= line.indent);
            let indent = found.map_or(line.indent, |(_, new)| *new);
            push_indented(&line.text, indent, &mut self.out);
        }
    }

    /// How many lines from the first one that is not written are comments or empty.
    fn text_lines_between(&self) -> usize {
        self.lines[self.taken..]
            .iter()
            .take_while(|line| is_between(&self.text[line.start..line.end]))
            .count()
    }

    /// The comments and empty lines up to a line.
    fn above(&mut self, until: usize) -> Vec<Between> {
        let mut found = Vec::new();
        while self.taken < until.min(self.lines.len()) {
            let line = self.lines[self.taken];
            let raw = &self.text[line.start..line.end];
            if is_between(raw) {
                let indent = raw.len() - raw.trim_start().len();
                found.push(Between { indent, text: raw.trim().to_owned() });
            }
            self.taken += 1;
        }
        found
    }

    /// Every entry below a mapping, in the order of the file.
    fn collect(&mut self, map: &Node, prefix: &str, entries: &mut Vec<Loose>) -> Option<()> {
        for (key, value) in pairs(map) {
            let name = format!("{prefix}{}", key_name(key)?);
            let line = self.line_of(key.start);
            let mut above: Vec<String> = self.above(line).into_iter().map(|line| line.text).collect();
            let colon = self.colon(key)?;
            match &value.kind {
                Kind::Map(inner) if !inner.is_empty() => {
                    let behind = match value.flow {
                        true => self.text[value.end..self.line_end(value.end)].trim(),
                        false => self.text[colon..self.line_end(key.end)].trim(),
                    };
                    above.extend(behind.starts_with('#').then(|| behind.to_owned()));
                    if !value.flow {
                        self.taken = line + 1;
                    } else if self.text[value.start..value.end].contains('#') {
                        // A comment between braces has no place in front of an entry.
                        return None;
                    }
                    let first = entries.len();
                    self.collect(value, &format!("{name}."), entries)?;
                    if let Some(first) = entries.get_mut(first) {
                        above.append(&mut first.above);
                        first.above = above;
                    }
                }
                _ => {
                    let value =
                        if map.flow { self.out_of_flow(value)? } else { self.value(key, value, colon)? };
                    entries.push(Loose { key: name, above, value });
                }
            }
            if map.flow || value.flow {
                self.taken = self.taken.max(self.line_of(value.end.max(key.end)) + 1);
            }
        }
        Some(())
    }

    /// A value from between braces, as it is written behind a key.
    fn out_of_flow(&self, value: &Node) -> Option<String> {
        Some(match &value.target().kind {
            Kind::Scalar(scalar) => format!(" {}", write::value(&scalar.to_flink()?, Context::Block)),
            _ => format!(" {}", &self.text[value.start..trimmed_end(self.text, value)]),
        })
    }

    /// What stands behind the colon of an entry, with its comment; its lines are taken.
    fn value(&mut self, key: &Node, value: &Node, colon: usize) -> Option<String> {
        let (first, end) = (self.line_of(key.start), trimmed_end(self.text, value).max(colon));
        let last = self.line_of(end.max(1) - usize::from(end > colon && self.text[..end].ends_with('\n')));
        self.taken = last + 1;
        let line = self.lines[first];
        if first == last {
            let inside = self.text[colon..end].trim();
            let behind = self.text[end..line.end].trim();
            let comment = if behind.is_empty() { String::new() } else { format!(" {behind}") };
            return Some(format!(" {inside}{comment}"));
        }
        let margin = column(self.text, key);
        let head = self.text[colon..line.end].trim();
        let mut lines = vec![if head.is_empty() { String::new() } else { format!(" {head}") }];
        for line in &self.lines[first + 1..=last] {
            let raw = self.text[line.start..line.end].trim_end();
            let blanks = raw.len() - raw.trim_start_matches(' ').len();
            lines.push(raw[blanks.min(margin)..].to_owned());
        }
        Some(lines.join("\n"))
    }

    /// Past the colon behind a key, on the same line.
    fn colon(&self, key: &Node) -> Option<usize> {
        let at = key.end + self.text[key.end..].find(':')?;
        (!self.text[key.end..at].contains('\n')).then_some(at + 1)
    }

    fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|line| line.start <= at).max(1) - 1
    }

    fn line_end(&self, at: usize) -> usize {
        self.lines.get(self.line_of(at)).map_or(self.text.len(), |line| line.end)
    }
}

fn is_between(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

fn column(text: &str, node: &Node) -> usize {
    node.start - text[..node.start].rfind('\n').map_or(0, |at| at + 1)
}

fn pairs(map: &Node) -> &[(Rc<Node>, Rc<Node>)] {
    match &map.kind {
        Kind::Map(pairs) => pairs,
        _ => &[],
    }
}

/// Entries in nested mappings: those with a common first part stand together, where the first of them stood.
fn nested(entries: &[Loose], out: &mut String) {
    let all: Vec<(&str, &Loose)> = entries.iter().map(|entry| (entry.key.as_str(), entry)).collect();
    level(&all, 0, out);
}

fn level(entries: &[(&str, &Loose)], indent: usize, out: &mut String) {
    let mut written = vec![false; entries.len()];
    for (index, (rest, entry)) in entries.iter().enumerate() {
        if written[index] {
            continue;
        }
        let Some((part, _)) =
            rest.split_once('.').filter(|(part, below)| !part.is_empty() && !below.is_empty())
        else {
            entry.write(rest, indent, out);
            continue;
        };
        // A key that is a value itself cannot hold others; those stay beside it, with their dots.
        if entries.iter().any(|(other, _)| *other == part) {
            entry.write(rest, indent, out);
            continue;
        }
        let below = |other: &str| other.strip_prefix(part).and_then(|o| o.strip_prefix('.')).map(str::len);
        let bare = Loose { key: String::new(), above: Vec::new(), value: entry.value.clone() };
        let mut group: Vec<(&str, &Loose)> = Vec::new();
        for (at, (other, loose)) in entries.iter().enumerate().skip(index) {
            if let Some(length) = below(other).filter(|length| *length > 0) {
                written[at] = true;
                group.push((&other[other.len() - length..], *loose));
            }
        }
        // What is said above the first of them is said above all.
        entry.write_above(indent, out);
        push_indented(&format!("{}:", write::key(part, Context::Block)), indent, out);
        group[0].1 = &bare;
        level(&group, indent + 2, out);
    }
}

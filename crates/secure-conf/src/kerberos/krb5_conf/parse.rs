//! Reading the text, line by line, as MIT's `prof_parse.c` does.
//!
//! Java refuses a file with a malformed line, and MIT most of them; so every such line is reported, and reading goes on.

use std::fmt;

use super::profile::{Krb5Conf, Relation, Value};

/// A longer file is no `krb5.conf`.
pub const MAX_KRB5_CONF: u64 = 1 << 20;

/// Real files have two levels.
const MAX_DEPTH: usize = 16;

/// Something in the text that MIT or Java trips over, or does not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// What it is.
    pub kind: ProblemKind,
}

/// The kinds of [`Problem`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A line that is no section, relation or brace.
    Malformed(String),
    /// A relation before the first section.
    OutsideSection(String),
    /// A `}` without its `{`.
    UnmatchedClose,
    /// A `{` whose `}` is missing.
    Unclosed(String),
    /// Braces within braces, deeper than anything reads.
    TooDeep,
    /// A value with what looks like a comment behind it; it is part of the value, since comments have lines of their own.
    TrailingComment(String),
    /// Another file or directory, which is not read here.
    Include(String),
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(line) => write!(f, "`{line}` is no `name = value`"),
            Self::OutsideSection(name) => write!(f, "`{name}` stands before the first [section]"),
            Self::UnmatchedClose => f.write_str("a `}` has no `{`"),
            Self::Unclosed(name) => write!(f, "the `{{` of `{name}` is never closed"),
            Self::TooDeep => f.write_str("braces are nested too deep"),
            Self::TrailingComment(value) => {
                write!(f, "the value is `{value}`, since a comment needs a line of its own")
            }
            Self::Include(line) => write!(f, "`{line}` is not followed, so what stands there is not checked"),
        }
    }
}

pub(super) fn parse(text: &str) -> Krb5Conf {
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        reader.line(line, index + 1);
    }
    reader.end()
}

/// A `{` that is open: its name, its line, and what stands in it so far.
struct Open {
    name: String,
    line: usize,
    relations: Vec<Relation>,
}

#[derive(Default)]
struct Reader {
    conf: Krb5Conf,
    open: Vec<Open>,
    /// `name =` with nothing behind it: the brace may stand on the next line.
    expects_brace: Option<(String, usize)>,
    /// Braces that were too deep and wait for their end.
    skipped: usize,
}

impl Reader {
    fn report(&mut self, line: usize, kind: ProblemKind) {
        self.conf.problems.push(Problem { line, kind });
    }

    fn line(&mut self, raw: &str, number: usize) {
        if ["include ", "include\t", "includedir ", "includedir\t", "module ", "module\t"]
            .iter()
            .any(|d| raw.starts_with(d))
        {
            return self.report(number, ProblemKind::Include(shortened(raw.trim())));
        }
        let line = raw.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            return;
        }
        if let Some((name, at)) = self.expects_brace.take() {
            if line == "{" {
                return self.begin(name, at);
            }
            self.add(Relation { name, line: at, value: Value::Text(String::new()) });
        }
        if line.starts_with('[') {
            return self.section(line, number);
        }
        if line == "}" || line == "}*" {
            return self.close(number);
        }
        let Some((name, value)) = line.split_once('=') else {
            return self.report(number, ProblemKind::Malformed(shortened(line)));
        };
        let name = name.trim_end().trim_end_matches('*').trim_end();
        if name.is_empty() || name.contains(char::is_whitespace) && !name.contains('"') {
            return self.report(number, ProblemKind::Malformed(shortened(line)));
        }
        let value = value.trim();
        match value {
            "{" => self.begin(name.to_owned(), number),
            "" => self.expects_brace = Some((name.to_owned(), number)),
            value => {
                if [" #", "\t#", " ;", "\t;"].iter().any(|comment| value.contains(comment)) {
                    self.report(number, ProblemKind::TrailingComment(shortened(value)));
                }
                self.add(Relation {
                    name: name.to_owned(),
                    line: number,
                    value: Value::Text(unquoted(value)),
                });
            }
        }
    }

    fn section(&mut self, line: &str, number: usize) {
        self.close_all();
        match line.trim_end_matches('*').strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(name) => self.conf.sections.push((name.to_owned(), Vec::new())),
            None => self.report(number, ProblemKind::Malformed(shortened(line))),
        }
    }

    fn begin(&mut self, name: String, line: usize) {
        if self.open.len() == MAX_DEPTH {
            self.skipped += 1;
            return self.report(line, ProblemKind::TooDeep);
        }
        self.open.push(Open { name, line, relations: Vec::new() });
    }

    fn close(&mut self, number: usize) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match self.open.pop() {
            Some(open) => self.finish(open),
            None => self.report(number, ProblemKind::UnmatchedClose),
        }
    }

    fn finish(&mut self, open: Open) {
        self.add(Relation { name: open.name, line: open.line, value: Value::Section(open.relations) });
    }

    fn add(&mut self, relation: Relation) {
        if self.skipped > 0 {
            return;
        }
        if let Some(open) = self.open.last_mut() {
            open.relations.push(relation);
        } else if let Some((_, relations)) = self.conf.sections.last_mut() {
            relations.push(relation);
        } else {
            self.report(relation.line, ProblemKind::OutsideSection(shortened(&relation.name)));
        }
    }

    fn close_all(&mut self) {
        self.skipped = 0;
        while let Some(open) = self.open.pop() {
            self.report(open.line, ProblemKind::Unclosed(shortened(&open.name)));
            self.finish(open);
        }
    }

    fn end(mut self) -> Krb5Conf {
        if let Some((name, line)) = self.expects_brace.take() {
            self.add(Relation { name, line, value: Value::Text(String::new()) });
        }
        self.close_all();
        self.conf.problems.sort_by_key(|problem| problem.line);
        self.conf
    }
}

/// The text within quotes, with its escapes undone; any other value as it stands.
fn unquoted(value: &str) -> String {
    let Some(rest) = value.strip_prefix('"') else { return value.to_owned() };
    let mut text = String::new();
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('b') => text.push('\x08'),
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

/// Enough of a line to find it by.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}

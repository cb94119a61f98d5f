//! The nodes of a YAML file with their places in the text, from the parser's events.

use std::collections::HashMap;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::scalar::{Scalar, Unresolved};
use super::strict::{self, Token};
use crate::conf::ConfError;
use crate::conf::lines::position;

/// Collections may be nested this deep.
const MAX_DEPTH: usize = 100;
/// snakeyaml-engine refuses more aliases to collections than this.
const MAX_ALIASES: usize = 50;

/// A value or key.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Bytes from the first character (anchor and tag included) to past the last.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether brackets or braces enclose it.
    pub(super) flow: bool,
}

#[derive(Debug)]
pub(super) enum Kind {
    Scalar(Scalar),
    List(Vec<Rc<Node>>),
    Map(Vec<(Rc<Node>, Rc<Node>)>),
    Alias(Rc<Node>),
}

impl Node {
    /// The node itself, or what the alias stands for.
    pub(super) fn target(&self) -> &Self {
        match &self.kind {
            Kind::Alias(target) => target.target(),
            _ => self,
        }
    }
}

/// The document in `text`, or nothing.
pub(super) fn parse(text: &str) -> Result<Option<Rc<Node>>, ConfError> {
    strict::unprintable(text)?;
    strict::head(text)?;
    Builder::new(text).build()
}

struct Builder<'a> {
    text: &'a str,
    /// Byte offsets of the characters, where they are not the same.
    offsets: Option<Vec<usize>>,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    aliases: usize,
    /// Where the scalars stand, for the checks after parsing.
    tokens: Vec<Token>,
    root: Option<Rc<Node>>,
}

/// A collection that has not ended.
struct Open {
    start: usize,
    flow: bool,
    anchor: usize,
    map: bool,
    items: Vec<Rc<Node>>,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str) -> Self {
        // The parser counts characters.
        let offsets =
            (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).chain([text.len()]).collect());
        Self {
            text,
            offsets,
            open: Vec::new(),
            anchors: HashMap::new(),
            aliases: 0,
            tokens: Vec::new(),
            root: None,
        }
    }

    fn byte(&self, index: usize) -> usize {
        let byte = match &self.offsets {
            Some(offsets) => offsets.get(index).copied(),
            None => Some(index),
        };
        byte.unwrap_or(self.text.len()).min(self.text.len())
    }

    fn build(mut self) -> Result<Option<Rc<Node>>, ConfError> {
        let mut documents = 0;
        for event in Parser::new_from_str(self.text) {
            let (event, span) = event.map_err(|error| self.malformed(&error))?;
            let (start, end) = (self.byte(span.start.index()), self.byte(span.end.index()));
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        let found = "a second document";
                        return Err(self.refused(start, found, "Flink reads files with one document only"));
                    }
                }
                Event::Scalar(value, style, anchor, tag) => {
                    self.scalar(&value, style, anchor, tag.as_deref(), span)?;
                }
                Event::SequenceStart(anchor, tag) => {
                    self.begin(start, end, anchor, tag.as_deref(), Shape::List)?
                }
                Event::MappingStart(anchor, tag) => {
                    self.begin(start, end, anchor, tag.as_deref(), Shape::Map)?
                }
                Event::SequenceEnd | Event::MappingEnd => self.finish(start)?,
                Event::Alias(id) => self.alias(id, start, end)?,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        strict::tabs(self.text, &self.tokens)?;
        Ok(self.root)
    }

    fn malformed(&self, error: &ScanError) -> ConfError {
        let at = self.byte(error.marker().index());
        // Flink's parser is less strict here.
        if error.info().contains("comments must be separated") {
            return self.unsupported(at, "a `#` directly behind a value", "put a blank before it");
        }
        self.refused(
            at,
            &format!("a YAML error ({})", error.info()),
            "Flink refuses the whole file; mend the line",
        )
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<(), ConfError> {
        let (start, mut end) = (self.byte(span.start.index()), self.byte(span.end.index()));
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let plain = style == ScalarStyle::Plain;
        // The parser adds the line break that the last line of the file may lack.
        let unfinished = block && end == self.text.len() && !self.text.ends_with(['\n', '\r']);
        let value = if unfinished { value.trim_end_matches('\n') } else { value };
        if block && value.bytes().all(|b| b == b'\n') {
            let key = self.open.last().filter(|open| open.map).and_then(|open| open.items.last());
            let from = self.tokens.last().map_or(0, |token| token.end);
            strict::empty_block(self.text, key.map(|key| key.start), from)?;
        }
        let scalar = match (tag.map(full), style) {
            (Some(tag), _) => Scalar::tagged(value, &tag),
            (None, ScalarStyle::Plain) => Scalar::plain(value),
            (None, _) => Ok(Scalar::Text(value.to_owned())),
        };
        let scalar = scalar.map_err(|why| match why {
            Unresolved::Refused(found, expected) => self.refused(start, &found, expected),
            Unresolved::Unsupported(found, mend) => self.unsupported(start, &found, mend),
        })?;
        end = match style {
            ScalarStyle::Plain => {
                start + self.text[start..end].trim_end_matches([' ', '\t', '\r', '\n']).len()
            }
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => closing_quote(self.text, start, end),
            ScalarStyle::Literal | ScalarStyle::Folded => without_indentation(self.text, start, end),
        };
        self.tokens.push(Token { start, end, plain, block });
        self.push(Node { kind: Kind::Scalar(scalar), start, end, flow: false }, anchor);
        Ok(())
    }

    fn begin(
        &mut self,
        start: usize,
        end: usize,
        anchor: usize,
        tag: Option<&Tag>,
        shape: Shape,
    ) -> Result<(), ConfError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.unsupported(start, "nesting of more than 100 levels", "write flat keys"));
        }
        if let Some(tag) = tag.map(full) {
            match (tag.strip_prefix("tag:yaml.org,2002:").unwrap_or(&tag), shape) {
                ("seq", Shape::List) | ("map", Shape::Map) | ("!", _) => {}
                ("set", Shape::Map) => {
                    return Err(self.unsupported(start, "the tag !!set", "write a list"));
                }
                _ => {
                    let found = format!("the tag `{tag}` on a list or mapping");
                    return Err(self.refused(start, &found, "remove the tag"));
                }
            }
        }
        let flow = self.text[start..end].trim_end().ends_with(['[', '{']);
        self.open.push(Open { start, flow, anchor, map: shape == Shape::Map, items: Vec::new() });
        Ok(())
    }

    fn finish(&mut self, at: usize) -> Result<(), ConfError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        // The parser puts the end of a block collection before the next token, and takes a comment behind a bracket in.
        let end = match open.flow {
            true => at + usize::from(self.text[at..].starts_with([']', '}'])),
            false => open.items.last().map_or(open.start, |item| item.end),
        };
        let kind = if open.map {
            let mut pairs = Vec::with_capacity(open.items.len() / 2);
            let mut items = open.items.into_iter();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                pairs.push((key, value));
            }
            self.refuse_duplicates(&pairs)?;
            Kind::Map(pairs)
        } else {
            Kind::List(open.items)
        };
        self.push(Node { kind, start: open.start, end, flow: open.flow }, open.anchor);
        Ok(())
    }

    fn refuse_duplicates(&self, pairs: &[(Rc<Node>, Rc<Node>)]) -> Result<(), ConfError> {
        let mut seen = HashMap::new();
        for (key, _) in pairs {
            let Kind::Scalar(scalar) = &key.target().kind else { continue };
            let text = scalar.to_flink().unwrap_or_else(|| "null".to_owned());
            let kind = std::mem::discriminant(scalar);
            if let Some(first) = seen.insert((kind, text.clone()), key.start) {
                let line = position(self.text, first).0;
                let found = format!("`{text}` again, which is in line {line} already");
                return Err(self.refused(
                    key.start,
                    &found,
                    "Flink refuses a file with a key twice; remove one",
                ));
            }
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, start: usize, end: usize) -> Result<(), ConfError> {
        // The anchor of a collection that is still open: the value would contain itself.
        let Some(target) = self.anchors.get(&id).cloned() else {
            return Err(self.unsupported(
                start,
                "an alias inside of what it stands for",
                "write the value out",
            ));
        };
        if !matches!(target.target().kind, Kind::Scalar(_)) {
            self.aliases += 1;
            if self.aliases > MAX_ALIASES {
                let found = "more than 50 aliases to lists or mappings";
                return Err(self.refused(start, found, "Flink refuses such a file; write the values out"));
            }
        }
        self.push(Node { kind: Kind::Alias(target), start, end, flow: false }, 0);
        Ok(())
    }

    fn push(&mut self, node: Node, anchor: usize) {
        let node = Rc::new(node);
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = Some(node),
        }
    }

    fn refused(&self, at: usize, found: &str, expected: &str) -> ConfError {
        refused(self.text, at, found, expected)
    }

    fn unsupported(&self, at: usize, found: &str, mend: &str) -> ConfError {
        unsupported(self.text, at, found, mend)
    }
}

/// Past the quote that closes the scalar at `start`. The parser's own end takes a comment behind it in.
fn closing_quote(text: &str, start: usize, end: usize) -> usize {
    let mut at = start;
    // Anchor and tag come first, and may hold quotes.
    while text[at..end].starts_with(['&', '!']) {
        let property = &text[at..end];
        let word = property.find(char::is_whitespace).unwrap_or(property.len());
        at += property.len() - property[word..].trim_start().len();
    }
    let Some(quote) = text[at..end].chars().next() else { return end };
    let mut chars = text[at..end].char_indices().skip(1).peekable();
    while let Some((offset, c)) = chars.next() {
        let escape = match quote {
            '"' => c == '\\',
            _ => c == quote && chars.peek().is_some_and(|(_, next)| *next == quote),
        };
        if escape {
            chars.next();
        } else if c == quote {
            return at + offset + quote.len_utf8();
        }
    }
    end
}

/// The end of a block scalar, before the indentation of the line after it.
fn without_indentation(text: &str, start: usize, end: usize) -> usize {
    let head = text[start..end].trim_end_matches(' ');
    if head.is_empty() || head.ends_with(['\n', '\r']) { start + head.len() } else { end }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    List,
    Map,
}

fn full(tag: &Tag) -> String {
    format!("{}{}", tag.handle, tag.suffix)
}

/// A file that Flink refuses for what stands at `at`.
pub(super) fn refused(text: &str, at: usize, found: &str, expected: &str) -> ConfError {
    let (line, column) = position(text, at);
    ConfError::Syntax { path: None, line, column, found: found.to_owned(), expected: expected.to_owned() }
}

/// Something that Flink reads and flinkops does not.
pub(super) fn unsupported(text: &str, at: usize, found: &str, mend: &str) -> ConfError {
    let (line, column) = position(text, at);
    ConfError::Unsupported { path: None, line, column, found: found.to_owned(), mend: mend.to_owned() }
}

//! The lines of a text: both dialects end them with `\n`, `\r\n` or `\r`.

/// A line, as byte offsets into the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// Its first byte.
    pub(super) start: usize,
    /// Past its last byte, before the line break.
    pub(super) end: usize,
    /// Past its line break.
    pub(super) next: usize,
}

/// The lines of `text`. A text that ends with a line break has no empty line after it.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line> {
    let bytes = text.as_bytes();
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= bytes.len() {
            return None;
        }
        let end = bytes[start..]
            .iter()
            .position(|b| matches!(b, b'\n' | b'\r'))
            .map_or(bytes.len(), |at| start + at);
        let next = match &bytes[end..] {
            [b'\r', b'\n', ..] => end + 2,
            [_, ..] => end + 1,
            [] => end,
        };
        let line = Line { start, end, next };
        start = next;
        Some(line)
    })
}

/// The line break this text uses.
pub(super) fn line_break(text: &str) -> &'static str {
    match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// Appends whole lines, after a line break where the last line has none.
pub(super) fn append(text: &str, lines: &[String]) -> String {
    let line_break = line_break(text);
    let mut new = text.to_owned();
    if !new.is_empty() && !new.ends_with(['\n', '\r']) {
        new.push_str(line_break);
    }
    for line in lines {
        new.push_str(line);
        new.push_str(line_break);
    }
    new
}

/// Comment lines that say `text`. Characters that would end the comment or break the file become blanks.
pub(super) fn comment(text: &str) -> Vec<String> {
    let clean = |line: &str| -> String {
        line.chars()
            .map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
            .collect()
    };
    text.split('\n').map(|line| format!("# {}", clean(line.trim_end())).trim_end().to_owned()).collect()
}

/// Where the lines begin, to turn byte offsets into positions.
pub(super) struct Index<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Index<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut starts = vec![0];
        starts.extend(lines(text).map(|line| line.next));
        Self { text, starts }
    }

    /// Line and column, from 1, the column in characters.
    pub(super) fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts[line - 1].min(offset);
        (line, self.text[start..offset].chars().count() + 1)
    }
}

/// Line and column of one byte offset.
pub(super) fn position(text: &str, offset: usize) -> (usize, usize) {
    Index::new(text).position(offset)
}

/// Replaces byte ranges, which must not overlap.
pub(super) fn splice(text: &str, mut changes: Vec<(std::ops::Range<usize>, String)>) -> String {
    changes.sort_by_key(|(range, _)| range.start);
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for (range, with) in changes {
        new.push_str(&text[at..range.start.max(at)]);
        new.push_str(&with);
        at = range.end.max(at);
    }
    new.push_str(&text[at..]);
    new
}

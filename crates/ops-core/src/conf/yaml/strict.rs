//! What snakeyaml-engine refuses and the parser used here lets pass. A file that Flink refuses must not look sound.

use super::tree::refused;
use crate::conf::ConfError;
use crate::conf::lines::lines;

/// Where a scalar stands in the text.
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Without quotes.
    pub(super) plain: bool,
    /// Below a `|` or `>`.
    pub(super) block: bool,
}

/// Characters that YAML does not allow, even in quotes.
pub(super) fn unprintable(text: &str) -> Result<(), ConfError> {
    match text.char_indices().find(|(_, c)| !is_printable(*c)) {
        None => Ok(()),
        Some((at, c)) => {
            let found = format!("the character U+{:04X}", u32::from(c));
            let expected = "YAML allows printable characters only; write it as an escape in double quotes";
            Err(refused(text, at, &found, expected))
        }
    }
}

fn is_printable(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..
    )
}

/// What may not stand before the content: a `%YAML` directive of another major version, an end marker.
pub(super) fn head(text: &str) -> Result<(), ConfError> {
    for line in lines(text) {
        let bare = &text[line.start..line.end];
        if let Some(version) = bare.strip_prefix("%YAML") {
            if !version.trim_start().starts_with("1.") {
                return Err(refused(
                    text,
                    line.start,
                    "a YAML version other than 1.x",
                    "Flink reads YAML 1.2",
                ));
            }
        } else if bare
            .strip_prefix("...")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        {
            return Err(refused(text, line.start, "an end marker before any content", "remove the line"));
        } else if !bare.starts_with(['%', '#', '\u{feff}']) && !bare.trim().is_empty() {
            break;
        }
    }
    Ok(())
}

/// A nested block scalar without any line of content, before a line that is indented less than its key. `key` is where
/// the key stands, if there is one, and `from` an offset before the `|` or `>`.
pub(super) fn empty_block(text: &str, key: Option<usize>, from: usize) -> Result<(), ConfError> {
    let Some(header) = text[from..].find(['|', '>']).map(|at| from + at) else { return Ok(()) };
    if !text[header..].contains(['\n', '\r']) {
        return Ok(());
    }
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let line_start = |at: usize| text[..at].rfind(['\n', '\r']).map_or(0, |before| before + 1);
    let own = match key {
        Some(key) => key - line_start(key),
        None => indentation(&text[line_start(header)..header]),
    };
    let mut below = lines(&text[header..]).skip(1).map(|line| &text[header + line.start..header + line.end]);
    if below.find(|line| !line.trim().is_empty()).map_or(0, indentation) < own {
        let found = "a block scalar without content at the end of a mapping";
        return Err(refused(text, header, found, "Flink refuses the whole file; write '' for empty text"));
    }
    Ok(())
}

/// Tabs: only spaces may stand before a value, a key or a comment, and at the start of a continued line. After a plain
/// scalar, tabs go with it.
pub(super) fn tabs(text: &str, tokens: &[Token]) -> Result<(), ConfError> {
    if !text.contains('\t') {
        return Ok(());
    }
    let mut at = 0;
    let mut after_plain = false;
    for token in tokens {
        if let Some(tab) = tab_between(text, at, token.start.max(at), after_plain) {
            return Err(refuse_tab(text, tab));
        }
        let within = properties_tab(text, token).or_else(|| match token {
            Token { plain: true, .. } => continuation_tab(text, token, usize::MAX),
            Token { block: true, .. } => {
                let line = text[..token.start].rfind(['\n', '\r']).map_or(0, |before| before + 1);
                continuation_tab(text, token, token.start - line)
            }
            _ => None,
        });
        if let Some(tab) = within {
            return Err(refuse_tab(text, tab));
        }
        (at, after_plain) = (token.end.max(at), token.plain);
    }
    tab_between(text, at, text.len(), after_plain).map_or(Ok(()), |tab| Err(refuse_tab(text, tab)))
}

fn refuse_tab(text: &str, at: usize) -> ConfError {
    refused(text, at, "a tab", "Flink's YAML parser takes spaces only; replace the tab")
}

/// The first tab that is neither in a comment nor directly behind a plain scalar.
fn tab_between(text: &str, start: usize, end: usize, mut behind_plain: bool) -> Option<usize> {
    let mut comment = false;
    let mut blank_before = start == 0 || text[..start].ends_with([' ', '\t', '\n', '\r']);
    for (at, c) in text[start..end].char_indices() {
        match c {
            '\n' | '\r' => (comment, behind_plain) = (false, false),
            _ if comment => {}
            '\t' if !behind_plain => return Some(start + at),
            '#' if blank_before => comment = true,
            ' ' | '\t' => {}
            _ => behind_plain = false,
        }
        blank_before = matches!(c, ' ' | '\t' | '\n' | '\r');
    }
    None
}

/// The first tab in the indentation of the lines after a scalar's first: after fewer than `indent` spaces.
fn continuation_tab(text: &str, token: &Token, indent: usize) -> Option<usize> {
    lines(&text[token.start..token.end]).skip(1).find_map(|line| {
        let start = token.start + line.start;
        let spaces = text[start..token.end].bytes().take_while(|b| *b == b' ').count();
        (spaces < indent && text[start + spaces..].starts_with('\t')).then_some(start + spaces)
    })
}

/// The first tab behind the anchor or tag of a scalar.
fn properties_tab(text: &str, token: &Token) -> Option<usize> {
    let mut at = token.start;
    while text[at..token.end].starts_with(['&', '!']) {
        at += text[at..token.end].find([' ', '\t', '\n', '\r'])?;
        let blanks = text[at..token.end].len() - text[at..token.end].trim_start().len();
        if let Some(tab) = text[at..at + blanks].find('\t') {
            return Some(at + tab);
        }
        at += blanks;
    }
    None
}

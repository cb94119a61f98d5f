//! Flink's quoted lists (`a;'b;c'`), with the quirks of `StructuredOptionsSplitter`.

use crate::units::java_trim;

/// A list whose quotes do not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// A quote is opened and not closed.
    #[error("a quote is opened and never closed")]
    Unclosed,
    /// Something other than the delimiter stands beside a quoted part.
    #[error("text stands beside a quoted part without a delimiter between them")]
    Misplaced,
}

#[derive(PartialEq)]
enum Token {
    Part(String),
    Delimiter,
}

/// Splits `text` at `delimiter`. Parts may be quoted by `'` or `"`; a doubled quote inside stands for itself.
/// Leading and trailing delimiters are dropped, an empty part in the middle is kept.
pub(super) fn split(text: &str, delimiter: char) -> Result<Vec<String>, SplitError> {
    let tokens = tokens(text, delimiter)?;
    let mut parts = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match (token, tokens.get(at + 1)) {
            (Token::Part(_), Some(Token::Part(_))) => return Err(SplitError::Misplaced),
            (Token::Part(part), _) => parts.push(part.clone()),
            (Token::Delimiter, Some(Token::Delimiter)) => parts.push(String::new()),
            (Token::Delimiter, _) => {}
        }
    }
    Ok(parts)
}

fn tokens(text: &str, delimiter: char) -> Result<Vec<Token>, SplitError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        if first == delimiter {
            tokens.push(Token::Delimiter);
            rest = after;
        } else if first == '\'' || first == '"' {
            let (part, remaining) = quoted(after, first)?;
            tokens.push(Token::Part(part));
            rest = remaining;
        } else if is_java_whitespace(first) {
            rest = after;
        } else {
            let end = rest.find(delimiter).unwrap_or(rest.len());
            tokens.push(Token::Part(java_trim(&rest[..end]).to_owned()));
            rest = &rest[end..];
        }
    }
    Ok(tokens)
}

/// `Character.isWhitespace`: without the blanks that do not break a line, with the separators of ASCII.
fn is_java_whitespace(c: char) -> bool {
    matches!(c, '\u{1c}'..='\u{1f}')
        || (c.is_whitespace() && !matches!(c, '\u{85}' | '\u{a0}' | '\u{2007}' | '\u{202f}'))
}

fn quoted(text: &str, quote: char) -> Result<(String, &str), SplitError> {
    let mut part = String::new();
    let mut rest = text;
    loop {
        let end = rest.find(quote).ok_or(SplitError::Unclosed)?;
        part.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix(quote) {
            Some(after) => {
                part.push(quote);
                rest = after;
            }
            None => return Ok((part, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured on Flink 1.18.1, 1.20.5 and 2.3.0.
    #[test]
    fn splits_as_flink_does() {
        let parts = |parts: &[&str]| Ok(parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
        for (text, expected) in [
            ("a;b", parts(&["a", "b"])),
            ("a,b", parts(&["a,b"])),
            ("", parts(&[])),
            ("'a;b';c", parts(&["a;b", "c"])),
            ("a;\"b\"", parts(&["a", "b"])),
            ("a'b;c", parts(&["a'b", "c"])),
            ("'a' ;c", parts(&["a", "c"])),
            ("a;;b", parts(&["a", "", "b"])),
            ("'it''s'", parts(&["it's"])),
            ("\"a", Err(SplitError::Unclosed)),
            ("a;'", Err(SplitError::Unclosed)),
            ("'a'b;c", Err(SplitError::Misplaced)),
        ] {
            assert_eq!(split(text, ';'), expected, "{text}");
        }
        assert_eq!(split(":a", ':'), parts(&["a"]));
        assert_eq!(split("a:", ':'), parts(&["a"]));
    }
}

//! What a password was meant to be, where the dialect made something else of it.

use ops_core::conf::ConfDocument;
use ops_core::version::Dialect;

/// A text that stands in the file where the password does, and what became of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Meant {
    pub(super) text: String,
    /// What the dialect does with it.
    pub(super) reason: &'static str,
    /// How to write it.
    pub(super) help: &'static str,
}

/// What the writer of a value may have meant, other than what Flink reads.
pub(super) fn meant(doc: &ConfDocument, key: &str) -> Vec<Meant> {
    let Some(entry) = doc.entry(key) else { return Vec::new() };
    let text = doc.to_text();
    let line = text.lines().nth(entry.value_line.saturating_sub(1)).unwrap_or_default();
    let rest: String = line.chars().skip(entry.value_column.saturating_sub(1)).collect();
    let rest = rest.trim_end();
    let before_comment = rest.split_once(" #").map_or(rest, |(before, _)| before.trim_end());
    let mut candidates = Vec::new();
    let mut add = |text: &str, reason, help| {
        if text != entry.value && !candidates.iter().any(|known: &Meant| known.text == text) {
            candidates.push(Meant { text: text.to_owned(), reason, help });
        }
    };
    match doc.dialect() {
        Dialect::Legacy => {
            let quotes = "in flink-conf.yaml quotes are part of the value";
            for text in [entry.value.as_str(), before_comment] {
                if let Some(bare) = unquoted(text) {
                    add(bare, quotes, "write it without quotes");
                }
            }
            let hash = "in flink-conf.yaml everything from a `#` on is a comment, and quotes do not help";
            let help = "give the store a password without `#`; flinkops generates fitting ones";
            add(before_comment, hash, help);
            add(rest, hash, help);
        }
        Dialect::Yaml => {
            if rest.starts_with(['"', '\'']) {
                return candidates;
            }
            let number = "YAML reads the plain text as a number, and Flink gets another spelling of it";
            add(before_comment, number, "put it between quotes");
            add(rest, "YAML begins a comment at ` #`", "put it between quotes");
        }
    }
    candidates
}

fn unquoted(text: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(conf: &str, dialect: Dialect) -> Vec<String> {
        let doc = ConfDocument::parse(conf, dialect).unwrap();
        meant(&doc, "k").into_iter().map(|meant| meant.text).collect()
    }

    #[test]
    fn what_was_meant_is_what_stands_there() {
        assert_eq!(texts("k: plain\n", Dialect::Legacy), [""; 0]);
        assert_eq!(texts("k: \"quoted\"\n", Dialect::Legacy), ["quoted"]);
        assert_eq!(texts("k: cut#short\n", Dialect::Legacy), ["cut#short"]);
        assert_eq!(texts("k: 0123\n", Dialect::Yaml), ["0123"]);
        assert_eq!(texts("k: 1e5 # c\n", Dialect::Yaml), ["1e5", "1e5 # c"]);
        assert_eq!(texts("k: a #b\n", Dialect::Yaml), ["a #b"]);
        assert_eq!(texts("k: '0123'\n", Dialect::Yaml), [""; 0]);
    }
}

//! `lib.rs` and `mod.rs` declare, document and re-export; code stands in a file whose name says what it is.
//! Not in tests: there, `tests/NAME/mod.rs` is how executables share code.

use crate::tidy::tree::code;
use crate::tidy::{Finding, Tree};

/// Index files that may hold code, and why.
const EXCEPTIONS: &[(&str, &str)] =
    &[("xtask/src/tidy/rules/mod.rs", "the list of the rules is what this module is")];

const ITEMS: [&str; 8] = ["fn", "struct", "enum", "trait", "impl", "const", "static", "type"];
const QUALIFIERS: [&str; 4] = ["async", "unsafe", "pub", "extern"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (source, text) in tree.ending(".rs") {
        let excepted = EXCEPTIONS.iter().any(|(path, _)| *path == source.path);
        if excepted || source.is_test() || !matches!(source.name(), "lib.rs" | "mod.rs") {
            continue;
        }
        if let Some((number, item)) = code(text).find_map(|(number, line)| Some((number, item(line)?))) {
            let message = format!("`{item}` in an index file; move it to a module of its own");
            found.push(Finding::line(source, number, message));
        }
    }
    found
}

/// The kind of item that starts on this line, unless it is a declaration.
fn item(line: &str) -> Option<&str> {
    let words =
        line.split(|c: char| c.is_whitespace() || matches!(c, '<' | '(' | ')')).filter(|w| !w.is_empty());
    let mut words =
        words.skip_while(|word| QUALIFIERS.contains(word) || matches!(*word, "crate" | "super" | "self"));
    words.next().filter(|word| ITEMS.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::lines;

    #[test]
    fn index_files_hold_no_code() {
        let index = "//! A.\n\npub mod a;\nmod b;\npub use a::{const_like, A};\n#[cfg(test)]\nmod tests;\n";
        for code in [
            "fn a() {}",
            "pub(crate) struct A;",
            "impl<T> A {}",
            "pub async fn a() {}",
            "pub const A: u8 = 1;",
        ] {
            let bad = format!("{index}{code}\n");
            let tree = Tree::of(&[
                ("a/lib.rs", index),
                ("b/mod.rs", &bad),
                ("b/code.rs", &bad),
                ("b/tests/x/mod.rs", &bad),
            ]);
            assert_eq!(lines(&check(&tree)), [("b/mod.rs", 8)], "{code}");
        }
    }
}

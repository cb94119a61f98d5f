//! What may be typed while working, but not committed: placeholders, leftovers of debugging, tests that do not run,
//! lints that are silenced without a reason.

use crate::tidy::tree::code;
use crate::tidy::{Finding, Tree};

// Concatenated, so that this file does not find itself.
const FORBIDDEN: [(&str, &str); 6] = [
    (concat!("todo", "!("), "finish it, or leave it out"),
    (concat!("unimplemented", "!("), "finish it, or leave it out"),
    (concat!("dbg", "!("), "a leftover of debugging"),
    (concat!("#[ig", "nore"), "a test that does not run proves nothing; use `require!` for what it needs"),
    (concat!("#[al", "low("), "use `#[expect(…, reason = \"…\")]`"),
    (concat!("#![al", "low("), "use `#![expect(…, reason = \"…\")]`"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (source, text) in tree.ending(".rs") {
        for (number, line) in code(text) {
            for (word, advice) in FORBIDDEN.iter().filter(|(word, _)| line.contains(word)) {
                let shown = word.trim_end_matches('(');
                found.push(Finding::line(source, number, format!("`{shown}`: {advice}")));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::lines;

    #[test]
    fn each_is_found_in_code_and_not_in_prose() {
        let bad: String = FORBIDDEN.iter().map(|(word, _)| format!("    {word}x)\n")).collect();
        let prose: String = FORBIDDEN.iter().map(|(word, _)| format!("    // no {word}x)\n")).collect();
        let tree = Tree::of(&[("bad.rs", &bad), ("prose.rs", &prose), ("bad.md", &bad)]);
        let expected: Vec<_> = (1..=FORBIDDEN.len()).map(|line| ("bad.rs", line)).collect();
        assert_eq!(lines(&check(&tree)), expected);
    }
}

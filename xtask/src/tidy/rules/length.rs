//! A Rust file past 600 lines is asking to be two.

use crate::tidy::{Finding, Tree};

const MOST: usize = 600;

/// Files that may be longer, and why.
const EXCEPTIONS: &[(&str, &str)] = &[];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    with_exceptions(tree, EXCEPTIONS)
}

fn with_exceptions(tree: &Tree, exceptions: &[(&str, &str)]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (source, text) in tree.ending(".rs") {
        let lines = text.lines().count();
        let excepted = exceptions.iter().any(|(path, _)| *path == source.path);
        if lines > MOST && !excepted {
            found.push(Finding::file(source, format!("{lines} lines; split it before {MOST}")));
        } else if lines <= MOST && excepted {
            found.push(Finding::file(source, "is short now; remove its exception from the length rule"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::lines;

    #[test]
    fn long_files_need_an_exception_and_short_ones_must_not_have_one() {
        let (long, short) = ("x\n".repeat(601), "x\n".repeat(600));
        let tree = Tree::of(&[("long.rs", &long), ("short.rs", &short), ("long.md", &long)]);
        assert_eq!(lines(&with_exceptions(&tree, &[])), [("long.rs", 0)]);
        assert!(with_exceptions(&tree, &[("long.rs", "a table")]).is_empty());
        let found = with_exceptions(&tree, &[("long.rs", "a table"), ("short.rs", "was long")]);
        assert_eq!(lines(&found), [("short.rs", 0)]);
    }
}

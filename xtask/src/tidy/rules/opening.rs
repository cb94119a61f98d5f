//! Every Rust file opens with `//!`: what lives here, what does not.

use crate::tidy::{Finding, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.ending(".rs")
        .filter(|(_, text)| !opens(text))
        .map(|(source, _)| {
            Finding::line(source, 1, "open the file with `//!`: what lives here, what does not")
        })
        .collect()
}

fn opens(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty());
    first.and_then(|line| line.strip_prefix("//!")).is_some_and(|rest| !rest.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::lines;

    #[test]
    fn the_first_words_say_what_lives_here() {
        let tree = Tree::of(&[
            ("good.rs", "//! Times.\n"),
            ("bare.rs", "use a;\n//! late"),
            ("mute.rs", "//!\n"),
            ("x.md", "text"),
        ]);
        assert_eq!(lines(&check(&tree)), [("bare.rs", 1), ("mute.rs", 1)]);
    }
}

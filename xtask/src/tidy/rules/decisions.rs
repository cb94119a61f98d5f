//! Decisions are numbered: `docs/decisions/NNNN-title.md`, each number once, each with a title.

use std::collections::BTreeMap;

use crate::tidy::{Finding, Tree};

const DIRECTORY: &str = "docs/decisions/";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut numbers = BTreeMap::new();
    for source in tree.sources.iter().filter(|source| source.path.starts_with(DIRECTORY)) {
        let name = &source.path[DIRECTORY.len()..];
        if name == "index.md" {
            continue;
        }
        let Some(number) = number(name) else {
            found.push(Finding::file(source, "name it NNNN-title-in-lower-case.md"));
            continue;
        };
        if let Some(first) = numbers.insert(number, name) {
            found.push(Finding::file(source, format!("has the number of {first}")));
        }
        if !source.text.as_deref().is_some_and(|text| text.starts_with("# ")) {
            found.push(Finding::line(source, 1, "open it with its title: `# …`"));
        }
    }
    found
}

/// The number in `NNNN-title.md`.
fn number(name: &str) -> Option<u16> {
    let (number, title) = name.strip_suffix(".md")?.split_once('-')?;
    let titled =
        !title.is_empty() && title.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let digits = number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit());
    if titled && digits { number.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::lines;

    #[test]
    fn names_numbers_and_titles_are_checked() {
        let tree = Tree::of(&[
            ("docs/decisions/0001-one.md", "# One\n"),
            ("docs/decisions/0001-two.md", "# Two\n"),
            ("docs/decisions/0002-untitled.md", "text"),
            ("docs/decisions/3-short.md", "# Short\n"),
            ("docs/decisions/0004-Upper.md", "# Upper\n"),
            ("docs/decisions/index.md", "list"),
        ]);
        let expected = [
            ("docs/decisions/0001-two.md", 0),
            ("docs/decisions/0002-untitled.md", 1),
            ("docs/decisions/3-short.md", 0),
            ("docs/decisions/0004-Upper.md", 0),
        ];
        assert_eq!(lines(&check(&tree)), expected);
    }
}

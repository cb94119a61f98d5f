//! No trailing blanks and no missing last newline, in the files that people write. Fixtures, examples and snapshots
//! are as they are: there, a blank may be the point.

use crate::tidy::tree::Source;
use crate::tidy::{Finding, Tree};

const WRITTEN: [&str; 6] = [".rs", ".toml", ".md", ".sh", ".java", ".ci/run"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (source, text) in tree.texts().filter(|(source, _)| is_written(source)) {
        for (index, line) in text.split('\n').enumerate() {
            if line.ends_with([' ', '\t', '\r']) {
                found.push(Finding::line(source, index + 1, "blanks at the end of the line"));
            }
        }
        if !text.is_empty() && !text.ends_with('\n') {
            found.push(Finding::line(source, text.lines().count(), "no newline at the end of the file"));
        }
    }
    found
}

fn is_written(source: &Source) -> bool {
    WRITTEN.iter().any(|end| source.path.ends_with(end))
        && !source.path.split('/').any(|part| part == "fixtures")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::lines;

    #[test]
    fn blanks_and_missing_newlines_are_found_in_written_files_only() {
        let bad = "good\nbad \n\t\nend";
        let tree =
            Tree::of(&[("a.md", bad), ("tests/fixtures/a.md", bad), ("a.snap", bad), ("good.rs", "x\n")]);
        assert_eq!(lines(&check(&tree)), [("a.md", 2), ("a.md", 3), ("a.md", 4)]);
    }
}

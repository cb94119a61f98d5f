//! No file names a directory of somebody's own machine: such a path works nowhere else and tells where it was written.

use crate::tidy::{Finding, Tree};

// Concatenated, so that this file does not find itself.
const PRIVATE: [&str; 3] = [concat!("/ro", "ot"), concat!("/wo", "rk"), concat!("/Us", "ers")];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let private: Vec<&str> =
        PRIVATE.into_iter().chain(tree.private_directories.iter().map(String::as_str)).collect();
    let mut found = Vec::new();
    for (source, text) in tree.texts() {
        for (index, line) in text.lines().enumerate() {
            if let Some(path) = private.iter().find(|path| names(line, path)) {
                let message = format!("names `{path}`, a directory of one machine");
                found.push(Finding::line(source, index + 1, message));
            }
        }
    }
    found
}

/// Whether the line has `path` followed by `/`, and not as the end of another path.
fn names(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let inside =
            before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '}' | '$'));
        !inside && line[at + path.len()..].starts_with('/')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::lines;

    #[test]
    fn private_directories_are_found_wherever_a_path_begins() {
        let bad = PRIVATE.map(|path| format!("see `{path}/x`\n")).concat();
        let fine = PRIVATE.map(|path| format!("target{path}/x, a{path}shop/x, {path}ing\n")).concat();
        let mut tree =
            Tree::of(&[("bad.md", &bad), ("fine.md", &fine), ("own.sh", "cd /home/me/flinkops\n")]);
        assert_eq!(lines(&check(&tree)), [("bad.md", 1), ("bad.md", 2), ("bad.md", 3)]);
        tree.private_directories.push("/home/me".to_owned());
        assert_eq!(check(&tree).len(), 4);
    }
}

//! Links between the Markdown files lead to files that exist.

use std::collections::BTreeSet;

use crate::tidy::{Finding, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let paths = || tree.sources.iter().map(|source| source.path.as_str());
    let directories: BTreeSet<&str> =
        paths().flat_map(|path| path.match_indices('/').map(|(at, _)| &path[..at])).collect();
    let files: BTreeSet<&str> = paths().collect();
    let mut found = Vec::new();
    for (source, text) in tree.ending(".md") {
        let mut fenced = false;
        for (index, line) in text.lines().enumerate() {
            fenced ^= line.trim_start().starts_with("```");
            if fenced {
                continue;
            }
            for target in targets(line) {
                let resolved = resolve(&source.path, target);
                let exists = resolved
                    .as_deref()
                    .is_some_and(|to| to.is_empty() || files.contains(to) || directories.contains(to));
                if !exists {
                    found.push(Finding::line(
                        source,
                        index + 1,
                        format!("links to `{target}`, which is not there"),
                    ));
                }
            }
        }
    }
    found
}

/// The targets of `[text](target)` in a line that are files here, without their `#section`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', ' ']).next()?;
        let file = target.split('#').next()?;
        let elsewhere = file.is_empty() || file.contains("://") || file.starts_with("mailto:");
        (!elsewhere).then_some(file)
    })
}

/// The target of a link in the file at `from`, from the root of the workspace; `None` when it leads out of it.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::lines;

    #[test]
    fn links_lead_somewhere() {
        let good = "[a](../README.md#top) [b](https://example.org/x) [c](#here) [d](decisions/) [e](../src/lib.rs)\n";
        let fenced = "```\n[x](nowhere)\n```\n[a](b.md)\n[out](../../x)\n";
        let tree = Tree::of(&[
            ("README.md", "[docs](docs/good.md)\n![p](none.png)\n"),
            ("docs/good.md", good),
            ("docs/bad.md", fenced),
            ("docs/decisions/0001-a.md", ""),
            ("src/lib.rs", ""),
        ]);
        assert_eq!(lines(&check(&tree)), [("README.md", 2), ("docs/bad.md", 4), ("docs/bad.md", 5)]);
    }
}

//! No file over a megabyte: the repository is cloned by everybody, for ever.

use crate::tidy::{Finding, Tree};

const MOST: u64 = 1 << 20;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let large = tree.sources.iter().filter(|source| source.size > MOST);
    large
        .map(|source| Finding::file(source, format!("{} bytes; at most {MOST} belong into git", source.size)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::lines;

    #[test]
    fn a_megabyte_is_the_most() {
        let mut tree = Tree::of(&[("large.bin", ""), ("small.bin", "")]);
        tree.sources[0].size = MOST + 1;
        tree.sources[1].size = MOST;
        assert_eq!(lines(&check(&tree)), [("large.bin", 0)]);
    }
}

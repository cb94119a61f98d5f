//! The crate maps tell the truth: every crate stands in `docs/architecture.md` and in `README.md`, and neither names a
//! crate that does not exist.

use std::collections::BTreeSet;

use crate::tidy::{Finding, Tree};

const MAPS: [&str; 2] = ["docs/architecture.md", "README.md"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let paths = tree.sources.iter().map(|source| source.path.as_str());
    let crates: BTreeSet<&str> =
        paths.filter_map(|path| path.strip_suffix("/Cargo.toml")?.strip_prefix("crates/")).collect();
    MAPS.into_iter().flat_map(|map| check_map(tree, map, &crates)).collect()
}

fn check_map(tree: &Tree, map: &str, crates: &BTreeSet<&str>) -> Vec<Finding> {
    let Some(source) = tree.text(map) else {
        let message = "is missing; it holds the map of the crates".to_owned();
        return vec![Finding { path: map.to_owned(), line: 0, message }];
    };
    let text = source.text.as_deref().unwrap_or_default();
    let unnamed = crates
        .iter()
        .filter(|name| !text.contains(&format!("crates/{name}")) && !text.contains(&format!("`{name}`")));
    let mut found: Vec<Finding> =
        unnamed.map(|name| Finding::file(source, format!("does not name the crate `{name}`"))).collect();
    for (index, line) in text.lines().enumerate() {
        for name in named(line).filter(|name| !crates.contains(name)) {
            found.push(Finding::line(
                source,
                index + 1,
                format!("names `crates/{name}`, which does not exist"),
            ));
        }
    }
    found
}

/// The names after `crates/` in a line; `crates/` alone and `crates/*` name nothing.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split("crates/").skip(1).filter_map(|rest| {
        let end =
            rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len());
        Some(&rest[..end]).filter(|name| !name.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_maps_name_each_crate_and_nothing_else() {
        let check = |architecture: &str, readme: &str| {
            let tree = Tree::of(&[
                ("crates/pki/Cargo.toml", ""),
                ("crates/jobs/Cargo.toml", ""),
                ("docs/architecture.md", architecture),
                ("README.md", readme),
            ]);
            check(&tree).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let good = "`crates/pki` and `jobs` in crates/*";
        assert!(check(good, good).is_empty());
        assert_eq!(check(good, "`pki`"), ["README.md: does not name the crate `jobs`"]);
        let ghost = format!("{good}\n[x](../crates/ghost/src)");
        assert_eq!(
            check(&ghost, good),
            ["docs/architecture.md:2: names `crates/ghost`, which does not exist"]
        );
        assert_eq!(super::check(&Tree::of(&[])).len(), 2);
    }
}

//! Dependencies point one way: the command line knows the chapters, the chapters know the vocabulary. `docs/architecture.md`
//! has the map; this table is the same in code. Dev-dependencies are free.

use crate::tidy::tree::Crate;
use crate::tidy::{Finding, Tree};

/// What each crate may depend on.
const MAP: [(&str, &[&str]); 12] = [
    ("ops-core", &[]),
    ("conf-lint", &["ops-core"]),
    ("deploy", &["ops-core", "pki", "secure-conf", "tuning", "monitor"]),
    ("jobs", &["ops-core"]),
    ("mock-flink", &["ops-core", "rest-shape"]),
    ("monitor", &["ops-core"]),
    ("pki", &["ops-core"]),
    ("recovery", &["ops-core", "jobs", "tuning"]),
    // What the comparison of the mock with Flink and the comparison of any two clusters share.
    ("rest-shape", &[]),
    ("secure-conf", &["ops-core", "pki"]),
    ("tuning", &["ops-core"]),
    // Not even the vocabulary: `xtask/src/lib.rs` says why.
    ("xtask", &["end-to-end", "rest-shape"]),
];

/// Crates that may depend on every other: the command line, its tests, and what feeds bytes to all of them.
const FREE: [&str; 3] = ["flinkops", "end-to-end", "fuzz-targets"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.crates.iter().filter(|one| !FREE.contains(&one.name.as_str())).flat_map(check_crate).collect()
}

/// On crates.io most of our names are taken: there, the libraries are called `flinkops-NAME`.
const PREFIX: &str = "flinkops-";

fn check_crate(one: &Crate) -> Vec<Finding> {
    let short = |name: &str| name.strip_prefix(PREFIX).unwrap_or(name).to_owned();
    let one =
        Crate { name: short(&one.name), dependencies: one.dependencies.iter().map(|to| short(to)).collect() };
    let directory = if one.name == "xtask" { "xtask".to_owned() } else { format!("crates/{}", one.name) };
    let path = format!("{directory}/Cargo.toml");
    let finding = |message| Finding { path: path.clone(), line: 0, message };
    let Some((_, allowed)) = MAP.iter().find(|(name, _)| *name == one.name) else {
        let message = "is not on the map: add it to docs/architecture.md and to the table of this rule";
        return vec![finding(message.to_owned())];
    };
    let wrong = one.dependencies.iter().filter(|dependency| !allowed.contains(&dependency.as_str()));
    wrong.map(|to| finding(format!("`{}` may depend on {allowed:?}, not on `{to}`", one.name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, dependencies: &[&str]) -> usize {
        let dependencies = dependencies.iter().map(|name| (*name).to_owned()).collect();
        let crates = vec![Crate { name: name.to_owned(), dependencies }];
        check(&Tree { crates, ..Tree::default() }).len()
    }

    #[test]
    fn arrows_point_to_the_vocabulary() {
        assert_eq!(found("secure-conf", &["ops-core", "pki"]), 0);
        assert_eq!(found("flinkops", &["ops-core", "pki", "mock-flink", "jobs"]), 0);
        assert_eq!(found("pki", &["secure-conf"]), 1);
        assert_eq!(found("ops-core", &["pki", "jobs"]), 2);
        assert_eq!(found("jobs", &["mock-flink"]), 1);
        assert_eq!(found("xtask", &["end-to-end", "jobs"]), 1);
        assert_eq!(found("surprise", &[]), 1);
    }

    #[test]
    fn the_table_has_no_circle() {
        for (name, allowed) in MAP {
            for to in allowed {
                let back =
                    MAP.iter().find(|(other, _)| other == to).is_some_and(|(_, back)| back.contains(&name));
                assert!(!back, "{name} and {to}");
            }
        }
    }
}

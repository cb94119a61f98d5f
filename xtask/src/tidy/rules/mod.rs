//! The rules, one file each.

mod crate_map;
mod decisions;
mod declare_only;
mod dependencies;
mod forbidden;
mod length;
mod links;
mod machine_paths;
mod opening;
mod printing;
mod size;
mod whitespace;

use super::check::Finding;
use super::tree::Tree;

/// Every rule.
pub(super) const ALL: [fn(&Tree) -> Vec<Finding>; 12] = [
    crate_map::check,
    decisions::check,
    declare_only::check,
    dependencies::check,
    forbidden::check,
    length::check,
    links::check,
    machine_paths::check,
    opening::check,
    printing::check,
    size::check,
    whitespace::check,
];

/// The lines a rule finds, for the tests of the rules.
#[cfg(test)]
fn lines(found: &[Finding]) -> Vec<(&str, usize)> {
    found.iter().map(|finding| (finding.path.as_str(), finding.line)).collect()
}

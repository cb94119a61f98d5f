//! `cargo xtask tidy`: the rules of the house that a machine can check. Each rule is one file in `rules`, takes the
//! [`Tree`] and returns [`Finding`]s; none of them touches the disk, so that a test can hand it any tree.

mod check;
mod rules;
mod tree;

pub use check::{Finding, findings, run};
pub use tree::{Source, Tree};

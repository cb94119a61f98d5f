//! The workspace keeps its own rules.

#[test]
fn the_workspace_is_tidy() {
    let tree = xtask::tidy::Tree::read(&xtask::process::workspace()).unwrap();
    let found: Vec<_> = xtask::tidy::findings(&tree).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

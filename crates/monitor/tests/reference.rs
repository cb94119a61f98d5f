//! `docs/alerts.md` is made from the alerts themselves.

use std::fs;
use std::path::Path;

#[test]
fn the_runbook_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/alerts.md");
    let found = fs::read_to_string(&path).unwrap_or_default();
    let page = monitor::alerts::page();
    assert!(
        found == page,
        "docs/alerts.md is stale: `flinkops monitor alerts --explain all > docs/alerts.md` makes it anew"
    );
}

//! The registry of codes: unique, explained, and listed in `docs/security-codes.md`.

use std::collections::HashSet;

use secure_conf::audit::codes::{CODES, code, page};

#[test]
fn codes_are_unique_in_order_and_explained() {
    let mut names = HashSet::new();
    let mut before = "";
    for code in CODES {
        assert!(code.code.len() == 5 && code.code.starts_with("SC") && code.code > before, "{}", code.code);
        assert!(code.code[2..].bytes().all(|b| b.is_ascii_digit()), "{}", code.code);
        assert!(names.insert(code.name), "{}", code.name);
        for text in [code.finds, code.matters, code.mend] {
            assert!(text.ends_with('.') && text.len() > 8, "{}: {text}", code.code);
        }
        before = code.code;
    }
    assert_eq!(code("sc034").map(|code| code.name), Some("no-fitting-suite"));
    assert_eq!(code("SC999"), None);
}

#[test]
fn the_page_of_codes_is_that_of_the_registry() {
    let written = include_str!("../../../docs/security-codes.md");
    assert_eq!(
        written,
        page(),
        "write it anew: cargo run --bin flinkops -- secure check --explain all > docs/security-codes.md"
    );
}

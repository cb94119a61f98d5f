//! Laying files out anew: what it looks like, and that it means the same.

use ops_core::conf::{ConfDocument, ConfError, Style};
use ops_core::version::Dialect;
use proptest::prelude::*;

use crate::answers;
use crate::edit::yaml_text;

#[track_caller]
fn laid_out(text: &str, dialect: Dialect, style: Style, expected: &str) {
    let new = ConfDocument::parse(text, dialect).unwrap().format(style).unwrap();
    assert_eq!(new.to_text(), expected);
    assert_eq!(new.format(style).unwrap().to_text(), expected, "a second time");
}

#[test]
fn the_legacy_dialect_gets_its_blanks_in_order() {
    laid_out(
        "\n\n # head  \na:   1\n\n\n  b:  x y   #tail  \nc:1\nd: \"q\"#z\n\n",
        Dialect::Legacy,
        Style::Keep,
        "# head\na: 1\n\nb: x y #tail\nc:1\nd: \"q\" #z\n",
    );
    laid_out("a:  1\r\nb: 2", Dialect::Legacy, Style::Flat, "a: 1\r\nb: 2\r\n");
    let refused = ConfDocument::parse("a: 1", Dialect::Legacy).unwrap().format(Style::Nested);
    assert!(matches!(refused, Err(ConfError::NotNested)));
}

const NESTED: &str = "\
# head

rest:   # the UI
    # where
    port:   8081    # here
    bind-address:   'a: b'

    # list:
    #     - x
state:
    backend:
        type:   rocksdb
        rocksdb.localdir: [ /a,  /b ]
list:
- one
-   two
text: |
    first
      second
# tail
";

#[test]
fn a_nested_file_keeps_its_shape_and_comments() {
    laid_out(
        NESTED,
        Dialect::Yaml,
        Style::Keep,
        "\
# head

rest: # the UI
  # where
  port: 8081 # here
  bind-address: 'a: b'

  # list:
  #     - x
state:
  backend:
    type: rocksdb
    rocksdb.localdir: [ /a,  /b ]
list:
- one
-   two
text: |
    first
      second
# tail
",
    );
}

#[test]
fn nested_becomes_flat_and_flat_becomes_nested() {
    let flat = "\
# head

# the UI
# where
rest.port: 8081 # here
rest.bind-address: 'a: b'

# list:
#     - x
state.backend.type: rocksdb
state.backend.rocksdb.localdir: [ /a,  /b ]
list:
- one
-   two
text: |
    first
      second
# tail
";
    laid_out(NESTED, Dialect::Yaml, Style::Flat, flat);
    laid_out(
        "# a\na.b: 1 # one\nx: 2\n# c\na.c.d: {m: n}\na.b.e: 3\n",
        Dialect::Yaml,
        Style::Nested,
        "# a\na:\n  b: 1 # one\n  # c\n  c:\n    d:\n      m: n\n  b.e: 3\nx: 2\n",
    );
    laid_out(
        "a:\n    b: 1\n    # c: 2\n# end\n",
        Dialect::Yaml,
        Style::Keep,
        "a:\n  b: 1\n  # c: 2\n# end\n",
    );
    laid_out("x: {a: 'y', b: [1]}\n", Dialect::Yaml, Style::Flat, "x.a: y\nx.b: [1]\n");
}

#[test]
fn every_recorded_file_is_laid_out_or_left_alone() {
    let mut done = 0;
    for (dialect, directory) in [(Dialect::Legacy, "legacy"), (Dialect::Yaml, "yaml")] {
        for answer in answers::answers(&format!("conf/{directory}.tsv")) {
            let path = answers::directory().join("conf").join(directory).join(&answer.input);
            let Ok(text) = std::fs::read_to_string(path) else { continue };
            let Ok(document) = ConfDocument::parse(&text, dialect) else { continue };
            for style in [Style::Keep, Style::Flat, Style::Nested] {
                // `format` compares what the texts mean; what it refuses, it says.
                match document.format(style) {
                    Ok(new) => {
                        done += 1;
                        let again = new.format(style).map(|again| again.to_text());
                        assert_eq!(again.ok(), Some(new.to_text()), "{} {style:?}", answer.input);
                    }
                    Err(error) => assert!(!error.to_string().is_empty()),
                }
            }
        }
    }
    assert!(done > 250, "only {done} files");
}

proptest! {
    #[test]
    fn any_file_means_the_same_in_every_style(text in yaml_text()) {
        let document = ConfDocument::parse(&text, Dialect::Yaml).unwrap();
        for style in [Style::Keep, Style::Flat, Style::Nested] {
            let new = document.format(style).unwrap_or_else(|error| panic!("{style:?} {error}\n{text}"));
            let comments = |text: &str| text.matches("# c").count();
            prop_assert_eq!(comments(&new.to_text()), comments(&text), "{:?}\n{}\n{}", style, &text, new.to_text());
            prop_assert_eq!(new.format(style).unwrap().to_text(), new.to_text());
        }
    }

    #[test]
    fn laying_out_never_panics(text in prop_oneof!["\\PC*", "[a-c:# \\n\\r\\t'\"\\[\\]{},&*!|>%@`?\\-.0-9~]{0,60}"]) {
        for dialect in [Dialect::Legacy, Dialect::Yaml] {
            if let Ok(document) = ConfDocument::parse(&text, dialect) {
                for style in [Style::Keep, Style::Flat, Style::Nested] {
                    let _ = document.format(style);
                    let _ = document.shown_lines();
                }
            }
        }
    }
}

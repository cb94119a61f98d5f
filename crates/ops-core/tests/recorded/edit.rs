//! Edits of configuration files: what changes, and that nothing else does.

use ops_core::conf::{ConfDocument, ConfError, ProblemKind};
use ops_core::version::Dialect;
use proptest::prelude::*;

use crate::answers;

fn parse(text: &str, dialect: Dialect) -> ConfDocument {
    ConfDocument::parse(text, dialect).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn pairs(conf: &ConfDocument) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = conf.effective().map(|e| (e.key.clone(), e.value.clone())).collect();
    pairs.sort();
    pairs
}

#[track_caller]
fn check_set(dialect: Dialect, before: &str, key: &str, value: &str, after: &str) {
    let mut conf = parse(before, dialect);
    conf.set(key, value).unwrap();
    assert_eq!(conf.to_text(), after);
    assert_eq!(conf.get(key), Some(value));
}

#[test]
fn legacy_values_are_replaced_in_place() {
    let set = |before, key, value, after| check_set(Dialect::Legacy, before, key, value, after);
    set("# c\n a:   1  # tail\nb: 2", "a", "3", "# c\n a:   3  # tail\nb: 2");
    set("a: 1\r\nb: 2\r\n", "c", "x y", "a: 1\r\nb: 2\r\nc: x y\r\n");
    set("a: 1", "b", "2", "a: 1\nb: 2\n");
    set("a: 1\na: 2\n", "a", "\"3\"", "a: 1\na: \"3\"\n");
    set("", "a", "1", "a: 1\n");
}

#[test]
fn yaml_values_are_replaced_in_place() {
    let set = |before, key, value, after| check_set(Dialect::Yaml, before, key, value, after);
    set("# c\na:   1  # tail\nb: 2", "a", "3", "# c\na:   3  # tail\nb: 2");
    set("a:\n  b: 'x' # tail\n", "a.b", "0123", "a:\n  b: '0123' # tail\n");
    set("a:\n  - x\n  - y\nb: 1\n", "a", "z", "a: z\nb: 1\n");
    set("a: |\n  x\n  y\nb: 1\n", "a", "p#q", "a: p#q\nb: 1\n");
    set("a: |\n  x\n\n# c\nb: 1\n", "a", "z", "a: z\n\n# c\nb: 1\n");
    set("a: [x,\n y] # c\nb: 1\n", "a", "z: 1", "a: 'z: 1' # c\nb: 1\n");
    set("a: {b: 1, c: 2}\n", "a.b", "x, y", "a: {b: 'x, y', c: 2}\n");
    set("a: {\"b\":1}\n", "a.b", "x", "a: {\"b\": x}\n");
    set("a: !!str 1 # c\n", "a", "2", "a: 2 # c\n");
    set("a: &x 1\nb: 2\n", "a", "2", "a: 2\nb: 2\n");
    set("a: # c\n  b\n", "a", "c", "a: c\n");
    set("\u{feff}ä: ö\n", "ä", "ü", "\u{feff}ä: ü\n");
    set("a.b: 1\na:\n  b: 2\n", "a.b", "3", "a.b: 1\na:\n  b: 3\n");
    set("? a\n: b\n", "a", "c", "? a\n: c\n");
    set("a: 'x'\nb: 2\n", "a", "it's #1", "a: 'it''s #1'\nb: 2\n");
    set("a: 1\n", "a", "tab\there", "a: \"tab\\there\"\n");
}

#[test]
fn yaml_keys_are_added_where_their_mapping_is() {
    let set = |before, key, value, after| check_set(Dialect::Yaml, before, key, value, after);
    set("", "a.b", "1", "a.b: 1\n");
    set("# only a comment", "a", "true", "# only a comment\na: true\n");
    set("a: 1 # c", "b", "", "a: 1 # c\nb: ''\n");
    set("a:\n  b: 1 # c\n\nd: 2\n", "a.x.y", "1e5", "a:\n  b: 1 # c\n  x.y: '1e5'\n\nd: 2\n");
    set("a:\n    b:\n        c: 1\nd: 2\n", "a.b.e", "x", "a:\n    b:\n        c: 1\n        e: x\nd: 2\n");
    set("a:\n  - x\nb: |\n  text\n", "c", "null", "a:\n  - x\nb: |\n  text\nc: 'null'\n");
    set("a: {b: 1}\n", "a.c", "2", "a: {b: 1, c: 2}\n");
    set("a: {}\nb: 1\n", "a.c", "2", "a: {c: 2}\nb: 1\n");
    set("---\na: 1\n...\n", "b", "2", "---\na: 1\nb: 2\n...\n");
    set("a: 1\r\n", "b", "2", "a: 1\r\nb: 2\r\n");
    set("  a: 1\n", "b", "2", "  a: 1\n  b: 2\n");
    set("a: 1\n", "weird key: #", "2", "a: 1\n'weird key: #': 2\n");
}

#[test]
fn what_a_dialect_cannot_hold_is_refused_without_showing_it() {
    let mut conf = parse("a: 1\n", Dialect::Legacy);
    for value in ["", "hunter2#", "hunter2\nx", " hunter2", "hunter2\t"] {
        let error = conf.set("a", value).unwrap_err();
        assert!(matches!(error, ConfError::CannotHold { part: "value", .. }));
        let message = error.to_string();
        assert!(
            message.starts_with("flink-conf.yaml cannot hold this value of `a`: ")
                && !message.contains("hunter2")
        );
    }
    for key in ["", "a#b", "a: b", " a"] {
        assert!(matches!(conf.set(key, "1"), Err(ConfError::CannotHold { part: "key", .. })));
    }
    assert_eq!(conf.to_text(), "a: 1\n");
}

#[test]
fn entries_tied_by_an_anchor_are_left_alone() {
    let text = "a: &x\n  k: 1\nb: *x\n";
    let mut conf = parse(text, Dialect::Yaml);
    assert_eq!(conf.get("b.k"), Some("1"));
    let error = conf.set("a.k", "2").unwrap_err().to_string();
    assert!(error.contains("`a.k`") && error.contains("anchor"), "{error}");
    assert!(!conf.unset("a.k"));
    assert!(!conf.unset("b.k"));
    assert!(conf.rename("b.k", "c").is_err());
    assert_eq!(conf.to_text(), text);
    // What comes from an alias can be overruled, since Flink lets the later entry win.
    conf.set("b.k", "3").unwrap();
    assert_eq!(conf.to_text(), format!("{text}b.k: 3\n"));
    assert_eq!((conf.get("a.k"), conf.get("b.k")), (Some("1"), Some("3")));
}

#[test]
fn removing_leaves_no_empty_mapping_behind() {
    let unset = |dialect, before: &str, key, after: &str| {
        let mut conf = parse(before, dialect);
        assert!(conf.unset(key), "{before}");
        assert_eq!(conf.to_text(), after);
        assert!(!conf.unset(key));
    };
    unset(Dialect::Legacy, "a: 1\n# c\nb: 2 # d\na: 3\n", "a", "# c\nb: 2 # d\n");
    unset(Dialect::Yaml, "a: 1\nb:\n  c:\n    d: 1\n  # e\n", "b.c.d", "a: 1\n  # e\n");
    unset(Dialect::Yaml, "a: 1\nb:\n  c: 1\n  d: 2\n", "b.c", "a: 1\nb:\n  d: 2\n");
    unset(Dialect::Yaml, "a: {b: 1, c: 2, d: 3}\n", "a.c", "a: {b: 1, d: 3}\n");
    unset(Dialect::Yaml, "a: {b: 1, c: 2}\n", "a.c", "a: {b: 1}\n");
    unset(Dialect::Yaml, "a: {b: 1}\nx: y\n", "a.b", "x: y\n");
    unset(Dialect::Yaml, "a.b: 1\na:\n  b: 2\nc: |\n  x\n", "a.b", "c: |\n  x\n");
    unset(Dialect::Yaml, "c: |\n  x\nd: 1\n", "c", "d: 1\n");
    unset(Dialect::Yaml, "a: 1", "a", "");
}

#[test]
fn renaming_keeps_value_and_place() {
    let rename = |dialect, before: &str, from, to, after: &str| {
        let mut conf = parse(before, dialect);
        conf.rename(from, to).unwrap();
        assert_eq!(conf.to_text(), after);
    };
    rename(Dialect::Legacy, "x: 0\n a : 1 # c\n", "a", "b.c", "x: 0\n b.c : 1 # c\n");
    rename(Dialect::Yaml, "a.b: '1' # c\nx: 0\n", "a.b", "c.d", "c.d: '1' # c\nx: 0\n");
    rename(
        Dialect::Yaml,
        "s:\n  b: rocksdb # c\n  x: 1\n",
        "s.b",
        "s.b.type",
        "s:\n  b.type: rocksdb # c\n  x: 1\n",
    );
    rename(Dialect::Yaml, "s:\n  b: 0x10\n  x: 1\n", "s.b", "t.b", "s:\n  x: 1\nt.b: 16\n");
    let mut conf = parse("a: 1\nb: 2\n", Dialect::Yaml);
    assert!(matches!(conf.rename("a", "b"), Err(ConfError::KeyTaken { .. })));
    assert!(matches!(conf.rename("c", "d"), Err(ConfError::NoSuchKey { .. })));
}

#[test]
fn commenting_out_keeps_the_lines_and_says_why() {
    let out = |dialect, before: &str, key, after: &str| {
        let mut conf = parse(before, dialect);
        assert!(conf.comment_out(key, "not used\nany more"));
        assert_eq!(conf.to_text(), after);
    };
    out(Dialect::Legacy, "a: 1\nb: 2 # c\n", "b", "a: 1\n# not used\n# any more\n# b: 2 # c\n");
    out(Dialect::Yaml, "a:\n  b: 1\n  c: 2\n", "a.c", "a:\n  b: 1\n  # not used\n  # any more\n  # c: 2\n");
    out(
        Dialect::Yaml,
        "a:\n  b: 1\n\nc: |\n  x\n\n  y\n",
        "c",
        "a:\n  b: 1\n\n# not used\n# any more\n# c: |\n#   x\n#\n#   y\n",
    );
    out(
        Dialect::Yaml,
        "a:\n  b:\n  - x\nc: 1\n",
        "a.b",
        "# not used\n# any more\n# a:\n#   b:\n#   - x\nc: 1\n",
    );
    out(Dialect::Yaml, "x: 1\na: {b: 1, c: 2}\n", "a.b", "x: 1\n# not used\n# any more\n# b: 1\na: {c: 2}\n");
}

#[test]
fn positions_count_lines_and_characters_from_one() {
    let conf = parse("ä: 1\nä.b:\n  ü: [x]\n", Dialect::Yaml);
    let place = |key| conf.entry(key).map(|e| (e.line, e.column, e.value_line, e.value_column)).unwrap();
    assert_eq!(place("ä"), (1, 1, 1, 4));
    assert_eq!(place("ä.b.ü"), (3, 3, 3, 6));
    let conf = parse(" ä :  x\n", Dialect::Legacy);
    let entry = conf.entry("ä").unwrap();
    assert_eq!((entry.line, entry.column, entry.value_column), (1, 2, 7));
}

#[test]
fn what_flink_drops_in_silence_is_reported() {
    let conf = parse("a:1\nb: \n: c\nd: 1#2\nd: 3\ne: x # y\n", Dialect::Legacy);
    let found: Vec<_> =
        conf.problems().iter().map(|p| (p.line, p.column, p.key.as_deref(), p.kind.clone())).collect();
    assert_eq!(
        found,
        [
            (1, 1, None, ProblemKind::NoSeparator),
            (2, 1, Some("b"), ProblemKind::EmptyValue),
            (3, 1, None, ProblemKind::EmptyKey),
            (4, 1, Some("d"), ProblemKind::Shadowed { by_line: 5 }),
            (4, 5, Some("d"), ProblemKind::CutAtHash),
        ]
    );
    let conf = parse("a.b: 1\na:\n  b: 2\nc: {}\n", Dialect::Yaml);
    let kinds: Vec<_> = conf.problems().iter().map(|p| (p.line, p.kind.clone())).collect();
    assert_eq!(kinds, [(1, ProblemKind::Shadowed { by_line: 3 }), (4, ProblemKind::EmptyValue)]);
}

#[test]
fn errors_say_where_what_and_what_instead() {
    let error = |text: &str| ConfDocument::parse(text, Dialect::Yaml).unwrap_err().to_string();
    assert_eq!(
        error("a: 1\nb:\n"),
        "line 2, column 1: found no value for `b` (null); Flink refuses the whole file; write a value, or '' for empty text"
    );
    assert_eq!(
        error("a: 1\n\na: hunter2\n"),
        "line 3, column 1: found `a` again, which is in line 1 already; Flink refuses a file with a key twice; remove one"
    );
    assert!(error("a: 1\nb: p: w\n").starts_with("line 2, column "));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.yaml");
    std::fs::write(&path, "a:\n").unwrap();
    let message = ConfDocument::read(&path).unwrap_err().to_string();
    assert!(message.starts_with(&format!("{}:1:1: found no value", path.display())), "{message}");
}

#[test]
fn the_name_or_the_content_says_the_dialect() {
    let dir = tempfile::tempdir().unwrap();
    let read = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        ConfDocument::read(&path).map(|conf| conf.dialect())
    };
    assert_eq!(read("flink-conf.yaml", "a: 1\n").unwrap(), Dialect::Legacy);
    assert_eq!(read("config.yaml", "a: 1\n").unwrap(), Dialect::Yaml);
    assert_eq!(read("other.yaml", "a:\n  b: 1\n").unwrap(), Dialect::Yaml);
    assert_eq!(read("other.yaml", "a: @x\n").unwrap(), Dialect::Legacy);
    assert_eq!(read("other.yaml", "a: x\n").unwrap(), Dialect::Yaml);
    assert!(matches!(read("other.yaml", "a: 0123\n"), Err(ConfError::UnknownDialect { .. })));
    assert!(matches!(ConfDocument::read(&dir.path().join("none")), Err(ConfError::Unreadable(_))));
}

#[test]
fn conversion_keeps_meaning_and_comments() {
    let legacy = "# head\na: 0123 # tail\n\nb:2\nc: p: w\nc: \"x\"\n  # more\n";
    let yaml = parse(legacy, Dialect::Legacy).convert(Dialect::Yaml).unwrap();
    assert_eq!(yaml.to_text(), "# head\na: '0123' # tail\n\n# b:2\n# c: p: w\nc: '\"x\"'\n# more\n");
    let nested = parse("# head\na:\n  # inner\n  b: '0123' # tail\nc: [x, 1]\n", Dialect::Yaml);
    let back = nested.convert(Dialect::Legacy).unwrap();
    assert_eq!(back.to_text(), "# head\n# inner\na.b: 0123\nc: [x, 1]\n");
    assert!(matches!(
        parse("a: 'x#y'\n", Dialect::Yaml).convert(Dialect::Legacy),
        Err(ConfError::CannotHold { part: "value", .. })
    ));
    let same = parse(legacy, Dialect::Legacy);
    assert_eq!(same.convert(Dialect::Legacy).unwrap().to_text(), legacy);
}

/// The recorded files that are read, as a base for edits.
fn corpus(dialect: Dialect, directory: &str) -> Vec<ConfDocument> {
    let files = answers::answers(&format!("conf/{directory}.tsv"));
    let path = answers::directory().join("conf").join(directory);
    let read = |name: &str| {
        let text = String::from_utf8(std::fs::read(path.join(name)).unwrap()).ok()?;
        let conf = ConfDocument::parse(&text, dialect).ok()?;
        assert_eq!(conf.to_text(), text, "{name} is not kept as it is");
        Some(conf)
    };
    files.iter().filter_map(|answer| read(&answer.input)).collect()
}

#[test]
fn every_entry_of_every_recorded_file_can_be_edited_or_says_no() {
    let mut edited = 0;
    for (dialect, directory) in [(Dialect::Legacy, "legacy"), (Dialect::Yaml, "yaml")] {
        // The long ones hold nothing that the others lack, and every edit reads the whole file.
        for original in corpus(dialect, directory).into_iter().filter(|conf| conf.entries().count() < 60) {
            for entry in original.effective() {
                for value in ["new", "a: b"] {
                    let mut conf = original.clone();
                    if conf.set(&entry.key, value).is_ok() {
                        assert_only(&original, &conf, &entry.key, Some(value));
                        edited += 1;
                    }
                }
                let mut conf = original.clone();
                if conf.unset(&entry.key) {
                    assert_only(&original, &conf, &entry.key, None);
                }
                let mut conf = original.clone();
                if conf.comment_out(&entry.key, "why") {
                    assert_only(&original, &conf, &entry.key, None);
                    assert!(conf.to_text().contains("# why"));
                }
            }
            let mut conf = original.clone();
            conf.append_comment("the\nend");
            let unix = conf.to_text().replace("\r\n", "\n").replace('\r', "\n");
            let open_block = ["a: |\n  x", "c:\n  d: |"].contains(&unix.as_str());
            assert!(unix.ends_with("# the\n# end\n") || open_block, "{unix:?}");
            assert_eq!(pairs(&conf), pairs(&original));
        }
    }
    assert!(edited > 600, "only {edited} edits");
}

#[track_caller]
fn assert_only(before: &ConfDocument, after: &ConfDocument, key: &str, value: Option<&str>) {
    assert_eq!(after.get(key), value, "{}", after.to_text());
    let others = |conf: &ConfDocument| pairs(conf).into_iter().filter(|(k, _)| k != key).collect::<Vec<_>>();
    assert_eq!(others(after), others(before), "{}", after.to_text());
    // What is new in the text reads back as it was read the first time.
    let again = parse(&after.to_text(), after.dialect());
    assert_eq!(pairs(&again), pairs(after));
}

/// Values and keys that are easily lost between writing and reading.
const DELICATE: [&str; 64] = [
    "",
    " ",
    " x",
    "x ",
    "null",
    "Null",
    "~",
    "true",
    "True",
    "yes",
    "0123",
    "123",
    "-0",
    "+1",
    "0x1F",
    "0o17",
    "1e5",
    "1.50",
    "1.5",
    ".5",
    ".inf",
    "-.inf",
    ".nan",
    "1_000",
    "12:30",
    "p#ss",
    "p #ss",
    "#ss",
    "p: w",
    "p:w",
    "p:",
    ":p",
    "- x",
    "-x",
    "-",
    "? x",
    "?x",
    "@x",
    "`x",
    "%x",
    "!x",
    "&x",
    "*x",
    "|",
    ">x",
    "'",
    "it's",
    "\"",
    "\"x\"",
    "'x'",
    "{x}",
    "[x, y]",
    "x, y",
    "\\",
    "\\n",
    "a\nb",
    "a\tb",
    "\r",
    "\0",
    "\u{7f}",
    "\u{85}",
    "\u{feff}",
    "${X}",
    "密码 😀",
];

#[test]
fn what_is_written_is_what_flink_reads() {
    let mut conf = parse("nested:\n  inner: 1\nflow: {inner: 1}\n", Dialect::Yaml);
    for (index, value) in DELICATE.iter().enumerate() {
        for prefix in ["", "nested.", "flow."] {
            conf.set(&format!("{prefix}k{index}"), value).unwrap();
        }
        if !value.is_empty() {
            conf.set(value, "as a key").unwrap();
        }
    }
    // Flink's answer to this file is recorded, and compared with our reading of it.
    let file = answers::directory().join("conf/yaml/written.yaml");
    assert_eq!(conf.to_text(), std::fs::read_to_string(file).unwrap());
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-c](\\.[a-c]){0,3}", 1 => "[a-z ä:#'\"\\[{-]{1,8}"]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z0-9]{1,6}",
        3 => "[-+.0-9a-fxoEe]{1,8}",
        3 => "[ -~]{0,12}",
        1 => "\\PC{0,8}",
        1 => "[\\x00-\\x1f\u{7f}-\u{a0}\u{2028}\u{feff}a:#]{0,6}",
        1 => Just("null".to_owned()),
    ]
}

/// YAML with nesting, comments and several kinds of values.
pub(crate) fn yaml_text() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        "[a-z0-9]{1,5}",
        "'[a-z #:]{0,5}'",
        "\\[[a-z]{1,3}, [0-9]{1,3}\\]",
        Just("|\n        t\n        u".to_owned())
    ];
    let pair =
        (0..3_usize, "[a-f]{1,2}", scalar, prop_oneof![Just(""), Just(" # c"), Just("\n# c"), Just("\n")]);
    proptest::collection::vec(pair, 0..10).prop_map(|pairs| {
        let (mut text, mut depth) = (String::new(), 0);
        for (index, (want, name, scalar, tail)) in pairs.into_iter().enumerate() {
            depth = depth.min(want);
            if want > depth {
                text.push_str(&format!("{}{name}{index}m:\n", "  ".repeat(depth)));
                depth += 1;
            }
            let tail = if scalar.starts_with('|') { "" } else { tail };
            text.push_str(&format!("{}{name}{index}: {scalar}{tail}\n", "  ".repeat(depth)));
        }
        text
    })
}

proptest! {
    #[test]
    fn reading_never_panics_and_keeps_the_text(text in prop_oneof!["\\PC*", "[a-c:# \\n\\r\\t'\"\\[\\]{},&*!|>%@`?\\-.0-9~]{0,60}", any::<String>()]) {
        for dialect in [Dialect::Legacy, Dialect::Yaml] {
            if let Ok(mut conf) = ConfDocument::parse(&text, dialect) {
                prop_assert_eq!(conf.to_text(), text.clone());
                let original = conf.clone();
                if conf.set("new.key", "v").is_ok() {
                    assert_only(&original, &conf, "new.key", Some("v"));
                }
            }
        }
    }

    #[test]
    fn any_value_set_is_the_value_read(text in yaml_text(), keys in proptest::collection::vec((key(), value()), 1..6)) {
        let mut conf = parse(&text, Dialect::Yaml);
        for (key, value) in keys {
            let before = conf.clone();
            conf.set(&key, &value).unwrap();
            assert_only(&before, &conf, &key, Some(&value));
        }
    }

    #[test]
    fn a_legacy_value_set_is_the_value_read(keys in proptest::collection::vec((key(), value()), 1..6)) {
        let mut conf = parse("# head\na: 1 # c\n\nb.c: x\na: 2", Dialect::Legacy);
        for (key, value) in keys {
            let before = conf.clone();
            match conf.set(&key, &value) {
                Ok(()) => assert_only(&before, &conf, &key, Some(&value)),
                Err(error) => prop_assert!(matches!(error, ConfError::CannotHold { .. }), "{}", error),
            }
        }
    }

    #[test]
    fn any_entry_can_be_renamed_removed_or_commented_out(text in yaml_text(), pick: prop::sample::Index) {
        let original = parse(&text, Dialect::Yaml);
        prop_assume!(original.effective().count() > 0);
        let entry = original.effective().nth(pick.index(original.effective().count())).unwrap().clone();
        let mut conf = original.clone();
        prop_assert!(conf.unset(&entry.key), "{}", text);
        assert_only(&original, &conf, &entry.key, None);
        let mut conf = original.clone();
        prop_assert!(conf.comment_out(&entry.key, "why"), "{}", text);
        assert_only(&original, &conf, &entry.key, None);
        let mut conf = original.clone();
        conf.rename(&entry.key, "z.new").unwrap();
        prop_assert_eq!(conf.get("z.new"), Some(entry.value.as_str()));
        prop_assert_eq!(conf.get(&entry.key), None);
        prop_assert_eq!(conf.effective().count(), original.effective().count());
    }

    #[test]
    fn what_the_legacy_dialect_holds_survives_both_conversions(keys in proptest::collection::vec((key(), value()), 0..6)) {
        let mut conf = ConfDocument::empty(Dialect::Legacy);
        for (key, value) in keys {
            // Refused ones are not in the file.
            let _ = conf.set(&key, &value);
        }
        let yaml = conf.convert(Dialect::Yaml).unwrap();
        prop_assert_eq!(pairs(&yaml), pairs(&conf));
        prop_assert_eq!(pairs(&yaml.convert(Dialect::Legacy).unwrap()), pairs(&conf));
    }
}

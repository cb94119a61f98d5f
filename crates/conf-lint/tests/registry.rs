//! Every rule has a code of its own, says what it does, and is shown to find and to stay silent.
//!
//! `fixtures/<code>/fails-<version>[-<word>].<file name>` must be reported by that rule, `passes-…` must not be. A directory
//! of such a name is a conf directory; a file `mode` in it holds the permissions of the configuration, a file `keys` what is in
//! its keystores.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use conf_lint::{Files, KeyType, RULES, Report, Rule, lint_files};
use ops_core::conf::ConfDocument;
use ops_core::version::{Dialect, FlinkVersion};

struct Fixture {
    name: String,
    report: Report,
}

fn fixtures(rule: &Rule, kind: &str) -> Vec<Fixture> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(rule.code);
    let mut paths: Vec<PathBuf> = fs::read_dir(&directory)
        .unwrap_or_else(|error| panic!("{}: {error}", directory.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().filter_map(|path| fixture(path, kind)).collect()
}

fn fixture(path: &Path, kind: &str) -> Option<Fixture> {
    let name = path.file_name()?.to_str()?.to_owned();
    let rest = name.strip_prefix(kind)?.strip_prefix('-')?;
    let dialects = [Dialect::Legacy, Dialect::Yaml];
    let report = if path.is_dir() {
        lint_files(&directory(path, rest))
    } else {
        let dialect = dialects
            .into_iter()
            .find(|dialect| rest.ends_with(dialect.file_name()))
            .unwrap_or_else(|| panic!("{name} is named after neither file of Flink"));
        let rest = rest.strip_suffix(dialect.file_name())?.strip_suffix('.')?;
        let document = ConfDocument::parse(&fs::read_to_string(path).unwrap(), dialect).unwrap();
        lint_files(&Files::of(document, dialect.file_name(), version(rest)))
    };
    Some(Fixture { name, report })
}

/// `1.20` or `1.20-word`.
fn version(text: &str) -> FlinkVersion {
    text.split('-').next().unwrap().parse().unwrap()
}

fn directory(path: &Path, rest: &str) -> Files {
    let read = |file: &str| fs::read_to_string(path.join(file)).ok();
    let (dialect, text) = [Dialect::Legacy, Dialect::Yaml]
        .into_iter()
        .find_map(|dialect| Some((dialect, read(dialect.file_name())?)))
        .unwrap_or_else(|| panic!("{} has no configuration", path.display()));
    let document = ConfDocument::parse(&text, dialect).unwrap();
    let mut files = Files::of(document, dialect.file_name(), version(rest));
    let mut names: Vec<_> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in names.iter().filter(|name| !["mode", "keys", dialect.file_name()].contains(&name.as_str())) {
        files = files.with_file(name, read(name).unwrap());
    }
    for line in read("keys").iter().flat_map(|text| text.lines()) {
        let (option, key) = line.split_once(' ').unwrap();
        let types = [KeyType::Rsa, KeyType::Ecdsa, KeyType::Ed25519];
        files = files.with_key(option, types.into_iter().find(|known| known.to_string() == key).unwrap());
    }
    match read("mode") {
        Some(mode) => files.with_mode(u32::from_str_radix(mode.trim(), 8).unwrap()),
        None => files,
    }
}

#[test]
fn codes_and_names_are_unique_and_in_order() {
    let codes: Vec<_> = RULES.iter().map(|rule| rule.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len());
    for rule in RULES {
        let digits = rule.code.strip_prefix("FC").unwrap();
        assert!(digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()), "{}", rule.code);
        assert!(
            rule.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            rule.name
        );
        assert!(std::ptr::eq(conf_lint::rule(&rule.code.to_lowercase()).unwrap(), *rule));
    }
    assert!(conf_lint::rule("FC000").is_none());
}

#[test]
fn every_rule_is_documented() {
    for rule in RULES {
        let text = rule.explanation();
        let sections: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(sections, ["What it finds", "Why it matters", "Example", "Fix"], "{}", rule.code);
        let fix = text.rsplit("## Fix\n").next().unwrap();
        let says = ["Safe", "Unsafe", "None"].iter().any(|word| fix.starts_with(word));
        assert!(says, "{} does not say whether its fix is safe", rule.code);
    }
}

#[test]
fn every_rule_finds_what_it_must() {
    for rule in RULES {
        let fixtures = fixtures(rule, "fails");
        assert!(!fixtures.is_empty(), "{} has no failing fixture", rule.code);
        let mut shown = String::new();
        for Fixture { name, report } in &fixtures {
            let own: Vec<_> = report.findings.iter().filter(|finding| finding.code == rule.code).collect();
            assert!(!own.is_empty(), "{} finds nothing in {name}", rule.code);
            writeln!(shown, "# {name}").unwrap();
            for finding in own {
                let place = match finding.file.as_str() {
                    "flink-conf.yaml" | "config.yaml" => String::new(),
                    other => format!("{other}:"),
                };
                let (line, column) = (finding.line, finding.column);
                writeln!(shown, "{place}{line}:{column} {}: {}", finding.severity, finding.message).unwrap();
                writeln!(shown, "    {}", finding.help).unwrap();
                if let Some(fix) = &finding.fix {
                    let edits: Vec<_> = fix.edits.iter().map(ToString::to_string).collect();
                    let safe = if fix.safe { "safe" } else { "unsafe" };
                    writeln!(shown, "    {safe}: {}", edits.join(", ")).unwrap();
                }
            }
        }
        insta::assert_snapshot!(rule.code, shown);
    }
}

#[test]
fn no_rule_reports_what_is_right() {
    for rule in RULES {
        let fixtures = fixtures(rule, "passes");
        assert!(!fixtures.is_empty(), "{} has no passing fixture", rule.code);
        for Fixture { name, report } in fixtures {
            let own: Vec<_> = report.findings.iter().filter(|finding| finding.code == rule.code).collect();
            assert!(own.is_empty(), "{name}: {own:#?}");
        }
    }
}

//! Misspelt keys: each is reported, and what was meant is among the suggestions.

use std::collections::BTreeMap;

use conf_lint::{Context, Finding, lint};
use ops_core::catalogue::Catalogue;
use ops_core::conf::ConfDocument;
use ops_core::version::{Dialect, FlinkVersion};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

/// Typos for each version, and how many of them stand in one file.
const TRIED: usize = 500;
const TOGETHER: usize = 50;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz-.";

/// One letter more, one fewer, another one, or two exchanged.
fn misspelt(key: &str, rng: &mut StdRng) -> String {
    let mut letters = key.as_bytes().to_vec();
    let at = rng.random_range(0..letters.len());
    let letter = *LETTERS.choose(rng).unwrap();
    match rng.random_range(0..4) {
        0 => letters.insert(at, letter),
        1 => drop(letters.remove(at)),
        2 => letters[at] = letter,
        _ if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters.push(letter),
    }
    String::from_utf8(letters).unwrap()
}

/// Every key that a version defines is known to it, and nothing is said about it but that it has another name.
#[test]
fn every_key_is_known() {
    for version in FlinkVersion::KNOWN {
        let catalogue = Catalogue::of(version);
        let context = Context { version, file: "flink-conf.yaml".to_owned() };
        let text: String =
            catalogue.keys().filter(|key| !key.contains('#')).map(|key| format!("{key}: 1\n")).collect();
        let document = ConfDocument::parse(&text, Dialect::Legacy).unwrap();
        assert!(document.effective().count() > 900);
        let report = lint(&document, &context);
        let unknown: Vec<_> = report.findings.iter().filter(|finding| finding.code == "FC001").collect();
        assert!(unknown.is_empty(), "{version}: {unknown:#?}");
    }
}

#[test]
fn one_edit_is_seen_through() {
    for version in FlinkVersion::KNOWN {
        typos(version);
    }
}

fn typos(version: FlinkVersion) {
    let catalogue = Catalogue::of(version);
    let context = Context { version, file: "flink-conf.yaml".to_owned() };
    let keys: Vec<_> =
        catalogue.keys().filter(|key| !key.starts_with('$') && !key.contains(['<', '#'])).collect();
    let mut rng = StdRng::seed_from_u64(20);
    let (mut right, mut wrong) = (0, Vec::new());
    for _ in 0..TRIED / TOGETHER {
        let mut typos: BTreeMap<String, &str> = BTreeMap::new();
        while typos.len() < TOGETHER {
            let key = *keys.choose(&mut rng).unwrap();
            let typo = misspelt(key, &mut rng);
            if !typo.is_empty() && catalogue.lookup(&typo).is_none() {
                typos.insert(typo, key);
            }
        }
        let line = |(typo, key): (&String, &&str)| {
            let default = catalogue.option(key).and_then(|option| option.default);
            let value = default.filter(|value| !value.is_empty());
            format!("{typo}: {}\n", value.as_deref().unwrap_or("1"))
        };
        let text: String = typos.iter().map(line).collect();
        let document = ConfDocument::parse(&text, Dialect::Legacy).unwrap();
        let report = lint(&document, &context);
        for (typo, key) in &typos {
            let of_typo = |finding: &&Finding| finding.code == "FC001" && finding.key.as_ref() == Some(typo);
            let finding = report.findings.iter().find(of_typo);
            let finding = finding.unwrap_or_else(|| panic!("{version} {typo}: not reported"));
            if finding.help.contains(&format!("`{key}`")) {
                right += 1;
            } else {
                wrong.push(format!("{typo} for {key}: {}", finding.help));
            }
        }
    }
    assert!(right * 100 >= TRIED * 95, "{version}: {right} of {TRIED}: {wrong:#?}");
}

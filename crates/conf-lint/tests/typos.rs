//! Misspelt keys: each is reported, and what was meant is among the suggestions.

use conf_lint::{Context, lint};
use ops_core::catalogue::Catalogue;
use ops_core::conf::ConfDocument;
use ops_core::version::{Dialect, FlinkVersion};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

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

#[test]
fn one_edit_is_seen_through() {
    let version = FlinkVersion::new(1, 20, 5);
    let catalogue = Catalogue::of(version);
    let context = Context { version, file: "flink-conf.yaml".to_owned() };
    let keys: Vec<_> =
        catalogue.keys().filter(|key| !key.starts_with('$') && !key.contains(['<', '#'])).collect();
    let mut rng = StdRng::seed_from_u64(20);
    let (mut tried, mut right) = (0, 0);
    let mut wrong = Vec::new();
    while tried < 500 {
        let key = *keys.choose(&mut rng).unwrap();
        let typo = misspelt(key, &mut rng);
        if typo.is_empty() || catalogue.lookup(&typo).is_some() {
            continue;
        }
        tried += 1;
        let value = catalogue.option(key).and_then(|option| option.default).filter(|value| !value.is_empty());
        let text = format!("{typo}: {}\n", value.as_deref().unwrap_or("1"));
        let document = ConfDocument::parse(&text, Dialect::Legacy).unwrap();
        let report = lint(&document, &context);
        let finding = report.findings.iter().find(|finding| finding.code == "FC001");
        let finding = finding.unwrap_or_else(|| panic!("{text}: not reported"));
        if finding.help.contains(&format!("`{key}`")) {
            right += 1;
        } else {
            wrong.push(format!("{typo} for {key}: {}", finding.help));
        }
    }
    assert!(right * 100 >= tried * 95, "{right} of {tried}: {wrong:#?}");
}

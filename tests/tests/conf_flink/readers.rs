//! Both readers against Flink's, on generated files.

use end_to_end::need::Need;
use end_to_end::require;
use ops_core::conf::{ConfDocument, ConfError};
use ops_core::version::Dialect;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use crate::flink::{self, Read};

const FILES: usize = 500;

/// Not among them: U+0085 and U+FEFF within a file, which Flink's parser takes for a line break and for text, and line
/// breaks between quotes, where it does without the indentation that YAML asks for.
const PIECES: [&str; 46] = [
    "a",
    "b",
    "c.d",
    "rest.port",
    "key",
    ": ",
    ":",
    " ",
    "  ",
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\r\n",
    "\t",
    "#",
    " # x",
    "'",
    "\"",
    "''",
    "1",
    "0123",
    "1.50",
    "true",
    "null",
    "~",
    "[x, y]",
    "{m: n}",
    "- i",
    "|",
    ">",
    "&q",
    "*q",
    "!t",
    "%",
    "@",
    "`",
    "\\",
    "\\n",
    "?",
    "---",
    "ä",
    "日本",
    ",",
    "-",
];

/// Mostly lines that make sense, with pieces that may not.
fn text(rng: &mut StdRng, dialect: Dialect) -> String {
    let mut text = String::new();
    let mut depth = 0;
    for index in 0..rng.random_range(0..8) {
        if rng.random_ratio(1, 5) {
            for _ in 0..rng.random_range(1..6) {
                text.push_str(PIECES.choose(rng).unwrap());
            }
            continue;
        }
        if dialect == Dialect::Yaml {
            depth = rng.random_range(0..=depth);
        }
        let indent = "  ".repeat(depth);
        let key = format!("{}{index}", ["k", "rest.port", "a.b", "x-y", "'q'", "ä"].choose(rng).unwrap());
        if dialect == Dialect::Yaml && rng.random_ratio(1, 3) {
            text.push_str(&format!("{indent}{key}:\n"));
            depth += 1;
            text.push_str(&format!("{}inner: 1\n", "  ".repeat(depth)));
            continue;
        }
        let value = match rng.random_range(0..6) {
            0 => "word".to_owned(),
            1 => rng.random_range(-5_000_i64..5_000).to_string(),
            2 => format!("\"{}\"", PIECES.choose(rng).unwrap().trim_matches(['\r', '\n'])),
            3 => format!("'{}'", PIECES.choose(rng).unwrap().trim_matches(['\r', '\n'])),
            _ => (0..rng.random_range(1..4)).map(|_| *PIECES.choose(rng).unwrap()).collect(),
        };
        text.push_str(&format!("{indent}{key}: {value}\n"));
    }
    text
}

fn files(dialect: Dialect) -> Vec<String> {
    let mut rng = StdRng::seed_from_u64(5);
    (0..FILES).map(|_| text(&mut rng, dialect)).collect()
}

/// The same answer or, rarely and for YAML only, a refusal where Flink is less strict; never another answer.
fn compare(version: &str, dialect: Dialect, texts: &[String], said: &[Read]) {
    let (mut same, mut stricter, mut wrong) = (0, 0, Vec::new());
    for (text, said) in texts.iter().zip(said) {
        let ours = ConfDocument::parse(text, dialect);
        let read = ours.as_ref().ok().map(|document| {
            document.effective().map(|entry| (entry.key.clone(), entry.value.clone())).collect()
        });
        match (&ours, said) {
            (Err(ConfError::Unsupported { .. }), _) => {}
            _ if read == *said => same += 1,
            (Err(_), Some(_)) => stricter += 1,
            _ => wrong.push(format!("{text:?}\n  Flink: {said:?}\n  we:    {read:?}")),
        }
    }
    assert!(wrong.is_empty(), "{version}: {} of {FILES} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(stricter * 50 < FILES, "{version}: {stricter} of {FILES} are refused by us alone");
    assert!(same * 10 > FILES * 9, "{version}: only {same} of {FILES} could be compared");
}

#[test]
fn flink_conf_yaml_is_read_as_by_flink() {
    let texts = files(Dialect::Legacy);
    let [java, javac, old, new] =
        require!(Need::Java, Need::Javac, Need::Flink("1.18.1"), Need::Flink("1.20.5"));
    for (version, home) in [("1.18.1", old), ("1.20.5", new)] {
        let said = flink::read_all(&home, &javac, &java, "flink-conf.yaml", &texts);
        compare(version, Dialect::Legacy, &texts, &said);
    }
}

#[test]
fn config_yaml_is_read_as_by_flink() {
    let texts = files(Dialect::Yaml);
    let [java, javac, old, new] =
        require!(Need::Java, Need::Javac, Need::Flink("1.20.5"), Need::Flink("2.3.0"));
    for (version, home) in [("1.20.5", old), ("2.3.0", new)] {
        let said = flink::read_all(&home, &javac, &java, "config.yaml", &texts);
        compare(version, Dialect::Yaml, &texts, &said);
    }
}

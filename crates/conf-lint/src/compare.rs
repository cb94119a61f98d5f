//! Two configurations compared by what they mean: units, spellings, order, dialect and written-out defaults do not
//! matter.

use std::collections::BTreeSet;
use std::time::Duration;

use ops_core::catalogue::{Catalogue, Known, OptionInfo, Value};
use ops_core::conf::{ConfDocument, Entry, is_sensitive};
use ops_core::version::{Dialect, FlinkVersion};
use serde::Serialize;

/// A configuration, and the Flink that reads it.
#[derive(Clone, Copy, Debug)]
pub struct Configuration<'a> {
    /// The file.
    pub document: &'a ConfDocument,
    /// The Flink that reads it.
    pub version: FlinkVersion,
}

/// An option that does not have the same value in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The key, as the version of the second one names it where it knows it.
    pub key: String,
    /// The first one.
    pub left: Side,
    /// The second one.
    pub right: Side,
}

/// What one configuration says about an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The value as it is written; `…` where it may be a secret. `None`: it has none.
    pub value: Option<String>,
    /// Whether the value is the default.
    pub default: bool,
    /// The line that sets it.
    pub line: Option<usize>,
}

/// The options that differ, by key. Keys that neither version knows count as text.
pub fn compare(left: Configuration<'_>, right: Configuration<'_>) -> Vec<Difference> {
    let (left, right) = (Reader::new(left), Reader::new(right));
    let mut keys: BTreeSet<String> = BTreeSet::new();
    keys.extend(right.document.effective().map(|entry| right.name(&entry.key)));
    keys.extend(left.document.effective().map(|entry| right.name(&left.name(&entry.key))));
    let mut differences = Vec::new();
    for key in keys {
        let (a, b) = (left.read(&key), right.read(&key));
        if !same(a.meaning.as_ref(), b.meaning.as_ref()) {
            differences.push(Difference { left: a.side(&key), right: b.side(&key), key });
        }
    }
    differences
}

struct Reader<'a> {
    document: &'a ConfDocument,
    catalogue: Catalogue,
}

/// An option in one configuration.
struct Read {
    meaning: Option<Meaning>,
    text: Option<String>,
    line: Option<usize>,
}

#[derive(PartialEq)]
enum Meaning {
    Value(Value),
    /// Of a key without type, or a value that Flink refuses.
    Text(String),
}

/// Whether two versions make the same of it. A number that became a duration with a later version is one of milliseconds.
fn same(a: Option<&Meaning>, b: Option<&Meaning>) -> bool {
    match (a, b) {
        (Some(Meaning::Value(Value::Integer(number))), Some(Meaning::Value(Value::Duration(duration))))
        | (Some(Meaning::Value(Value::Duration(duration))), Some(Meaning::Value(Value::Integer(number)))) => {
            u64::try_from(*number).is_ok_and(|millis| duration.as_std() == Duration::from_millis(millis))
        }
        _ => a == b,
    }
}

impl Read {
    fn side(&self, key: &str) -> Side {
        let secret = self.line.is_some() && is_sensitive(key);
        let value = self.text.clone().map(|text| if secret { "…".to_owned() } else { text });
        Side { default: self.line.is_none() && value.is_some(), value, line: self.line }
    }
}

impl<'a> Reader<'a> {
    fn new(configuration: Configuration<'a>) -> Self {
        let Configuration { document, version } = configuration;
        Self { document, catalogue: Catalogue::of(version) }
    }

    /// The name of today of the option that a key sets.
    fn name(&self, key: &str) -> String {
        if let Some(Known::Alias { option, .. }) = self.catalogue.lookup(key) {
            return option.key.to_owned();
        }
        if self.catalogue.lookup(key).is_some() {
            return key.to_owned();
        }
        let other = self.catalogue.elsewhere(key).and_then(|elsewhere| elsewhere.replacement);
        other.unwrap_or(key).to_owned()
    }

    /// Under the name of the other side, which may not be the name here.
    fn read(&self, key: &str) -> Read {
        let name = self.name(key);
        let option = match self.catalogue.lookup(&name) {
            Some(Known::Option(option)) => Some(option),
            _ => None,
        };
        let entry = match &option {
            Some(option) => self.entry_of(key, option),
            None => self.document.entry(key).or_else(|| self.document.entry(&name)),
        };
        let default = option.as_ref().and_then(|option| option.default.as_deref());
        let (text, dialect) = match entry {
            Some(entry) => (Some(entry.value.as_str()), self.document.dialect()),
            // The catalogue writes defaults as `flink-conf.yaml` would.
            None => (default, Dialect::Legacy),
        };
        let meaning = text.map(|text| match &option {
            Some(option) => match self.catalogue.read(option, text, dialect) {
                Ok(value) => Meaning::Value(value),
                Err(_) => Meaning::Text(text.to_owned()),
            },
            None => Meaning::Text(text.to_owned()),
        });
        Read { meaning, text: text.map(str::to_owned), line: entry.map(|entry| entry.line) }
    }

    fn entry_of(&self, key: &str, option: &OptionInfo) -> Option<&'a Entry> {
        let names = [key, option.key].into_iter().chain(option.deprecated_keys.iter().copied());
        names.chain(option.fallback_keys.iter().copied()).find_map(|name| self.document.entry(name))
    }
}

#[cfg(test)]
mod tests {
    use ops_core::catalogue::OptionType;
    use ops_core::units::FlinkDuration;

    use super::*;

    /// What [`same`] takes for granted: by their defaults, all numbers that became durations were milliseconds.
    #[test]
    fn numbers_that_became_durations_were_milliseconds() {
        let mut seen = 0;
        for versions in FlinkVersion::KNOWN.windows(2) {
            let [before, after] = versions else { unreachable!() };
            let (old, new) = (Catalogue::of(*before), Catalogue::of(*after));
            for option in old.keys().filter_map(|key| old.option(key)) {
                let Some(now) = new.option(option.key).filter(|now| now.value_type == OptionType::Duration)
                else {
                    continue;
                };
                if !matches!(option.value_type, OptionType::Int | OptionType::Long) {
                    continue;
                }
                let (Some(number), Some(duration)) = (option.default, now.default) else { continue };
                seen += 1;
                let read = |text: &str| FlinkDuration::parse(text).unwrap();
                assert_eq!(read(&format!("{number} ms")), read(&duration), "{} in {after}", option.key);
            }
        }
        assert!(seen > 10, "{seen}");
    }
}

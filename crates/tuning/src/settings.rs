//! A configuration as one Flink sees it: which option a key belongs to, and its value with Flink's type.

use std::collections::BTreeMap;

use ops_core::catalogue::{Catalogue, OptionNames};
use ops_core::conf::ConfDocument;
use ops_core::units::{FlinkDuration, MemorySize};
use ops_core::version::{Dialect, FlinkVersion};

/// Keys and values, the version that reads them, and the dialect they were written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    catalogue: Catalogue,
    dialect: Dialect,
    values: BTreeMap<String, String>,
}

/// A value that Flink refuses for its option.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {reason}")]
pub struct BadValue {
    /// The key under which the value stands.
    pub key: String,
    /// What was found and what was needed.
    pub reason: String,
}

/// A value, and whether anybody set it.
#[derive(Clone, Debug, PartialEq)]
pub struct Given<T> {
    /// The value.
    pub value: T,
    /// The name under which it stands: the option's key, or a former or additional name of it.
    pub key: &'static str,
    /// Whether it is set; otherwise it is the default.
    pub is_set: bool,
}

impl Settings {
    /// Nothing set; values that are set later are texts, as `-D` on a command line gives them.
    pub fn empty(version: FlinkVersion) -> Self {
        Self { catalogue: Catalogue::of(version), dialect: Dialect::Legacy, values: BTreeMap::new() }
    }

    /// What `version` sees in a document.
    pub fn of(document: &ConfDocument, version: FlinkVersion) -> Self {
        let values = document.effective().map(|entry| (entry.key.clone(), entry.value.clone())).collect();
        Self { catalogue: Catalogue::of(version), dialect: document.dialect(), values }
    }

    /// The version that reads them.
    pub fn version(&self) -> FlinkVersion {
        self.catalogue.version()
    }

    /// Sets a key.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.values.insert(key.into(), value.into());
    }

    /// Forgets a key, under this name alone.
    pub fn unset(&mut self, key: &str) {
        self.values.remove(key);
    }

    /// The first of these keys that this version has an option for.
    pub fn known<'k>(&self, keys: &[&'k str]) -> Option<&'k str> {
        keys.iter().copied().find(|key| self.catalogue.option(key).is_some())
    }

    /// Whether `name` is a former name of the option `key`, and means nothing else.
    pub(crate) fn is_name_of(&self, name: &str, key: &str) -> bool {
        let own = self.catalogue.option(name).is_some_and(|option| !option.deprecated);
        name != key && !own && self.catalogue.readers(name).all(|reader| reader == key)
    }

    /// The same with one key more, or another value for it.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(key, value);
        self
    }

    /// The text from which Flink takes an option, and the name under which it stands: the option's own key first, then
    /// its other names. `None`: not set, or no option of this version.
    pub fn text(&self, key: &str) -> Option<(&'static str, &str)> {
        self.text_of(&self.catalogue.names(key)?)
    }

    /// Whether an option is set, under any of its names.
    pub fn contains(&self, key: &str) -> bool {
        self.text(key).is_some()
    }

    fn text_of(&self, option: &OptionNames) -> Option<(&'static str, &str)> {
        option.find(|name| Some((name, self.values.get(name)?.as_str())))
    }

    /// The value of an option with a default. An option that this version does not have is never set, and `absent` is
    /// what the version does instead.
    fn read<T>(
        &self,
        key: &'static str,
        absent: T,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Given<T>, BadValue> {
        let Some(option) = self.catalogue.names(key) else {
            return Ok(Given { value: absent, key, is_set: false });
        };
        let bad = |key: &str| {
            let key = key.to_owned();
            move |reason| BadValue { key, reason }
        };
        if let Some((name, text)) = self.text_of(&option) {
            let value = parse(text).map_err(bad(name))?;
            return Ok(Given { value, key: name, is_set: true });
        }
        let value = match option.default().as_deref() {
            Some(text) => parse(text).map_err(bad(key))?,
            None => absent,
        };
        Ok(Given { value, key: option.key(), is_set: false })
    }

    /// A memory size; zero where there is no default.
    ///
    /// # Errors
    /// The value is no memory size.
    pub fn memory(&self, key: &'static str) -> Result<Given<MemorySize>, BadValue> {
        self.read(key, MemorySize::ZERO, |text| MemorySize::parse(text).map_err(|error| error.to_string()))
    }

    /// A whole number of 32 bits; `absent` where the version has no such option or no default.
    ///
    /// # Errors
    /// The value is no such number.
    pub fn int(&self, key: &'static str, absent: i32) -> Result<Given<i32>, BadValue> {
        self.read(key, absent, |text| text.parse().map_err(|_| not(text, "a whole number (32 bits)")))
    }

    /// `true` or `false`; `false` where there is no default.
    ///
    /// # Errors
    /// The value is neither.
    pub fn boolean(&self, key: &'static str) -> Result<Given<bool>, BadValue> {
        self.read(key, false, |text| match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(not(text, "a boolean (true or false)")),
        })
    }

    /// A duration; zero where there is no default.
    ///
    /// # Errors
    /// The value is no duration.
    pub fn duration(&self, key: &'static str) -> Result<Given<std::time::Duration>, BadValue> {
        let version = self.version();
        self.read(key, std::time::Duration::ZERO, |text| {
            FlinkDuration::parse_for(text, version)
                .map(FlinkDuration::as_std)
                .map_err(|error| error.to_string())
        })
    }

    /// Text; empty where there is no default.
    pub fn string(&self, key: &'static str) -> Given<String> {
        let absent = || Given { value: String::new(), key, is_set: false };
        self.read(key, String::new(), |text| Ok(text.to_owned())).unwrap_or_else(|_| absent())
    }

    /// A number of 64 bits; zero where there is no default.
    ///
    /// # Errors
    /// The value is no number.
    pub fn double(&self, key: &'static str) -> Result<Given<f64>, BadValue> {
        self.read(key, 0.0, parse_double)
    }

    /// A number of 32 bits, as a fraction is; zero where there is no default. YAML hands Flink a number of 64 bits,
    /// which must fit into 32; a text is read as a number of 32 bits at once.
    ///
    /// # Errors
    /// The value is no number.
    pub fn float(&self, key: &'static str) -> Result<Given<f32>, BadValue> {
        self.read(key, 0.0, |text| {
            let double = parse_double(text)?;
            let magnitude = double.abs();
            match self.dialect {
                Dialect::Legacy => decimal(text).parse().map_err(|_| not(text, "a number")),
                Dialect::Yaml
                    if magnitude != 0.0 && (magnitude < SMALLEST || magnitude > f64::from(f32::MAX)) =>
                {
                    Err(not(text, "a number that fits into 32 bits"))
                }
                #[expect(clippy::cast_possible_truncation, reason = "Flink narrows it the same way")]
                Dialect::Yaml => Ok(double as f32),
            }
        })
    }
}

/// The smallest positive number of 32 bits.
const SMALLEST: f64 = 1.401298464324817e-45;

fn parse_double(text: &str) -> Result<f64, String> {
    let known = decimal(text);
    let unsigned = known.strip_prefix(['+', '-']).unwrap_or(known);
    let is_javas = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        || matches!(unsigned, "NaN" | "Infinity");
    known.parse().ok().filter(|_| is_javas).ok_or_else(|| not(text, "a decimal number such as 0.4"))
}

/// A number as Java writes it, without blanks around it and without Java's suffix for the type.
fn decimal(text: &str) -> &str {
    let text = text.trim_matches(|c| c <= ' ');
    match text.strip_suffix(['f', 'F', 'd', 'D']) {
        Some(number) if number.ends_with(|c: char| c.is_ascii_digit() || c == '.') => number,
        _ => text,
    }
}

fn not(found: &str, needed: &str) -> String {
    format!("`{found}` is not {needed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(version: &str) -> Settings {
        Settings::empty(version.parse().unwrap())
    }

    #[test]
    fn an_option_is_read_under_its_own_key_first() {
        let old = settings("1.20").with("taskmanager.network.memory.fraction", "0.2");
        let given = old.float("taskmanager.memory.network.fraction").unwrap();
        assert_eq!((given.value, given.key), (0.2, "taskmanager.network.memory.fraction"));
        let both = old.with("taskmanager.memory.network.fraction", "0.3");
        assert_eq!(both.float("taskmanager.memory.network.fraction").unwrap().value, 0.3);
        let none = settings("2.0").int("taskmanager.network.memory.buffers-per-channel", 2).unwrap();
        assert_eq!((none.value, none.is_set), (2, false));
    }

    #[test]
    fn numbers_are_those_of_java() {
        let read = |dialect, text: &str| {
            let mut settings = settings("1.20").with("taskmanager.memory.managed.fraction", text);
            settings.dialect = dialect;
            settings.float("taskmanager.memory.managed.fraction").map(|given| given.value)
        };
        for (text, expected) in [("0.4", 0.4), (" .5f ", 0.5), ("1e-1", 0.1), ("0.25d", 0.25), ("+1.", 1.0)] {
            assert_eq!(read(Dialect::Legacy, text), Ok(expected), "{text}");
            assert_eq!(read(Dialect::Yaml, text), Ok(expected), "{text}");
        }
        assert!(read(Dialect::Legacy, "NaN").unwrap().is_nan());
        for text in ["", "40%", "inf", "nan", "-inf", "infinity", "f", "0,4"] {
            let error = read(Dialect::Legacy, text).unwrap_err().to_string();
            assert!(error.starts_with("`taskmanager.memory.managed.fraction`: "), "{error}");
        }
        assert_eq!(read(Dialect::Legacy, "1e-60"), Ok(0.0));
        assert!(read(Dialect::Yaml, "1e-60").is_err());
    }
}

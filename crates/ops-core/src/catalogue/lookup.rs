//! Asking the catalogue of one version.

use std::borrow::Cow;

use super::family::{self, Family};
use super::option_type::OptionType;
pub use super::table::AliasKind;
use super::table::{self, Row};
use super::value::{Reading, Value, ValueError};
use crate::version::{Dialect, FlinkVersion};

/// What one Flink knows. Cheap to make: the data is embedded, and read where it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Catalogue {
    version: FlinkVersion,
    position: usize,
}

/// An option as one version defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionInfo {
    /// The key. Where a part of it is the user's, it stands in angle brackets.
    pub key: &'static str,
    /// The type of its value.
    pub value_type: OptionType,
    /// The default, as it would be written. `None`: there is none, or Flink computes it.
    pub default: Option<Cow<'static, str>>,
    /// Whether Flink marks it as on its way out.
    pub deprecated: bool,
    /// Former names, still read.
    pub deprecated_keys: Vec<&'static str>,
    /// Other options whose value is taken where this one is not set.
    pub fallback_keys: Vec<&'static str>,
}

/// How a key is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is the key of an option, or fits the key of one that has a part of the user's.
    Option(OptionInfo),
    /// It is another name of an option, and no option of its own.
    Alias {
        /// The option that reads it.
        option: OptionInfo,
        /// Whether the name is a former one, or that of a fallback.
        kind: AliasKind,
    },
    /// It sets one entry of an option that is a map (`<option>.<entry>`).
    MapEntry(OptionInfo),
    /// It belongs to a family of keys that Flink does not list.
    Family(&'static Family),
}

/// What other versions make of a key that this one does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The releases that know it, oldest first; never empty.
    pub versions: Vec<FlinkVersion>,
    /// The option of this version that does the same, where names tell.
    pub replacement: Option<&'static str>,
}

/// An option as it stands in the catalogue, without its type: for those who read many values and know what they read.
#[derive(Clone, Debug)]
pub struct OptionNames {
    row: Cow<'static, Row>,
}

impl OptionNames {
    /// Its key.
    pub fn key(&self) -> &'static str {
        self.row.key
    }

    /// The first of the names under which it is read that `find` has something for, in the order in which Flink looks: its
    /// key, former names, fallbacks.
    pub fn find<T>(&self, mut find: impl FnMut(&'static str) -> Option<T>) -> Option<T> {
        let own = find(self.row.key);
        if own.is_some() || !self.row.has_other_keys() {
            return own;
        }
        self.row.other_keys().find_map(find)
    }

    /// The default, as it is written in a configuration.
    pub fn default(&self) -> Option<Cow<'static, str>> {
        self.row.default.map(unescape)
    }
}

impl OptionInfo {
    fn new(row: &Row) -> Option<Self> {
        Some(Self {
            key: row.key,
            value_type: OptionType::parse(row.kind)?,
            default: row.default.map(unescape),
            deprecated: row.deprecated,
            deprecated_keys: row.deprecated_keys().collect(),
            fallback_keys: row.fallback_keys().collect(),
        })
    }
}

impl Catalogue {
    /// The catalogue of a version: that of its release line, or of the nearest older line that is known.
    pub fn of(version: FlinkVersion) -> Self {
        let line = (version.major, version.minor);
        let position = FlinkVersion::KNOWN.iter().rposition(|known| (known.major, known.minor) <= line);
        Self { version, position: position.unwrap_or(0) }
    }

    /// The version that was asked for.
    pub fn version(self) -> FlinkVersion {
        self.version
    }

    /// The option with exactly this key.
    pub fn option(self, key: &str) -> Option<OptionInfo> {
        self.row(key).and_then(|row| OptionInfo::new(&row))
    }

    /// The names and the default of the option with this key; costs less than [`Catalogue::option`].
    pub fn names(self, key: &str) -> Option<OptionNames> {
        self.row(key).map(|row| OptionNames { row })
    }

    /// The key of the option that reads `key`: itself, or the option of which it is a former or additional name.
    pub fn resolve(self, key: &str) -> Option<&'static str> {
        self.row(key).map(|row| row.key).or_else(|| self.alias(key).map(|alias| alias.row.key))
    }

    /// The options that read `name` besides the option of that name, if there is one.
    pub fn readers(self, name: &str) -> impl Iterator<Item = &'static str> {
        table::aliases_of(name)
            .filter(move |alias| alias.row.versions.contains(self.position))
            .map(|alias| alias.row.key)
    }

    /// Every key, sorted, without former names.
    pub fn keys(self) -> impl Iterator<Item = &'static str> {
        table::rows().iter().filter(move |row| row.versions.contains(self.position)).map(|row| row.key)
    }

    /// How this version knows a key; `None` where it would ignore it.
    pub fn lookup(self, key: &str) -> Option<Known> {
        if let Some(option) = self.option(key) {
            return Some(Known::Option(option));
        }
        if let Some(alias) = self.alias(key) {
            return Some(Known::Alias { option: OptionInfo::new(alias.row)?, kind: alias.kind });
        }
        if let Some(option) = self.template(key) {
            return Some(Known::Option(option));
        }
        let map = key.match_indices('.').find_map(|(dot, _)| {
            self.option(&key[..dot]).filter(|option| option.value_type == OptionType::Map)
        });
        map.map(Known::MapEntry).or_else(|| Family::of(key, self.version).map(Known::Family))
    }

    /// Whether this version takes `value` for `option`, read from a file of this dialect.
    ///
    /// # Errors
    /// It does not; the error says what is needed.
    pub fn check(self, option: &OptionInfo, value: &str, dialect: Dialect) -> Result<(), ValueError> {
        option.value_type.check(value, Reading { version: self.version, dialect })
    }

    /// What this version takes `value` for, as the value of `option`, read from a file of this dialect.
    ///
    /// # Errors
    /// As for [`Catalogue::check`].
    pub fn read(self, option: &OptionInfo, value: &str, dialect: Dialect) -> Result<Value, ValueError> {
        option.value_type.read(value, Reading { version: self.version, dialect })
    }

    /// What other versions make of a key that this one does not know; `None` where none knows it.
    pub fn elsewhere(self, key: &str) -> Option<Elsewhere> {
        let others: Vec<Self> = FlinkVersion::KNOWN
            .into_iter()
            .map(Self::of)
            .filter(|other| other.position != self.position && other.resolve(key).is_some())
            .collect();
        // The version nearest to this one knows best under which names the option went.
        let nearest = others.iter().min_by_key(|other| other.position.abs_diff(self.position))?;
        let option = OptionInfo::new(&*nearest.row(nearest.resolve(key)?)?)?;
        let names = std::iter::once(option.key).chain(option.deprecated_keys).filter(|name| *name != key);
        let replacement = names.into_iter().find_map(|name| self.resolve(name));
        Some(Elsewhere {
            versions: others.iter().map(|other| FlinkVersion::KNOWN[other.position]).collect(),
            replacement,
        })
    }

    fn row(self, key: &str) -> Option<Cow<'static, Row>> {
        table::row_of(key, self.position)
    }

    fn alias(self, name: &str) -> Option<&'static table::Alias> {
        table::aliases_of(name).find(|alias| alias.row.versions.contains(self.position))
    }

    /// Whether something that holds in these versions holds in this one.
    pub(super) fn holds(self, versions: table::VersionSet) -> bool {
        versions.contains(self.position)
    }

    /// `external-resource.<resource_name>.amount` for `external-resource.gpu.amount`.
    fn template(self, key: &str) -> Option<OptionInfo> {
        let row = table::templates()
            .iter()
            .find(|row| row.versions.contains(self.position) && family::matches(row.key, key))?;
        OptionInfo::new(row)
    }
}

/// Undoes the escapes of the generated file.
fn unescape(text: &'static str) -> Cow<'static, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.push(match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(other) => other,
                None => '\\',
            },
            (c, false) => c,
        });
    }
    Cow::Owned(plain)
}

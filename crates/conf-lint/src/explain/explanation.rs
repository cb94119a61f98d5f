//! A key under every version.

use ops_core::catalogue::{AliasKind, Catalogue, Family, Known, OptionInfo};
use ops_core::version::FlinkVersion;
use serde::Serialize;

use super::prose::prose;
use crate::migrate::removed;

/// How a key is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An option.
    Option,
    /// A former name of an option.
    FormerName,
    /// A name that an option reads where its own is not set.
    Fallback,
    /// An entry of an option that is a map.
    MapEntry,
    /// A key of a family that Flink does not list.
    Family,
}

/// What the releases of a run say alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The releases, oldest first.
    pub versions: Vec<FlinkVersion>,
    /// The type, as a noun phrase.
    #[serde(rename = "type")]
    pub value_type: String,
    /// The default; `None`: there is none, or Flink computes it.
    pub default: Option<String>,
    /// Whether Flink marks it as on its way out.
    pub deprecated: bool,
}

/// What is known about a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The key that was asked for.
    pub key: String,
    /// How it is known, by the version that was asked for or the newest that knows it.
    pub kind: Kind,
    /// The option that reads it, or the family's pattern, where that is not the key itself.
    pub option: Option<String>,
    /// What the versions say about the option, oldest first; empty for a family.
    pub periods: Vec<Period>,
    /// The releases that read the key, under its own name or as another name of an option.
    pub known_in: Vec<FlinkVersion>,
    /// The option that does the same in the releases that do not know the key.
    pub replacement: Option<String>,
    /// Why there are releases without it, where we know.
    pub removed: Option<&'static str>,
    /// Former names that are still read.
    pub former_names: Vec<&'static str>,
    /// Options whose value is taken where this one is not set.
    pub fallbacks: Vec<&'static str>,
    /// Options that take this one's value where they are not set.
    pub read_by: Vec<&'static str>,
    /// What we say about it.
    pub text: Option<String>,
    /// Keys without which it has no effect.
    pub needs: Vec<&'static str>,
    /// Keys that take its place where they are set.
    pub overridden_by: Vec<&'static str>,
    /// Keys to look at too.
    pub see: Vec<&'static str>,
}

/// Explains a key, as `version` knows it or, without one, as the newest version that does. `None`: no version that is
/// asked for knows it.
pub fn explain(key: &str, version: Option<FlinkVersion>) -> Option<Explanation> {
    let wanted = match version {
        Some(version) => Some(version),
        None => FlinkVersion::KNOWN.into_iter().rev().find(|v| Catalogue::of(*v).lookup(key).is_some()),
    };
    // A version that does not know the key says at least where it went.
    let knows = |version: &FlinkVersion| Catalogue::of(*version).lookup(key).is_some();
    let version = wanted.filter(knows).or_else(|| FlinkVersion::KNOWN.into_iter().rev().find(knows))?;
    let catalogue = Catalogue::of(version);
    let known_in: Vec<FlinkVersion> = FlinkVersion::KNOWN.into_iter().filter(knows).collect();
    let (kind, option, name) = match catalogue.lookup(key)? {
        Known::Option(option) => (Kind::Option, Some(option.clone()), option.key),
        Known::Alias { option, kind } => {
            let kind = if kind == AliasKind::Deprecated { Kind::FormerName } else { Kind::Fallback };
            (kind, Some(option.clone()), option.key)
        }
        Known::MapEntry(option) => (Kind::MapEntry, Some(option.clone()), option.key),
        Known::Family(family) => (Kind::Family, None, family.pattern),
    };
    let newest = FlinkVersion::KNOWN[FlinkVersion::KNOWN.len() - 1];
    let missing = FlinkVersion::KNOWN.into_iter().rev().find(|version| !known_in.contains(version));
    let replacement = missing
        .and_then(|version| Catalogue::of(version).elsewhere(key))
        .and_then(|elsewhere| elsewhere.replacement)
        .filter(|other| *other != key && Catalogue::of(newest).option(other).is_some());
    let said = prose(key).or_else(|| prose(name));
    Some(Explanation {
        key: key.to_owned(),
        kind,
        periods: if option.is_some() { periods(name) } else { Vec::new() },
        known_in,
        replacement: replacement.map(str::to_owned),
        removed: removed::reason(key),
        former_names: option.iter().flat_map(|option| option.deprecated_keys.iter().copied()).collect(),
        fallbacks: option.iter().flat_map(|option| option.fallback_keys.iter().copied()).collect(),
        read_by: match kind {
            Kind::Option => catalogue.readers(key).filter(|reader| *reader != key).collect(),
            _ => Vec::new(),
        },
        option: (name != key).then(|| name.to_owned()),
        text: match said {
            Some(prose) => Some(prose.text.clone()),
            None => Family::all(version)
                .find(|family| family.pattern == name)
                .map(|family| format!("{}.", capitalized(family.about))),
        },
        needs: said.map(|prose| prose.needs.clone()).unwrap_or_default(),
        overridden_by: said.map(|prose| prose.overridden_by.clone()).unwrap_or_default(),
        see: said.map(|prose| prose.see.clone()).unwrap_or_default(),
    })
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn periods(key: &str) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    for version in FlinkVersion::KNOWN {
        let Some(option) = Catalogue::of(version).option(key) else { continue };
        let period = Period::of(&option);
        match periods.last_mut() {
            Some(last)
                if (&last.value_type, &last.default, last.deprecated)
                    == (&period.value_type, &period.default, period.deprecated) =>
            {
                last.versions.push(version);
            }
            _ => periods.push(Period { versions: vec![version], ..period }),
        }
    }
    periods
}

impl Period {
    fn of(option: &OptionInfo) -> Self {
        Self {
            versions: Vec::new(),
            value_type: option.value_type.to_string(),
            default: option.default.as_deref().map(str::to_owned),
            deprecated: option.deprecated,
        }
    }
}

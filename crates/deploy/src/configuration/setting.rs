//! One key with its value and reason, and a list of them that leaves out what Flink does anyway.

use ops_core::catalogue::Catalogue;
use ops_core::version::{Dialect, FlinkVersion};

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key, as the version calls it.
    pub key: String,
    /// The value.
    pub value: String,
    /// Why it is set; a sentence for a comment. `None`: the one above says it.
    pub reason: Option<&'static str>,
}

/// Settings for one version.
#[derive(Clone, Debug)]
pub struct Settings {
    catalogue: Catalogue,
    dialect: Dialect,
    settings: Vec<Setting>,
}

impl Settings {
    /// None yet.
    pub fn new(version: FlinkVersion) -> Self {
        Self { catalogue: Catalogue::of(version), dialect: version.dialect(), settings: Vec::new() }
    }

    /// The version that reads them.
    pub fn version(&self) -> FlinkVersion {
        self.catalogue.version()
    }

    /// The settings.
    pub fn iter(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter()
    }

    /// Sets an option under the first of its names that the version has, unless the value is its default.
    pub fn set(&mut self, names: &[&str], value: impl Into<String>, reason: &'static str) {
        self.add(names, value.into(), Some(reason));
    }

    /// Sets an option if there is a value.
    pub fn set_if(&mut self, names: &[&str], value: Option<impl ToString>, reason: &'static str) {
        if let Some(value) = value {
            self.set(names, value.to_string(), reason);
        }
    }

    /// Sets an option for the reason of the one before.
    pub fn also(&mut self, names: &[&str], value: impl Into<String>) {
        self.add(names, value.into(), None);
    }

    fn add(&mut self, names: &[&str], value: String, reason: Option<&'static str>) {
        let known = names.iter().copied().find(|name| self.catalogue.option(name).is_some());
        let key = known.or(names.first().copied()).unwrap_or_default();
        if !self.is_default(key, &value) {
            self.settings.push(Setting { key: key.to_owned(), value, reason });
        }
    }

    /// Whether Flink takes an absent key for the same.
    pub fn is_default(&self, key: &str, value: &str) -> bool {
        let Some(option) = self.catalogue.option(key) else { return false };
        let Some(default) = option.default.as_deref() else { return false };
        let read = |text: &str, dialect| self.catalogue.read(&option, text, dialect).ok();
        match (read(value, self.dialect), read(default, Dialect::Legacy)) {
            (Some(value), Some(default)) => value == default,
            _ => false,
        }
    }

    /// Removes what an extra key says otherwise, under whichever of its names.
    pub(super) fn give_way_to(&mut self, key: &str) {
        let option = self.catalogue.resolve(key).unwrap_or(key);
        let catalogue = self.catalogue;
        self.settings.retain(|setting| catalogue.resolve(&setting.key).unwrap_or(&setting.key) != option);
    }
}

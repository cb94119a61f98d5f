//! Keys to set, and why.

use std::time::Duration;

use ops_core::conf::{ConfDocument, ConfError};
use ops_core::units::MemorySize;
use serde::Serialize;

use crate::settings::{BadValue, Settings};

/// One key to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// The option's key in this version.
    pub key: String,
    /// What to set it to; `None`: remove it.
    pub value: Option<String>,
    /// What is set now; `None`: nothing.
    pub current: Option<String>,
    /// Why.
    pub why: String,
    /// The name under which the current value stands, where it is not the key.
    #[serde(skip)]
    former: Option<String>,
}

/// Collects advice: only what differs from what is in force.
pub(crate) struct Advisor<'a> {
    settings: &'a Settings,
    advice: Vec<Advice>,
}

impl<'a> Advisor<'a> {
    pub(crate) fn new(settings: &'a Settings) -> Self {
        Self { settings, advice: Vec::new() }
    }

    pub(crate) fn duration(
        &mut self,
        key: &'static str,
        value: Duration,
        why: String,
    ) -> Result<(), BadValue> {
        let known = self.settings.duration(key)?;
        self.unless(known.is_set && known.value == value, key, Some(seconds(value)), why);
        Ok(())
    }

    pub(crate) fn memory(
        &mut self,
        key: &'static str,
        value: MemorySize,
        why: String,
    ) -> Result<(), BadValue> {
        let known = self.settings.memory(key)?.value == value;
        self.unless(known, key, Some(mebibytes(value)), why);
        Ok(())
    }

    pub(crate) fn int(&mut self, key: &'static str, value: i32, why: String) -> Result<(), BadValue> {
        // The one option without a default, tolerable failures in 1.18, counts as 0.
        let known = self.settings.int(key, 0)?.value == value;
        self.unless(known, key, Some(value.to_string()), why);
        Ok(())
    }

    pub(crate) fn boolean(&mut self, key: &'static str, value: bool, why: String) -> Result<(), BadValue> {
        let known = self.settings.boolean(key)?.value == value;
        self.unless(known, key, Some(value.to_string()), why);
        Ok(())
    }

    pub(crate) fn text(&mut self, key: &str, value: &str, why: String) {
        let known = self.settings.text(key).is_some_and(|(_, current)| current == value);
        self.unless(known, key, Some(value.to_owned()), why);
    }

    /// What stands under the name of another option stays: it is that option's too.
    pub(crate) fn remove(&mut self, key: &str, why: String) {
        let removable = self
            .settings
            .text(key)
            .is_some_and(|(name, _)| name == key || self.settings.is_name_of(name, key));
        self.unless(!removable, key, None, why);
    }

    pub(crate) fn finish(self) -> Vec<Advice> {
        self.advice
    }

    fn unless(&mut self, known: bool, key: &str, value: Option<String>, why: String) {
        if known {
            return;
        }
        let found = self.settings.text(key);
        let former = found.map(|(name, _)| name).filter(|name| self.settings.is_name_of(name, key));
        let former = former.map(str::to_owned);
        let current = found.map(|(_, text)| text.to_owned());
        self.advice.push(Advice { key: key.to_owned(), value, current, why, former });
    }
}

/// The settings with the advice followed.
pub fn followed(settings: &Settings, advice: &[Advice]) -> Settings {
    let mut settings = settings.clone();
    for Advice { key, value, former, .. } in advice {
        if let Some(former) = former {
            settings.unset(former);
        }
        match value {
            Some(value) => settings.set(key, value),
            None => settings.unset(key),
        }
    }
    settings
}

/// Follows the advice in a document; everything else in it stays as it is. A value under a former name moves to the key.
///
/// # Errors
/// The document cannot hold a value, or an anchor ties an entry to others; it may have changed in part then.
pub fn apply(document: &mut ConfDocument, advice: &[Advice]) -> Result<(), ConfError> {
    for Advice { key, value, former, .. } in advice {
        match (value, former) {
            (Some(value), Some(former)) => {
                document.rename(former, key)?;
                document.set(key, value)?;
            }
            (Some(value), None) => document.set(key, value)?,
            (None, former) => {
                document.unset(former.as_deref().unwrap_or(key));
            }
        }
    }
    Ok(())
}

/// A duration in whole seconds or minutes, as Flink reads it.
fn seconds(span: Duration) -> String {
    match span.as_secs() {
        minutes if minutes % 60 == 0 && minutes > 0 => format!("{} min", minutes / 60),
        seconds => format!("{seconds} s"),
    }
}

/// A size in the largest unit that Flink's own files use, without loss.
fn mebibytes(size: MemorySize) -> String {
    match size.bytes() {
        bytes if bytes % (1 << 20) == 0 => format!("{}m", bytes >> 20),
        bytes => format!("{bytes}b"),
    }
}

#[cfg(test)]
mod tests {
    use ops_core::version::Dialect;

    use super::*;

    #[test]
    fn advice_moves_former_names_and_leaves_the_rest_alone() {
        let text = "# sizes\ntaskmanager.network.memory.min: 32m # low\nother: 1\nrest.port: 8081\n";
        let mut document = ConfDocument::parse(text, Dialect::Legacy).unwrap();
        let settings = Settings::of(&document, "1.20".parse().unwrap());
        let mut advisor = Advisor::new(&settings);
        let size = MemorySize::from_mebibytes(128);
        advisor.memory("taskmanager.memory.network.min", size, "few".to_owned()).unwrap();
        advisor.int("rest.port", 8081, "the same".to_owned()).unwrap();
        advisor.remove("rest.port", "closed".to_owned());
        advisor.remove("rest.bind-port", "not there".to_owned());
        let advice = advisor.finish();
        assert_eq!(
            advice.iter().map(|one| one.key.as_str()).collect::<Vec<_>>(),
            ["taskmanager.memory.network.min", "rest.port"]
        );
        assert_eq!(advice[0].current.as_deref(), Some("32m"));
        apply(&mut document, &advice).unwrap();
        assert_eq!(document.to_text(), "# sizes\ntaskmanager.memory.network.min: 128m # low\nother: 1\n");
        assert_eq!(Settings::of(&document, settings.version()), followed(&settings, &advice));
    }
}

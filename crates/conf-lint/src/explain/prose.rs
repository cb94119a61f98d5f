//! Our own words about the keys that matter most: `explanations.md`, an entry a key.
//!
//! An entry is a heading with the key, a text, and lines that begin with `- needs:`, `- overridden by:` or `- see:` and
//! list keys.

use std::collections::BTreeMap;
use std::sync::OnceLock;

const TEXT: &str = include_str!("explanations.md");

/// What we say about a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// A few sentences.
    pub text: String,
    /// Keys without which it has no effect.
    pub needs: Vec<&'static str>,
    /// Keys that take its place where they are set.
    pub overridden_by: Vec<&'static str>,
    /// Keys to look at too.
    pub see: Vec<&'static str>,
}

/// What we say about a key or, with its pattern, about a family of keys.
pub fn prose(key: &str) -> Option<&'static Prose> {
    all().get(key)
}

pub(super) fn all() -> &'static BTreeMap<&'static str, Prose> {
    static ALL: OnceLock<BTreeMap<&'static str, Prose>> = OnceLock::new();
    ALL.get_or_init(|| TEXT.split("\n## ").skip(1).filter_map(entry).collect())
}

fn entry(text: &'static str) -> Option<(&'static str, Prose)> {
    let (key, body) = text.split_once('\n')?;
    let mut prose = Prose::default();
    for line in body.lines().filter(|line| !line.is_empty()) {
        let list = line.strip_prefix("- ").and_then(|line| line.split_once(": "));
        let keys = |keys: &'static str| keys.split(", ").map(|key| key.trim_matches('`')).collect();
        match list {
            Some(("needs", list)) => prose.needs = keys(list),
            Some(("overridden by", list)) => prose.overridden_by = keys(list),
            Some(("see", list)) => prose.see = keys(list),
            _ => {
                if !prose.text.is_empty() {
                    prose.text.push(' ');
                }
                prose.text.push_str(line);
            }
        }
    }
    Some((key.trim(), prose))
}

#[cfg(test)]
mod tests {
    use ops_core::catalogue::{Catalogue, Family};
    use ops_core::version::FlinkVersion;

    use super::*;

    fn is_known(key: &str) -> bool {
        FlinkVersion::KNOWN.into_iter().any(|version| {
            Catalogue::of(version).lookup(key).is_some()
                || Family::all(version).any(|family| family.pattern == key)
        })
    }

    #[test]
    fn every_entry_is_about_a_key_and_refers_to_keys() {
        for (key, prose) in all() {
            assert!(is_known(key), "no Flink has `{key}`");
            assert!(prose.text.len() >= 40 && prose.text.ends_with('.'), "{key}: {}", prose.text);
            for other in prose.needs.iter().chain(&prose.overridden_by).chain(&prose.see) {
                assert!(is_known(other) && other != key, "{key} refers to `{other}`");
            }
        }
    }

    #[test]
    fn what_matters_is_explained() {
        let keys = |prefix: &str| all().keys().filter(|key| key.starts_with(prefix)).count();
        assert!(all().len() >= 150, "{}", all().len());
        assert_eq!(TEXT.matches("\n## ").count(), all().len(), "a key has two entries");
        for prefix in [
            "taskmanager.memory.",
            "jobmanager.memory.",
            "execution.checkpointing.",
            "state.",
            "restart-strategy.",
            "high-availability.",
            "rest.",
            "security.ssl.",
            "security.kerberos.",
            "taskmanager.network.",
            "metrics.",
        ] {
            assert!(keys(prefix) >= 5, "{prefix}: {}", keys(prefix));
        }
    }
}

//! Defaults that changed between two versions.

use ops_core::catalogue::{Catalogue, OptionInfo, Value};
use ops_core::conf::ConfDocument;
use ops_core::version::Dialect;

use super::change::ChangedDefault;

/// The options of both versions that the document does not set, with different defaults. Options that Flink keeps for
/// itself, and those of single connectors and formats, are left out.
pub(super) fn changed(document: &ConfDocument, old: Catalogue, new: Catalogue) -> Vec<ChangedDefault> {
    let mut changed = Vec::new();
    for key in old.keys().filter(|key| key.contains('.') && !key.starts_with('$') && !key.contains('<')) {
        let (Some(was), Some(is)) = (old.option(key), new.resolve(key).and_then(|key| new.option(key)))
        else {
            continue;
        };
        // A former name that is still listed as an option of its own; the option of today has the default that counts.
        if old.readers(key).next().is_some() {
            continue;
        }
        if is_set(document, &was) || is_set(document, &is) || machine(key) {
            continue;
        }
        let value = |catalogue: Catalogue, option: &OptionInfo| -> Option<Value> {
            catalogue.read(option, option.default.as_deref()?, Dialect::Yaml).ok()
        };
        // Under the new type, `30000` is `30 s`.
        let old_value = was.default.as_deref().and_then(|text| new.read(&is, text, Dialect::Yaml).ok());
        if was.default == is.default || (old_value.is_some() && old_value == value(new, &is)) {
            continue;
        }
        changed.push(ChangedDefault {
            key: is.key,
            was: was.default.map(std::borrow::Cow::into_owned),
            is: is.default.map(std::borrow::Cow::into_owned),
        });
    }
    changed.sort_by_key(|default| default.key);
    changed.dedup_by_key(|default| default.key);
    changed
}

fn is_set(document: &ConfDocument, option: &OptionInfo) -> bool {
    let mut names = std::iter::once(option.key).chain(option.deprecated_keys.iter().copied());
    names.any(|name| document.entry(name).is_some())
}

/// Defaults that name the version or the machine change with them, and nobody wants the old ones.
fn machine(key: &str) -> bool {
    key == "kubernetes.container.image.ref"
}

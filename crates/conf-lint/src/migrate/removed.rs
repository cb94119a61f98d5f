//! Options that are gone, and why. In our own words, a line a key.

const TABLE: &str = include_str!("removed.tsv");

/// Why a version has no such option any more.
pub(crate) fn reason(key: &str) -> Option<&'static str> {
    entries().find(|(known, _)| *known == key).map(|(_, reason)| reason)
}

fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use ops_core::catalogue::Catalogue;
    use ops_core::version::FlinkVersion;

    use super::*;

    fn catalogues() -> impl DoubleEndedIterator<Item = Catalogue> {
        FlinkVersion::KNOWN.into_iter().map(Catalogue::of)
    }

    #[test]
    fn every_reason_is_about_an_option_that_went() {
        for (key, reason) in entries() {
            assert!(catalogues().any(|catalogue| catalogue.resolve(key).is_some()), "{key} never was");
            assert!(catalogues().any(|catalogue| catalogue.lookup(key).is_none()), "{key} is there");
            assert!(reason.len() > 20 && !reason.ends_with('.'), "{key}: {reason}");
        }
    }

    /// Dotted keys of the oldest version that the newest does not read under any name.
    #[test]
    fn every_option_that_went_has_a_reason() {
        let (old, new) = (catalogues().next().unwrap(), catalogues().next_back().unwrap());
        let without: Vec<_> = old
            .keys()
            .filter(|key| key.contains('.') && new.lookup(key).is_none())
            .filter(|key| new.elsewhere(key).is_none_or(|elsewhere| elsewhere.replacement.is_none()))
            .filter(|key| reason(key).is_none())
            .collect();
        assert!(without.is_empty(), "{without:#?}");
    }
}

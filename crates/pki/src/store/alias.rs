//! Aliases: the names of entries, as Java can hold them.

use std::collections::{HashMap, HashSet};

use crate::certificate::parse_bounded;

/// Longer ones are mistakes, and JKS ends at 65535 octets.
const MAX_ALIAS: usize = 255;

/// An alias that Java could not hold, or would change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no alias for a store that Java reads: it {problem}")]
pub struct AliasError {
    found: String,
    problem: &'static str,
}

/// The alias as Java keeps it: in lower case.
///
/// # Errors
/// It is empty, begins or ends with a space, is longer than 255 characters, or holds control characters or characters
/// beyond the Basic Multilingual Plane (emoji), which PKCS#12 cannot.
pub fn check_alias(alias: &str) -> Result<String, AliasError> {
    let error = |problem| {
        let found = alias.chars().filter(|c| !c.is_control()).take(80).collect();
        Err(AliasError { found, problem })
    };
    if alias.is_empty() {
        return error("is empty");
    }
    if alias.trim() != alias {
        return error("begins or ends with a space");
    }
    if alias.chars().count() > MAX_ALIAS {
        return error("is longer than 255 characters");
    }
    if alias.chars().any(char::is_control) {
        return error("holds a control character");
    }
    let lower = alias.to_lowercase();
    if lower.chars().any(|c| u32::from(c) > 0xffff) {
        return error("holds a character beyond the Basic Multilingual Plane, such as an emoji");
    }
    Ok(lower)
}

/// Aliases that are given out once each, compared without case.
#[derive(Default)]
pub(crate) struct Aliases {
    taken: HashSet<String>,
    /// The number that the next entry of that name gets, so that many of one name cost no search.
    next: HashMap<String, usize>,
}

impl Aliases {
    /// The alias itself if it is free, or else with `-2`, `-3` … behind it.
    pub(crate) fn unique(&mut self, alias: &str) -> String {
        let lower = alias.to_lowercase();
        let mut candidate = alias.to_owned();
        while !self.taken.insert(candidate.to_lowercase()) {
            let next = self.next.entry(lower.clone()).or_insert(1);
            *next += 1;
            candidate = format!("{alias}-{next}");
        }
        candidate
    }

    /// Whether the alias was free.
    pub(crate) fn take(&mut self, alias: &str) -> bool {
        self.taken.insert(alias.to_lowercase())
    }
}

/// An alias after the common name of a certificate's subject: letters, digits, dots and hyphens, in lower case.
pub(crate) fn of_certificate(certificate: &[u8]) -> String {
    const NAMELESS: &str = "certificate";
    let Ok(certificate) = parse_bounded(certificate) else { return NAMELESS.to_owned() };
    let name = certificate.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
    let mut alias = String::new();
    for c in name.unwrap_or_default().chars().take(64) {
        if c.is_ascii_alphanumeric() || c == '.' {
            alias.push(c.to_ascii_lowercase());
        } else if !alias.ends_with('-') {
            alias.push('-');
        }
    }
    let alias = alias.trim_matches(|c| c == '-' || c == '.');
    if alias.is_empty() { NAMELESS.to_owned() } else { alias.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_that_java_would_change_or_refuse_are_refused() {
        for (alias, expected) in [("ca", "ca"), ("Node 1", "node 1"), ("Ünicode", "ünicode"), ("根", "根")]
        {
            assert_eq!(check_alias(alias).unwrap(), expected);
        }
        for (alias, reason) in [
            ("", "empty"),
            (" a", "space"),
            ("a\nb", "control"),
            ("\u{1f600}", "Multilingual"),
            (&"x".repeat(256), "255"),
        ] {
            assert!(check_alias(alias).unwrap_err().to_string().contains(reason), "{alias}");
        }
    }

    #[test]
    fn unique_aliases_ignore_case() {
        let mut aliases = Aliases::default();
        assert_eq!(["ca", "CA", "ca-2"].map(|alias| aliases.unique(alias)), ["ca", "CA-2", "ca-2-2"]);
        assert!(!aliases.take("Ca") && aliases.take("other"));
    }
}

//! Keys as they are typed: refused where Flink has no such option, with what may have been meant.

use ops_core::catalogue::Catalogue;
use ops_core::version::{Dialect, FlinkVersion};

use crate::failure::Failure;

/// Flink of this version has no such option.
pub(super) fn unknown(catalogue: Catalogue, key: &str, value: &str, dialect: Dialect) -> Failure {
    let version = catalogue.version();
    let failure = Failure::usage(format!("Flink {version} has no option `{key}`"));
    if let Some(elsewhere) = catalogue.elsewhere(key) {
        let held = versions(&elsewhere.versions);
        return match elsewhere.replacement {
            Some(other) => failure.help(format!("that is an option of Flink {held}; here it is `{other}`")),
            None => failure.help(format!("that is an option of Flink {held} only")),
        };
    }
    let near = catalogue.suggest(key, value, dialect, 3);
    if near.is_empty() {
        return failure;
    }
    let near: Vec<_> = near.iter().map(|key| format!("`{key}`")).collect();
    failure.help(format!("did you mean {}?", near.join(" or ")))
}

/// `1.18 to 1.20, 2.3`.
pub(super) fn versions(held: &[FlinkVersion]) -> String {
    let runs = FlinkVersion::KNOWN.chunk_by(|a, b| held.contains(a) == held.contains(b));
    let runs = runs.filter(|run| held.contains(&run[0])).map(|run| match run {
        [first, .., last] => format!("{} to {}", first.line(), last.line()),
        [only] => only.line(),
        [] => String::new(),
    });
    runs.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_versions_are_told_by_their_ends() {
        let [a, b, c, _, _, _, g] = FlinkVersion::KNOWN;
        assert_eq!(versions(&[a, b, c, g]), "1.18 to 1.20, 2.3");
        assert_eq!(versions(&FlinkVersion::KNOWN), "1.18 to 2.3");
    }
}

//! The section of a release in the changelog: what stood under `Unreleased`.

const UNRELEASED: &str = "## Unreleased\n";

/// The changelog with what is unreleased under this version, released on this day.
pub(super) fn released(text: &str, version: &str, day: &str) -> Result<String, String> {
    let (before, after) = text
        .split_once(UNRELEASED)
        .ok_or_else(|| "CHANGELOG.md has no section `## Unreleased`".to_owned())?;
    let own = after.split("\n## ").next().unwrap_or_default();
    if !own.lines().any(|line| line.starts_with("- ")) {
        return Err("nothing stands under `## Unreleased` in CHANGELOG.md; say what has changed".to_owned());
    }
    Ok(format!("{before}{UNRELEASED}\n## {version} ({day})\n{after}"))
}

/// Whether the changelog has a section of this version.
pub(super) fn has(text: &str, version: &str) -> bool {
    text.lines().any(|line| line.starts_with(&format!("## {version} (")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unreleased_becomes_a_section() {
        let text =
            "# Changelog\n\n## Unreleased\n\n### Added\n\n- more\n\n## 0.1.0 (2026-11-01)\n\n- first\n";
        let after = released(text, "0.2.0", "2026-11-27").unwrap();
        assert_eq!(
            after,
            "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-11-27)\n\n### Added\n\n- more\n\n## 0.1.0 (2026-11-01)\n\n- first\n"
        );
        assert!(has(&after, "0.2.0") && has(&after, "0.1.0") && !has(&after, "0.3.0"));
        assert!(released(&after, "0.3.0", "2026-11-28").unwrap_err().contains("nothing stands"));
        assert!(released("# Changelog\n", "0.3.0", "2026-11-28").is_err());
    }
}

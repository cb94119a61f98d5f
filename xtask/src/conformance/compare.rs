//! Which differences between two answers are deliberate.

use rest_shape::Difference;

/// A line of `deliberate.txt`: `METHOD PATH | WHERE | REASON`. A `*` at an end stands for anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deliberate {
    step: String,
    at: String,
    pub(super) reason: String,
}

impl Deliberate {
    /// Whether the line speaks of this difference.
    pub(super) fn covers(&self, step: &str, difference: &Difference) -> bool {
        fits(&self.step, step) && fits(&self.at, &difference.at)
    }
}

/// Reads `deliberate.txt`.
pub(super) fn deliberate(text: &str) -> Result<Vec<Deliberate>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut parts = line.split(" | ").map(|part| part.trim().to_owned());
            match (parts.next(), parts.next(), parts.next()) {
                (Some(step), Some(at), Some(reason)) if !reason.is_empty() => {
                    Ok(Deliberate { step, at, reason })
                }
                _ => Err(format!("deliberate.txt: `STEP | WHERE | REASON` is needed: {line}")),
            }
        })
        .collect()
}

/// Whether the text is what the pattern says; `*` stands for anything.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last_was_star = false;
    for part in parts {
        last_was_star = part.is_empty();
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.is_empty() || last_was_star
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deliberate_difference_needs_a_reason() {
        let [line] = deliberate("# c\nGET /x* | /body/* | because\n").unwrap().try_into().unwrap();
        let difference = Difference { at: "/body/a/b".to_owned(), first: None, second: None };
        assert!(line.covers("GET /x/y", &difference) && !line.covers("GET /y", &difference));
        assert!(deliberate("GET /x | /body |").is_err());
        assert!(fits("*mid*", "a mid b") && !fits("a", "ab") && fits("a*c", "abc"));
    }
}

//! The lines of a text, ended as configuration files end them: by `\n`, `\r\n` or `\r`.

/// The lines without their ends.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.filter(|text| !text.is_empty())?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let after = &text[end..];
        rest = after.strip_prefix("\r\n").or(after.get(1..));
        Some(&text[..end])
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_kind_of_end_ends_a_line() {
        let lines = |text| super::lines(text).collect::<Vec<_>>();
        assert_eq!(lines("a\nb\r\nc\rd"), ["a", "b", "c", "d"]);
        assert_eq!(lines("\n\r\r\n"), ["", "", ""]);
        assert!(lines("").is_empty());
    }
}

//! How Flink takes the text of a number with a unit apart.

use std::borrow::Cow;

/// Splits `text` as Flink does before it looks at the parts: leading ASCII digits, and the unit in lower case.
pub(super) fn number_and_unit(text: &str) -> (&str, Cow<'_, str>) {
    let text = java_trim(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = java_trim(unit);
    let is_lower = unit.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    (number, if is_lower { unit.into() } else { unit.to_lowercase().into() })
}

/// `String.trim()` of Java: everything up to and including U+0020 goes, other Unicode blanks stay.
pub(crate) fn java_trim(text: &str) -> &str {
    text.trim_matches(|c| c <= ' ')
}

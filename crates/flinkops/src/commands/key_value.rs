//! `KEY=VALUE`, as several commands take it.

/// Reads a pair; the key may not be empty.
pub(crate) fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err(format!("`{text}` is not KEY=VALUE, such as taskmanager.memory.managed.fraction=0.2")),
    }
}

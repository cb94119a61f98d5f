//! Files of `key = value`: `zoo.cfg` and log4j's.

/// A line that sets something.
pub(super) struct Property<'a> {
    /// Line, from 1.
    pub(super) line: usize,
    /// Column of the key in characters, from 1.
    pub(super) column: usize,
    pub(super) key: &'a str,
    pub(super) value: &'a str,
}

/// The properties of a text. Lines that go on with a backslash are not joined: no key that is asked for here has one.
pub(super) fn properties(text: &str) -> impl Iterator<Item = Property<'_>> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let bare = line.trim_start();
        if bare.starts_with(['#', '!']) {
            return None;
        }
        let (key, value) = bare.split_once(['=', ':'])?;
        let column = line.chars().count() - bare.chars().count() + 1;
        Some(Property { line: index + 1, column, key: key.trim(), value: value.trim() })
    })
}

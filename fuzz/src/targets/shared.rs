//! What several targets do.

use jiff::Timestamp;
use ops_core::conf::ConfDocument;
use ops_core::secret::Secret;
use ops_core::version::Dialect;
use pki::store::{Format, ReadOptions, Unauthenticated, WriteOptions, encode, read_any};

/// The text, where the bytes are UTF-8: what reads text is given nothing else.
pub(super) fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// Reads a configuration, and edits it: what was set is there afterwards, and the rest as it was.
pub(super) fn conf(data: &[u8], dialect: Dialect) {
    const KEY: &str = "taskmanager.numberOfTaskSlots";
    let Some(text) = text(data) else { return };
    let Ok(document) = ConfDocument::parse(text, dialect) else { return };
    assert_eq!(document.to_text(), text);
    let others = |document: &ConfDocument| -> Vec<(String, String)> {
        let entries = document.effective().filter(|entry| entry.key != KEY);
        entries.map(|entry| (entry.key.clone(), entry.value.clone())).collect()
    };
    let mut edited = document.clone();
    if edited.set(KEY, "4").is_ok() {
        assert_eq!(edited.get(KEY), Some("4"));
        assert_eq!(others(&edited), others(&document));
    }
    let mut edited = document.clone();
    if edited.unset(KEY) {
        assert_eq!(edited.get(KEY), None);
        assert_eq!(others(&edited), others(&document));
    }
}

/// The password of the stores to start from.
pub(super) const PASSWORD: &str = "changeit";

/// Reads a store of any format, authenticated or not. What could be read can be written, or says why not.
pub(super) fn store(data: &[u8]) {
    let options = ReadOptions {
        password: Some(Secret::new(PASSWORD)),
        unauthenticated: Unauthenticated::DangerAccept,
        ..ReadOptions::default()
    };
    let Ok(store) = read_any(data, &options) else { return };
    let writing = WriteOptions::with_password(Secret::new(PASSWORD), Timestamp::UNIX_EPOCH);
    let _ = encode(&store, Format::Jks, &writing);
    let _ = encode(&store, Format::Pem, &writing);
}

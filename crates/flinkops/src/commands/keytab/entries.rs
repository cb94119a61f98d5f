//! How entries of keytabs are printed. Keys are shown only to who insists.

use std::path::Path;

use jiff::Timestamp;
use secure_conf::keytab::{EncryptionType, Entry, Principal};
use serde::Serialize;

use crate::output::table;

/// An entry; its fields are stable.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    principal: Principal,
    kvno: u32,
    etype: EncryptionType,
    etype_number: i32,
    /// When it was written; null where the file does not say.
    timestamp: Option<Timestamp>,
    /// In hexadecimal, with `--danger-show-keys`.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

/// Whether keys are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    Hide,
    DangerShow,
}

impl Shown {
    pub(super) fn new(entry: &Entry, keys: Keys) -> Self {
        let hexadecimal = || entry.key.expose().iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            principal: entry.principal.clone(),
            kvno: entry.kvno,
            etype: entry.key.etype,
            etype_number: entry.key.etype.0,
            timestamp: (entry.timestamp != 0).then(|| entry.written()),
            key: (keys == Keys::DangerShow).then(hexadecimal),
        }
    }

    pub(super) fn all<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Self> {
        entries.into_iter().map(|entry| Self::new(entry, Keys::Hide)).collect()
    }
}

/// `1 entry`, `2 entries`.
pub(super) fn count(entries: usize) -> String {
    if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") }
}

/// The entries as a table.
pub(super) fn rows(entries: &[Shown]) -> String {
    let base = |shown: &Shown| {
        let time = shown.timestamp.map_or_else(|| "-".to_owned(), |timestamp| timestamp.to_string());
        [shown.principal.to_string(), shown.kvno.to_string(), shown.etype.to_string(), time]
    };
    if entries.iter().all(|shown| shown.key.is_none()) {
        return table(["PRINCIPAL", "KVNO", "ETYPE", "WRITTEN"], entries.iter().map(base));
    }
    let with_key = entries.iter().map(|shown| {
        let [principal, kvno, etype, time] = base(shown);
        [principal, kvno, etype, time, shown.key.clone().unwrap_or_default()]
    });
    table(["PRINCIPAL", "KVNO", "ETYPE", "WRITTEN", "KEY"], with_key)
}

/// When each entry was written, for Prometheus' textfile collector: seconds since 1970, 0 where the file does not say.
pub(super) fn prometheus(keytab: &Path, entries: &[Shown]) -> String {
    const NAME: &str = "flinkops_keytab_entry_timestamp_seconds";
    let escape = |label: String| label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let mut text =
        format!("# HELP {NAME} When the key was written, in seconds since 1970.\n# TYPE {NAME} gauge\n");
    let keytab = escape(keytab.display().to_string());
    for entry in entries {
        let (principal, etype) = (escape(entry.principal.to_string()), escape(entry.etype.to_string()));
        let seconds = entry.timestamp.map_or(0, Timestamp::as_second);
        let labels = format!(
            "keytab=\"{keytab}\",principal=\"{principal}\",kvno=\"{}\",etype=\"{etype}\"",
            entry.kvno
        );
        text.push_str(&format!("{NAME}{{{labels}}} {seconds}\n"));
    }
    text
}

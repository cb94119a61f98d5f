//! Saying which files were written.

use std::fmt::Write as _;

use jiff::Timestamp;
use pki::store::LeafFiles;

use crate::output::style;

/// A day, for people: times of day say nothing about a certificate.
pub(super) fn day(at: Timestamp) -> String {
    at.to_string().chars().take("2026-01-02".len()).collect()
}

/// `1 key`, `2 keys`.
pub(super) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// Labels and values, one a line, the labels faint.
pub(super) fn fields<'a>(text: &mut String, fields: impl IntoIterator<Item = (&'a str, String)>) {
    let faint = style::FAINT;
    for (label, value) in fields {
        let _ = writeln!(text, "  {faint}{label:<20}{faint:#} {value}");
    }
}

/// The files of a leaf.
pub(super) fn leaf(headline: &str, files: &LeafFiles) -> String {
    let heading = style::HEADING;
    let mut text = format!("{heading}{headline}{heading:#}\n");
    let path = |path: &std::path::Path| path.display().to_string();
    let rows = [
        ("keystore", Some(path(&files.keystore))),
        ("key", files.key.as_deref().map(path)),
        ("truststore", Some(path(&files.truststore))),
        ("keystore password", files.keystore_password_file.as_deref().map(path)),
        ("truststore password", files.truststore_password_file.as_deref().map(path)),
        ("key password", files.key_password_file.as_deref().map(path)),
        ("valid until", Some(day(files.not_after))),
        ("SHA-1", Some(files.fingerprint_sha1.clone())),
        ("SHA-256", Some(files.fingerprint_sha256.clone())),
    ];
    fields(&mut text, rows.into_iter().filter_map(|(label, value)| Some((label, value?))));
    text
}

//! What differs between two keytabs. Keys are compared, and never shown.

use serde::Serialize;

use super::{EncryptionType, Entry, Keytab, Principal};

/// One difference, for one principal, version and encryption type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Whose key.
    pub principal: Principal,
    /// Which version.
    pub kvno: u32,
    /// Which encryption type.
    pub etype: EncryptionType,
    /// What differs.
    #[serde(rename = "difference")]
    pub kind: DifferenceKind,
}

/// The ways in which two keytabs differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// Only the first has it.
    OnlyFirst,
    /// Only the second has it.
    OnlySecond,
    /// Both have it, with different keys.
    Key,
}

/// The differences in what two keytabs can do. Order, times, name types and duplicates do not count.
pub fn diff(first: &Keytab, second: &Keytab) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut report = |entry: &Entry, kind| {
        let difference =
            Difference { principal: entry.principal.clone(), kvno: entry.kvno, etype: entry.key.etype, kind };
        if !found.contains(&difference) {
            found.push(difference);
        }
    };
    for entry in &first.entries {
        let mut same = second.entries.iter().filter(|other| other.is_same_slot(entry)).peekable();
        if same.peek().is_none() {
            report(entry, DifferenceKind::OnlyFirst);
        } else if !same.any(|other| other.key == entry.key) {
            report(entry, DifferenceKind::Key);
        }
    }
    for entry in &second.entries {
        if !first.entries.iter().any(|other| other.is_same_slot(entry)) {
            report(entry, DifferenceKind::OnlySecond);
        }
    }
    found
}

//! A keytab in memory.

use std::collections::BTreeSet;

use super::{Entry, KeytabError, Principal};

/// The entries of a keytab, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keytab {
    /// In which version of the format it was read, or is to be written.
    pub version: FormatVersion,
    /// The entries.
    pub entries: Vec<Entry>,
    /// Slots of deleted entries that the file had. They are not written again.
    pub holes: usize,
}

/// The two versions of the file format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FormatVersion {
    /// `05 01`, with numbers in the byte order of the host that wrote it. MIT wrote it before 1994.
    V1,
    /// `05 02`, big endian. What MIT, Heimdal and Java write.
    #[default]
    V2,
}

/// What a merge did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Entries that came in.
    pub added: usize,
    /// Entries that were there already, with the same key.
    pub present: usize,
}

impl Keytab {
    /// Who is in it, each once, in the order of the file.
    pub fn principals(&self) -> Vec<&Principal> {
        let mut seen = BTreeSet::new();
        self.entries.iter().map(|entry| &entry.principal).filter(|p| seen.insert(*p)).collect()
    }

    /// The entries of one principal.
    pub fn of<'a>(&'a self, principal: &'a Principal) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.principal == *principal)
    }

    /// Adds entries, unless the same are there.
    ///
    /// # Errors
    /// The same principal, version and encryption type have another key: then one of the two is wrong, and programs
    /// would take either. Nothing is changed.
    pub fn merge(&mut self, entries: impl IntoIterator<Item = Entry>) -> Result<Merged, KeytabError> {
        let mut all = self.entries.clone();
        let mut merged = Merged::default();
        for entry in entries {
            match all.iter().find(|known| known.is_same_slot(&entry)) {
                Some(known) if known.key == entry.key => merged.present += 1,
                Some(_) => {
                    let Entry { principal, kvno, key, .. } = entry;
                    return Err(KeytabError::Conflict { principal, kvno, etype: key.etype });
                }
                None => {
                    all.push(entry);
                    merged.added += 1;
                }
            }
        }
        self.entries = all;
        Ok(merged)
    }

    /// Takes entries out, and returns them.
    pub fn remove(&mut self, unwanted: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        let (gone, kept) = std::mem::take(&mut self.entries).into_iter().partition(unwanted);
        self.entries = kept;
        gone
    }
}

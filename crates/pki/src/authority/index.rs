//! The index of an authority: one JSON object a line, only ever appended to.
//!
//! A process that dies while appending leaves a line without its end. The next writer completes it when it is a whole
//! object, and cuts it off otherwise: its certificate was never handed out. A damaged line anywhere else is an error.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use ops_core::files::context;
use serde::{Deserialize, Serialize};

use super::lock::Lock;
use crate::certificate::Serial;
use crate::error::PkiError;
use crate::key::{KeyKind, PublicKeyKind};
use crate::names::{CommonName, LeafName, SubjectAltName};
use crate::profile::Role;
use crate::revocation::RevocationReason;

/// Something that happened to an authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum IndexEvent {
    /// An authority that another one has to certify made its key; the first line then.
    Requested(RequestedRow),
    /// The authority got its certificate; the first line of one that signed its own.
    Created(AuthorityRow),
    /// A leaf was issued.
    Issued(IssuedRow),
    /// The certificate of an authority below this one was signed.
    Delegated(DelegatedRow),
    /// A certificate was revoked.
    Revoked(RevokedRow),
    /// A revocation list was signed.
    Listed(ListedRow),
}

/// The key of an authority whose certificate comes from another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedRow {
    /// The common name that was asked for.
    pub name: CommonName,
    /// The kind of its key.
    pub key: KeyKind,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// The authority's own certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityRow {
    /// Its serial number.
    pub serial: Serial,
    /// Its common name.
    pub name: CommonName,
    /// The kind of its key.
    pub key: KeyKind,
    /// The first second of validity.
    pub not_before: Timestamp,
    /// The last second of validity.
    pub not_after: Timestamp,
    /// SHA-256 fingerprint.
    pub fingerprint_sha256: String,
    /// When it was created.
    pub at: Timestamp,
    /// Who created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// An authority whose certificate this one signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegatedRow {
    /// Its serial number.
    pub serial: Serial,
    /// Its common name.
    pub name: CommonName,
    /// The kind of its key.
    pub key: PublicKeyKind,
    /// How many levels of authorities it may have below it.
    pub path_length: u8,
    /// The first second of validity.
    pub not_before: Timestamp,
    /// The last second of validity.
    pub not_after: Timestamp,
    /// SHA-256 fingerprint.
    pub fingerprint_sha256: String,
    /// When it was signed.
    pub at: Timestamp,
    /// Who signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// A certificate that is not to be trusted any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokedRow {
    /// Its serial number.
    pub serial: Serial,
    /// Why.
    pub reason: RevocationReason,
    /// When it was revoked.
    pub at: Timestamp,
    /// Who revoked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// A revocation list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRow {
    /// Its number; each is larger than those before.
    pub number: u64,
    /// How many certificates are on it.
    pub revoked: usize,
    /// By when there will be another one.
    pub next_update: Timestamp,
    /// When it was signed.
    pub at: Timestamp,
    /// Who signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// A leaf that was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedRow {
    /// Its serial number.
    pub serial: Serial,
    /// Its name; the subject is `CN=name`.
    pub name: LeafName,
    /// What it is for.
    pub role: Role,
    /// Its subject alternative names.
    pub names: Vec<SubjectAltName>,
    /// The kind of its key.
    pub key: PublicKeyKind,
    /// The first second of validity.
    pub not_before: Timestamp,
    /// The last second of validity.
    pub not_after: Timestamp,
    /// SHA-1 fingerprint, which Flink pins by.
    pub fingerprint_sha1: String,
    /// SHA-256 fingerprint.
    pub fingerprint_sha256: String,
    /// When it was issued.
    pub at: Timestamp,
    /// Who issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl IndexEvent {
    /// The serial number that the event takes. That of an authority below another one is not its own to take, but
    /// knowing it does no harm.
    fn serial(&self) -> Option<&Serial> {
        match self {
            Self::Created(row) => Some(&row.serial),
            Self::Issued(row) => Some(&row.serial),
            Self::Delegated(row) => Some(&row.serial),
            Self::Requested(_) | Self::Revoked(_) | Self::Listed(_) => None,
        }
    }

    /// The line that stands for the event, with its end.
    pub(super) fn line(&self) -> String {
        let mut line = serde_json::to_string(self).expect("an index event has string keys only");
        line.push('\n');
        line
    }
}

/// The file, and what is known of it so far, so that a long run does not read it again for each certificate.
pub(crate) struct Index {
    path: PathBuf,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Up to here the file was read. It never gets shorter than this while it is only appended to.
    read_to: u64,
    lines: usize,
    serials: HashSet<Serial>,
}

impl Index {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, known: Mutex::default() }
    }

    /// Every event, oldest first. A line that is still being written, or was never finished, is left out.
    pub(crate) fn read(&self) -> Result<Vec<IndexEvent>, PkiError> {
        let text = std::fs::read(&self.path).map_err(context("read", &self.path))?;
        let (whole, _) = split_whole(&text);
        self.parse(whole, 0)
    }

    /// Appends events and waits until they are on the disk. Which serials were used before is asked of `taken`, under
    /// the lock, so that whoever builds the events can replace a serial that another writer took meanwhile.
    pub(crate) fn append(
        &self,
        _lock: &Lock,
        build: impl FnOnce(&HashSet<Serial>) -> Result<Vec<IndexEvent>, PkiError>,
    ) -> Result<(), PkiError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error| PkiError::from(context("append to", &self.path)(error));
        let mut file = OpenOptions::new().read(true).append(true).open(&self.path).map_err(failed)?;
        self.catch_up(&mut file, &mut known)?;
        let events = build(&known.serials)?;
        let lines: String = events.iter().map(IndexEvent::line).collect();
        let end = known.read_to;
        if let Err(error) = file.write_all(lines.as_bytes()).and_then(|()| file.sync_data()) {
            // Nothing of this batch is handed out. Should the cut fail too, the next writer repairs the tail.
            let _ = file.set_len(end);
            return Err(failed(error));
        }
        known.read_to += lines.len() as u64;
        known.lines += events.len();
        known.serials.extend(events.iter().filter_map(IndexEvent::serial).cloned());
        Ok(())
    }

    /// Reads what other writers appended, and repairs a torn last line.
    fn catch_up(&self, file: &mut File, known: &mut Known) -> Result<(), PkiError> {
        let failed = |error: io::Error| PkiError::from(context("read", &self.path)(error));
        if file.metadata().map_err(failed)?.len() < known.read_to {
            *known = Known::default();
        }
        file.seek(SeekFrom::Start(known.read_to)).map_err(failed)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let (whole, torn) = split_whole(&text);
        let mut events = self.parse(whole, known.lines)?;
        let mut end = known.read_to + whole.len() as u64;
        if !torn.is_empty() {
            let repaired = match serde_json::from_slice::<IndexEvent>(torn) {
                Ok(event) => {
                    events.push(event);
                    end += torn.len() as u64 + 1;
                    file.write_all(b"\n")
                }
                Err(_) => file.set_len(end),
            };
            repaired.map_err(context("repair the last line of", &self.path))?;
        }
        known.read_to = end;
        known.lines += events.len();
        known.serials.extend(events.iter().filter_map(IndexEvent::serial).cloned());
        Ok(())
    }

    fn parse(&self, text: &[u8], lines_before: usize) -> Result<Vec<IndexEvent>, PkiError> {
        let lines = text.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
        lines
            .map(|(number, line)| {
                serde_json::from_slice(line).map_err(|error| {
                    let line = lines_before + number + 1;
                    damaged_line(&self.path, line, &error)
                })
            })
            .collect()
    }
}

fn damaged_line(path: &Path, line: usize, error: &serde_json::Error) -> PkiError {
    PkiError::damaged(
        path,
        format!(
            "line {line} is no index event that this flinkops knows ({error}); restore the file from a backup"
        ),
    )
}

/// The part up to and with the last end of line, and what follows it.
fn split_whole(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(name: &str) -> IndexEvent {
        IndexEvent::Issued(IssuedRow {
            serial: Serial::random(),
            name: name.parse().unwrap(),
            role: Role::Internal,
            names: vec!["dns:a.example".parse().unwrap()],
            key: KeyKind::Rsa2048.into(),
            not_before: Timestamp::UNIX_EPOCH,
            not_after: Timestamp::UNIX_EPOCH,
            fingerprint_sha1: "AA".into(),
            fingerprint_sha256: "BB".into(),
            at: Timestamp::UNIX_EPOCH,
            by: None,
        })
    }

    fn serial(event: &IndexEvent) -> &Serial {
        event.serial().unwrap()
    }

    struct Fixture {
        dir: tempfile::TempDir,
        index: Index,
    }

    impl Fixture {
        fn new(text: &[u8]) -> Self {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("issued.jsonl");
            std::fs::write(&path, text).unwrap();
            Self { dir, index: Index::new(path) }
        }

        fn append(&self, event: &IndexEvent) -> Result<(), PkiError> {
            let lock = Lock::acquire(self.dir.path()).unwrap();
            self.index.append(&lock, |_| Ok(vec![event.clone()]))
        }
    }

    #[test]
    fn the_line_is_a_stable_format() {
        let event = row("jobmanager");
        let serial = serial(&event).to_string();
        assert_eq!(
            event.line(),
            format!(
                "{{\"event\":\"issued\",\"serial\":\"{serial}\",\"name\":\"jobmanager\",\"role\":\"internal\",\
                 \"names\":[\"dns:a.example\"],\"key\":\"rsa-2048\",\"not_before\":\"1970-01-01T00:00:00Z\",\
                 \"not_after\":\"1970-01-01T00:00:00Z\",\"fingerprint_sha1\":\"AA\",\"fingerprint_sha256\":\"BB\",\
                 \"at\":\"1970-01-01T00:00:00Z\"}}\n"
            )
        );
    }

    #[test]
    fn what_others_appended_meanwhile_is_known_to_the_next_writer() {
        let fixture = Fixture::new(b"");
        let other = Index::new(fixture.index.path.clone());
        let (first, second) = (row("first"), row("second"));
        fixture.append(&first).unwrap();
        let lock = Lock::acquire(fixture.dir.path()).unwrap();
        other
            .append(&lock, |taken| {
                assert!(taken.contains(serial(&first)));
                Ok(vec![second.clone()])
            })
            .unwrap();
        let seen = |taken: &HashSet<Serial>| {
            assert!(taken.contains(serial(&first)) && taken.contains(serial(&second)));
            Ok(Vec::new())
        };
        fixture.index.append(&lock, seen).unwrap();
    }

    #[test]
    fn a_whole_line_without_its_end_is_completed() {
        let (first, second) = (row("first"), row("second"));
        let fixture = Fixture::new(first.line().trim_end().as_bytes());
        fixture.append(&second).unwrap();
        assert_eq!(fixture.index.read().unwrap(), [first, second]);
    }

    #[test]
    fn damage_in_the_middle_is_named_by_its_line() {
        let text = format!("{}garbage\n{}", row("first").line(), row("second").line());
        let fixture = Fixture::new(text.as_bytes());
        for error in [fixture.index.read().unwrap_err(), fixture.append(&row("third")).unwrap_err()] {
            assert!(error.to_string().contains("line 2 is no index event"), "{error}");
        }
        assert_eq!(std::fs::read(&fixture.index.path).unwrap(), text.as_bytes());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_torn_last_line_costs_no_other_row(cut in 0_usize..400) {
            let (first, torn, next) = (row("first"), row("torn").line(), row("next"));
            let text = format!("{}{}", first.line(), &torn[..cut % torn.len()]);
            let fixture = Fixture::new(text.as_bytes());
            prop_assert_eq!(fixture.index.read().unwrap(), std::slice::from_ref(&first));
            fixture.append(&next).unwrap();
            let rows = fixture.index.read().unwrap();
            prop_assert_eq!(rows.first(), Some(&first));
            prop_assert_eq!(rows.last(), Some(&next));
            // Cut exactly before its end the torn row is whole, and kept.
            prop_assert_eq!(rows.len(), if cut % torn.len() == torn.len() - 1 { 3 } else { 2 });
        }
    }
}

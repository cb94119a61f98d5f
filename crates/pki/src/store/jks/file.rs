//! JKS files: header, entries, closing digest.

use aws_lc_rs::constant_time;
use jiff::Timestamp;
use ops_core::secret::Secret;
use rustls_pki_types::CertificateDer;

use super::super::error::StoreError;
use super::super::model::{Entry, EntryKind, Store};
use super::protector::{self, Closed};
use crate::certificate::parse_bounded;
use crate::key::PrivateKey;

pub(crate) const MAGIC: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];
/// Version 1 leaves out the types of certificates. Nothing has written it since Java 1.2.
const VERSIONS: std::ops::RangeInclusive<u32> = 1..=2;
const DIGEST: usize = 20;
const X509: &str = "X.509";

/// A JKS file, taken apart. Keys stay protected until [`JksFile::store`] opens them, so that a file can be changed
/// without the passwords of its keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JksFile {
    /// The entries, in the order of the file.
    pub entries: Vec<JksEntry>,
}

/// An entry of a JKS file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JksEntry {
    /// Its alias, as written. Java compares aliases without case.
    pub alias: String,
    /// When it was put in.
    pub created: Timestamp,
    /// What it is.
    pub kind: JksKind,
}

/// The kinds of JKS entries.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JksKind {
    /// A private key, still protected, with its chain, leaf first.
    Key {
        /// The protected key.
        protected: Vec<u8>,
        /// Its chain.
        chain: Vec<CertificateDer<'static>>,
    },
    /// A trusted certificate.
    Trusted(CertificateDer<'static>),
}

impl JksEntry {
    /// A private key, protected here with its own password, which may be that of the store.
    ///
    /// # Errors
    /// The key cannot be encoded.
    pub fn key(
        alias: &str,
        created: Timestamp,
        key: &PrivateKey,
        chain: Vec<CertificateDer<'static>>,
        password: &Secret,
    ) -> Result<Self, StoreError> {
        let protected = protector::protect(key, password.expose(), rand::random())
            .map_err(|error| StoreError::Unreadable { reason: error.to_string() })?;
        Ok(Self { alias: alias.to_owned(), created, kind: JksKind::Key { protected, chain } })
    }

    /// The private key of a key entry.
    ///
    /// # Errors
    /// The password is wrong or the key damaged, or the entry is no key.
    pub fn open(&self, password: &Secret) -> Result<PrivateKey, StoreError> {
        let malformed =
            || StoreError::Unreadable { reason: format!("`{}` is no readable private key", self.alias) };
        let JksKind::Key { protected, .. } = &self.kind else { return Err(malformed()) };
        protector::recover(protected, password.expose()).map_err(|closed| match closed {
            Closed::Password => StoreError::WrongKeyPassword { alias: self.alias.clone() },
            Closed::Malformed => malformed(),
        })
    }

    /// A trusted certificate.
    pub fn trusted(alias: &str, created: Timestamp, certificate: CertificateDer<'static>) -> Self {
        Self { alias: alias.to_owned(), created, kind: JksKind::Trusted(certificate) }
    }
}

impl JksFile {
    /// Takes a file apart, without looking at its digest.
    ///
    /// # Errors
    /// It is no JKS file, or a damaged one. Nothing more is ever allocated than the file is long.
    pub fn parse(bytes: &[u8]) -> Result<Self, StoreError> {
        let body = bytes.len().checked_sub(DIGEST).ok_or_else(|| truncated("its header", 0))?;
        let mut reader = Reader { bytes: &bytes[..body], at: 0 };
        if reader.take(4, "its header")? != MAGIC {
            return Err(StoreError::NotJks);
        }
        let version = reader.number("its header")?;
        if !VERSIONS.contains(&version) {
            return Err(StoreError::Unreadable { reason: format!("{version} is no version of JKS") });
        }
        let count = reader.number("its header")?;
        let mut entries = Vec::new();
        for _ in 0..count {
            entries.push(reader.entry(version)?);
        }
        if reader.at != body {
            let reason = format!("{} octets follow its last entry", body - reader.at);
            return Err(StoreError::Unreadable { reason });
        }
        Ok(Self { entries })
    }

    /// Whether the closing digest is that of the file under this password.
    ///
    /// # Errors
    /// It is not: the password is wrong or the file was changed. The format cannot tell which, except that a key
    /// which opens with the same password shows it to be right.
    pub fn verify(&self, bytes: &[u8], password: &Secret) -> Result<(), StoreError> {
        let body = bytes.len().checked_sub(DIGEST).ok_or_else(|| truncated("its digest", 0))?;
        let digest = protector::store_digest(password.expose(), &bytes[..body]);
        if constant_time::verify_slices_are_equal(&digest, &bytes[body..]).is_ok() {
            return Ok(());
        }
        let opens = self.entries.iter().any(|entry| match &entry.kind {
            JksKind::Key { protected, .. } => protector::recover(protected, password.expose()).is_ok(),
            JksKind::Trusted(_) => false,
        });
        Err(if opens { StoreError::Corrupted } else { StoreError::WrongPassword })
    }

    /// The file of these entries, in version 2, closed with the digest of the store password.
    ///
    /// # Errors
    /// An alias is longer than the format can hold.
    pub fn encode(&self, password: &Secret) -> Result<Vec<u8>, StoreError> {
        let mut out = MAGIC.to_vec();
        put_number(&mut out, 2)?;
        put_number(&mut out, self.entries.len())?;
        for entry in &self.entries {
            let tag = if matches!(entry.kind, JksKind::Key { .. }) { 1 } else { 2 };
            put_number(&mut out, tag)?;
            put_text(&mut out, &entry.alias)?;
            out.extend(entry.created.as_millisecond().to_be_bytes());
            match &entry.kind {
                JksKind::Key { protected, chain } => {
                    put_number(&mut out, protected.len())?;
                    out.extend(protected);
                    put_number(&mut out, chain.len())?;
                    chain.iter().try_for_each(|certificate| put_certificate(&mut out, certificate))?;
                }
                JksKind::Trusted(certificate) => put_certificate(&mut out, certificate)?,
            }
        }
        let digest = protector::store_digest(password.expose(), &out);
        out.extend(digest);
        Ok(out)
    }

    /// The entries with their keys opened.
    ///
    /// # Errors
    /// A key has another password, was changed, or is no key.
    pub fn store(&self, key_password: &Secret) -> Result<Store, StoreError> {
        let entries = self.entries.iter().map(|entry| {
            let kind = match &entry.kind {
                JksKind::Trusted(certificate) => EntryKind::Trusted(certificate.clone()),
                JksKind::Key { chain, .. } => {
                    EntryKind::Key { key: entry.open(key_password)?, chain: chain.clone() }
                }
            };
            Ok(Entry { alias: entry.alias.clone(), created: Some(entry.created), kind })
        });
        Ok(Store::new(entries.collect::<Result<_, StoreError>>()?))
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

fn truncated(what: &str, at: usize) -> StoreError {
    StoreError::Unreadable { reason: format!("it ends at octet {at}, inside {what}") }
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize, what: &str) -> Result<&'a [u8], StoreError> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| truncated(what, self.bytes.len()))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn number(&mut self, what: &str) -> Result<u32, StoreError> {
        Ok(u32::from_be_bytes(self.take(4, what)?.try_into().expect("4 octets were taken")))
    }

    /// Octets behind their count.
    fn counted(&mut self, what: &str) -> Result<&'a [u8], StoreError> {
        let count = self.number(what)?;
        self.take(usize::try_from(count).map_err(|_| truncated(what, self.at))?, what)
    }

    /// A text as `DataOutputStream.writeUTF` writes it.
    fn text(&mut self, what: &str) -> Result<String, StoreError> {
        let count = u16::from_be_bytes(self.take(2, what)?.try_into().expect("2 octets were taken"));
        let octets = self.take(count.into(), what)?;
        modified_utf8(octets)
            .ok_or_else(|| StoreError::Unreadable { reason: format!("{what} is not text in Java's UTF-8") })
    }

    fn entry(&mut self, version: u32) -> Result<JksEntry, StoreError> {
        let at = self.at;
        let tag = self.number("an entry")?;
        let alias = self.text("an alias")?;
        let created = self.take(8, "a date")?.try_into().expect("8 octets were taken");
        // A date beyond the year 9999 is no date; Java would show one all the same.
        let created =
            Timestamp::from_millisecond(i64::from_be_bytes(created)).unwrap_or(Timestamp::UNIX_EPOCH);
        let kind = match tag {
            1 => {
                let protected = self.counted("a private key")?.to_vec();
                let count = self.number("a chain")?;
                let mut chain = Vec::new();
                for _ in 0..count {
                    chain.push(self.certificate(version)?);
                }
                JksKind::Key { protected, chain }
            }
            2 => JksKind::Trusted(self.certificate(version)?),
            _ => {
                let reason = format!("the entry at octet {at} is of the unknown kind {tag}");
                return Err(StoreError::Unreadable { reason });
            }
        };
        Ok(JksEntry { alias, created, kind })
    }

    fn certificate(&mut self, version: u32) -> Result<CertificateDer<'static>, StoreError> {
        if version > 1 {
            let kind = self.text("the type of a certificate")?;
            if kind != X509 {
                return Err(StoreError::Unsupported { what: "certificates of another type than X.509" });
            }
        }
        let der = self.counted("a certificate")?;
        match parse_bounded(der) {
            Ok(_) => Ok(CertificateDer::from(der.to_vec())),
            Err(error) => Err(StoreError::Unreadable { reason: format!("a certificate: {error}") }),
        }
    }
}

/// Java's UTF-8 encodes each UTF-16 unit by itself, and zero in two octets.
fn modified_utf8(octets: &[u8]) -> Option<String> {
    let mut units = Vec::with_capacity(octets.len());
    let mut octets = octets.iter().map(|octet| u16::from(*octet));
    while let Some(first) = octets.next() {
        let mut following = || octets.next().filter(|octet| octet & 0xc0 == 0x80).map(|octet| octet & 0x3f);
        units.push(match first {
            0x01..=0x7f => first,
            0xc0..=0xdf => (first & 0x1f) << 6 | following()?,
            0xe0..=0xef => (first & 0x0f) << 12 | following()? << 6 | following()?,
            _ => return None,
        });
    }
    String::from_utf16(&units).ok()
}

fn put_text(out: &mut Vec<u8>, text: &str) -> Result<(), StoreError> {
    let mut octets = Vec::new();
    for unit in text.encode_utf16() {
        let [high, low] = unit.to_be_bytes();
        match unit {
            0x01..=0x7f => octets.push(low),
            0 | 0x80..=0x7ff => octets.extend([0xc0 | high << 2 | low >> 6, 0x80 | low & 0x3f]),
            _ => octets.extend([0xe0 | high >> 4, 0x80 | high << 2 & 0x3c | low >> 6, 0x80 | low & 0x3f]),
        }
    }
    let length = u16::try_from(octets.len())
        .map_err(|_| StoreError::Unsupported { what: "an alias of more than 65535 octets" })?;
    out.extend(length.to_be_bytes());
    out.extend(octets);
    Ok(())
}

fn put_number(out: &mut Vec<u8>, number: usize) -> Result<(), StoreError> {
    let number =
        u32::try_from(number).map_err(|_| StoreError::Unsupported { what: "an entry of more than 4 GiB" })?;
    out.extend(number.to_be_bytes());
    Ok(())
}

fn put_certificate(out: &mut Vec<u8>, certificate: &[u8]) -> Result<(), StoreError> {
    put_text(out, X509)?;
    put_number(out, certificate.len())?;
    out.extend(certificate);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn java_s_utf_8_is_its_own() {
        let mut out = Vec::new();
        put_text(&mut out, "a\0é€\u{1f600}").unwrap();
        let expected = [
            &[0, 14][..],
            b"a",
            &[0xc0, 0x80, 0xc3, 0xa9, 0xe2, 0x82, 0xac],
            &[0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
        ]
        .concat();
        assert_eq!(out, expected);
        for bad in [&[0][..], &[0x80], &[0xc3], &[0xed, 0xa0, 0xbd], &[0xf0, 0x9f, 0x98, 0x80]] {
            assert_eq!(modified_utf8(bad), None, "{bad:x?}");
        }
    }

    proptest! {
        #[test]
        fn texts_read_back(text in any::<String>()) {
            let mut out = Vec::new();
            put_text(&mut out, &text).unwrap();
            prop_assert_eq!(modified_utf8(&out[2..]), Some(text));
        }
    }
}

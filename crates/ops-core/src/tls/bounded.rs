//! Reading a file that should be small, and telling by its first bytes what it is.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use zeroize::Zeroizing;

use super::TlsError;

/// The largest store or PEM file that is read. A truststore of every public authority has a quarter of this.
pub(super) const LIMIT: u64 = 4 * 1024 * 1024;

/// The kinds of file that people hand to the wrong option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Empty,
    Pem,
    Jks,
    Jceks,
    /// An ASN.1 sequence: PKCS#12, or a certificate or key in DER.
    Der,
    Unknown,
}

impl Kind {
    pub(super) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [] => Self::Empty,
            [0xfe, 0xed, 0xfe, 0xed, ..] => Self::Jks,
            [0xce, 0xce, 0xce, 0xce, ..] => Self::Jceks,
            [0x30, ..] => Self::Der,
            _ if bytes.windows(11).any(|window| window == b"-----BEGIN ") => Self::Pem,
            _ => Self::Unknown,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Empty => "an empty file",
            Self::Pem => "a PEM file",
            Self::Jks => "a Java keystore (JKS)",
            Self::Jceks => "a Java keystore (JCEKS)",
            Self::Der => "a binary (DER) file",
            Self::Unknown => "neither PEM nor a store",
        }
    }
}

/// The whole file, wiped from memory when dropped, since it may hold a private key.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, TlsError> {
    let read = || {
        let file = File::open(path)?;
        let size = file.metadata()?;
        if size.is_dir() {
            return Err(std::io::Error::new(
                std::io::ErrorKind::IsADirectory,
                "it is a directory, not a file",
            ));
        }
        // Room for everything at once: a vector that grows leaves unwiped copies behind.
        let room = usize::try_from(size.len().min(LIMIT)).unwrap_or_default() + 1;
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        file.take(LIMIT + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|why| TlsError::Unreadable { path: path.to_owned(), why })?;
    if bytes.len() as u64 > LIMIT {
        return Err(TlsError::TooLarge { path: path.to_owned(), limit: LIMIT });
    }
    Ok(bytes)
}

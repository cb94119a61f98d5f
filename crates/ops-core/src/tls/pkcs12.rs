//! PKCS#12 archives (RFC 7292), opened only where their MAC proves the password and the contents.

use std::path::Path;

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error;
use x509_parser::asn1_rs::{Any, FromDer as _, Sequence};

use super::TlsError;
use super::bounded::{self, Kind};
use crate::secret::Secret;

/// Opens the archive in a file.
pub(super) fn open(path: &Path, password: &Secret) -> Result<Pkcs12Archive, TlsError> {
    let bytes = bounded::read(path)?;
    let kind = Kind::of(&bytes);
    if kind != Kind::Der {
        return Err(TlsError::WrongFormat {
            path: path.to_owned(),
            found: kind.name(),
            needed: "a PKCS#12 store",
            mend: match kind {
                Kind::Jks | Kind::Jceks => {
                    "convert it with `keytool -importkeystore -deststoretype PKCS12`, or `flinkops pki convert`"
                }
                Kind::Pem => "give PEM files with --cacert, --cert and --key",
                _ => "check the path",
            },
        });
    }
    let damaged = |why: String| TlsError::Damaged { path: path.to_owned(), why };
    let has_mac =
        has_mac(&bytes).ok_or_else(|| damaged("it is not a PKCS#12 structure in DER".to_owned()))?;
    if !has_mac {
        return Err(TlsError::NoMac { path: path.to_owned() });
    }
    Pkcs12Archive::from_pkcs12(&bytes, password.expose()).map_err(|error| match error {
        // The MAC is checked before anything is decrypted: with the right password it never fails on a sound file.
        Error::MacError(_) => TlsError::WrongPassword { path: path.to_owned() },
        other => damaged(other.to_string()),
    })
}

/// Whether the outer structure, `PFX ::= SEQUENCE { version, authSafe, macData OPTIONAL }`, ends with a MAC.
/// `None` when it is no such structure.
fn has_mac(bytes: &[u8]) -> Option<bool> {
    let (rest, pfx) = Sequence::from_der(bytes).ok()?;
    if !rest.is_empty() {
        return None;
    }
    let (rest, _version) = Any::from_der(&pfx.content).ok()?;
    let (rest, _safe) = Any::from_der(rest).ok()?;
    if rest.is_empty() {
        return Some(false);
    }
    let (rest, _mac) = Sequence::from_der(rest).ok()?;
    rest.is_empty().then_some(true)
}

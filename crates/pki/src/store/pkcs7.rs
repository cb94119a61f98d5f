//! The certificates of PKCS#7 signed data (RFC 2315, RFC 5652): how certificate authorities hand out chains.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode as _, Encode as _, Reader as _, SliceReader, Tag, Tagged as _};
use rustls_pki_types::CertificateDer;

use super::cipher;
use super::pkcs12::whole_sequence;

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const MAX_CERTIFICATES: usize = 4096;

/// The certificates, in the order of the file, which means nothing. `None`: it is no PKCS#7 signed data. Signatures
/// are not looked at: what is taken from here is checked by its own signatures.
pub(crate) fn certificates(der: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let mut outer = whole_sequence(der)?;
    if <ObjectIdentifier>::decode(&mut outer).ok()?.to_string() != SIGNED_DATA {
        return None;
    }
    let content = AnyRef::decode(&mut outer).ok().filter(|part| cipher::is_context(part, 0))?;
    let mut reader = whole_sequence(content.value())?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        let part = AnyRef::decode(&mut reader).ok()?;
        if !cipher::is_context(&part, 0) {
            continue;
        }
        let mut set = SliceReader::new(part.value()).ok()?;
        while !set.is_finished() {
            let certificate = AnyRef::decode(&mut set).ok()?;
            if found.len() == MAX_CERTIFICATES {
                return None;
            }
            if certificate.tag() == Tag::Sequence {
                found.push(CertificateDer::from(certificate.to_der().ok()?));
            }
        }
    }
    Some(found)
}

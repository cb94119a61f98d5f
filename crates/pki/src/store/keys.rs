//! Private keys of every encoding: PKCS#8, PKCS#1 (RSA), SEC1 (EC), and encrypted PKCS#8.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Encode as _, Reader as _, SliceReader, Tag, Tagged as _};
use pkcs8::PrivateKeyInfoRef;
use zeroize::Zeroizing;

use super::cipher::{self, Budget, CipherError, Scheme};
use crate::key::PrivateKey;

const RSA: ObjectIdentifier = <ObjectIdentifier>::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = <ObjectIdentifier>::new_unwrap("1.2.840.10045.2.1");

/// How a private key is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyEncoding {
    Pkcs8,
    EncryptedPkcs8,
    Pkcs1,
    Sec1,
}

/// What encoding of a private key this is, judged by its outermost parts.
pub(crate) fn encoding(der: &[u8]) -> Option<KeyEncoding> {
    if PrivateKeyInfoRef::from_der(der).is_ok() {
        return Some(KeyEncoding::Pkcs8);
    }
    let tags = tags(der)?;
    match tags.as_slice() {
        [Tag::Integer, Tag::OctetString, ..] => Some(KeyEncoding::Sec1),
        tags if tags.len() >= 9 && tags[..9].iter().all(|tag| *tag == Tag::Integer) => {
            Some(KeyEncoding::Pkcs1)
        }
        [Tag::Sequence, Tag::OctetString] => cipher::encrypted_key(der).map(|_| KeyEncoding::EncryptedPkcs8),
        _ => None,
    }
}

/// The tags of the parts of a SEQUENCE, the first ten.
fn tags(der: &[u8]) -> Option<Vec<Tag>> {
    let mut outer = SliceReader::new(der).ok()?;
    let sequence = AnyRef::decode(&mut outer).ok().filter(|part| part.tag() == Tag::Sequence)?;
    outer.finish().ok()?;
    let mut reader = SliceReader::new(sequence.value()).ok()?;
    let mut tags = Vec::new();
    while !reader.is_finished() && tags.len() < 10 {
        tags.push(AnyRef::decode(&mut reader).ok()?.tag());
    }
    Some(tags)
}

/// A private key that is not encrypted, as PKCS#8.
pub(crate) fn plain(der: &[u8]) -> Option<PrivateKey> {
    match encoding(der)? {
        KeyEncoding::Pkcs8 => Some(PrivateKey::from_pkcs8_der(der.to_vec())),
        KeyEncoding::EncryptedPkcs8 => None,
        KeyEncoding::Pkcs1 => {
            let info = cipher::private_key_info(&RSA, AnyRef::NULL, der).ok()?;
            Some(PrivateKey::from_pkcs8_der(info.to_vec()))
        }
        KeyEncoding::Sec1 => {
            let curve = curve(der)?;
            let info = cipher::private_key_info(&EC, AnyRef::from(&curve), der).ok()?;
            Some(PrivateKey::from_pkcs8_der(info.to_vec()))
        }
    }
}

/// The curve that a SEC1 key names (RFC 5915).
fn curve(der: &[u8]) -> Option<ObjectIdentifier> {
    let sequence = AnyRef::from_der(der).ok()?;
    let mut reader = SliceReader::new(sequence.value()).ok()?;
    while !reader.is_finished() {
        let part = AnyRef::decode(&mut reader).ok()?;
        if cipher::is_context(&part, 0) {
            return <ObjectIdentifier>::from_der(part.value()).ok();
        }
    }
    None
}

/// Opens an encrypted PKCS#8 key.
pub(crate) fn decrypt(der: &[u8], password: &str, budget: &mut Budget) -> Result<PrivateKey, CipherError> {
    const MALFORMED: CipherError = CipherError::Unsupported("an unreadable encrypted key");
    let (algorithm, data) = cipher::encrypted_key(der).ok_or(MALFORMED)?;
    let plain: Zeroizing<Vec<u8>> = Scheme::parse(&algorithm)?.decrypt(password, data, budget)?;
    // The padding of a wrong password is right once in 256 times; what comes out is no key then.
    if PrivateKeyInfoRef::from_der(&plain).is_err() {
        return Err(CipherError::Password);
    }
    Ok(PrivateKey::from_pkcs8_der(plain.to_vec()))
}

/// The same key in version 1 of PKCS#8, without the public key that version 2 may add: openssl 3.0 reads no other.
pub(crate) fn version_1(key: PrivateKey) -> PrivateKey {
    let encoded = PrivateKeyInfoRef::from_der(key.pkcs8_der())
        .ok()
        .filter(|info| info.public_key.is_some())
        .and_then(|info| {
            let key = Zeroizing::new(OctetStringRef::new(info.private_key.as_bytes()).ok()?.to_der().ok()?);
            cipher::sequence(&[&0_u8.to_der().ok()?, &info.algorithm.to_der().ok()?, &key]).ok()
        });
    encoded.map_or(key, |der| PrivateKey::from_pkcs8_der(der.to_vec()))
}

/// The subject public key info of a private key. That of an RSA key is taken from its numbers, so that sizes which
/// the cryptographic library refuses can be told too.
pub(crate) fn public_key(key: &PrivateKey) -> Option<Vec<u8>> {
    rsa_public_key(key).or_else(|| key.public_key_der().ok())
}

fn rsa_public_key(key: &PrivateKey) -> Option<Vec<u8>> {
    let info = PrivateKeyInfoRef::from_der(key.pkcs8_der()).ok()?;
    if info.algorithm.oid != RSA {
        return None;
    }
    let sequence = AnyRef::from_der(info.private_key.as_bytes()).ok()?;
    let mut reader = SliceReader::new(sequence.value()).ok()?;
    let mut next = || AnyRef::decode(&mut reader).ok().filter(|part| part.tag() == Tag::Integer);
    let (_version, modulus, exponent) = (next()?, next()?, next()?);
    let numbers = cipher::sequence(&[&modulus.to_der().ok()?, &exponent.to_der().ok()?]).ok()?;
    let algorithm = cipher::sequence(&[&RSA.to_der().ok()?, &AnyRef::NULL.to_der().ok()?]).ok()?;
    let bits = BitStringRef::from_bytes(&numbers).ok()?.to_der().ok()?;
    Some(cipher::sequence(&[&algorithm, &bits]).ok()?.to_vec())
}

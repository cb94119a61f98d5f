//! The protection of private keys in JKS: the key, masked by a stream of SHA-1 digests of password and salt.

use aws_lc_rs::{constant_time, digest};
use der::Encode as _;
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use zeroize::Zeroizing;

use super::super::cipher;
use crate::key::PrivateKey;

/// The JDK's object identifier for this protection.
const SUN_JKS: ObjectIdentifier = <ObjectIdentifier>::new_unwrap("1.3.6.1.4.1.42.2.17.1.1");

/// Both salt and check are digests long.
const DIGEST: usize = 20;

/// Why a protected key does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// It is none, or protected in another way.
    Malformed,
    /// The password is wrong, or the key was changed.
    Password,
}

/// The password as the JDK hashes it: UTF-16, most significant octet first.
pub(super) fn password_octets(password: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(password.encode_utf16().flat_map(u16::to_be_bytes).collect())
}

fn sha1(parts: &[&[u8]]) -> [u8; DIGEST] {
    let mut context = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().try_into().expect("a SHA-1 digest has 20 octets")
}

fn mask(password: &[u8], salt: &[u8; DIGEST], data: &mut [u8]) {
    let mut stream = *salt;
    for part in data.chunks_mut(DIGEST) {
        stream = sha1(&[password, &stream]);
        part.iter_mut().zip(stream).for_each(|(octet, mask)| *octet ^= mask);
    }
}

/// Protects a key: an EncryptedPrivateKeyInfo with the JDK's own algorithm.
pub(super) fn protect(key: &PrivateKey, password: &str, salt: [u8; DIGEST]) -> der::Result<Vec<u8>> {
    let password = password_octets(password);
    let mut data = key.pkcs8_der().to_vec();
    mask(&password, &salt, &mut data);
    let protected = [&salt[..], &data, &sha1(&[&password, key.pkcs8_der()])].concat();
    let algorithm = cipher::sequence(&[&SUN_JKS.to_der()?, &AnyRef::NULL.to_der()?])?;
    Ok(cipher::sequence(&[&algorithm, &OctetStringRef::new(&protected)?.to_der()?])?.to_vec())
}

/// Opens a protected key.
pub(super) fn recover(protected: &[u8], password: &str) -> Result<PrivateKey, Closed> {
    let (algorithm, data) = cipher::encrypted_key(protected).ok_or(Closed::Malformed)?;
    let is_ours = cipher::identifier(&algorithm).is_some_and(|(oid, _)| oid == SUN_JKS);
    if !is_ours || data.len() < 2 * DIGEST {
        return Err(Closed::Malformed);
    }
    let (salt, rest) = data.split_at(DIGEST);
    let (data, check) = rest.split_at(rest.len() - DIGEST);
    let password = password_octets(password);
    let mut plain = Zeroizing::new(data.to_vec());
    mask(&password, salt.try_into().expect("it was split at 20 octets"), &mut plain);
    constant_time::verify_slices_are_equal(&sha1(&[&password, &plain]), check)
        .map_err(|_| Closed::Password)?;
    super::super::keys::plain(&plain).ok_or(Closed::Malformed)
}

/// The digest that closes a store.
pub(super) fn store_digest(password: &str, body: &[u8]) -> [u8; DIGEST] {
    sha1(&[&password_octets(password), b"Mighty Aphrodite", body])
}

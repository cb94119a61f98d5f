//! Keys from passwords.

use ops_core::secret::Secret;
use zeroize::Zeroizing;

use super::{EncryptionType, Key, KeytabError, Principal};
use crate::crypto::Suite;

/// What is mixed into a password, so that the same password gives everyone another key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Salt {
    /// The principal's own: realm and components.
    #[default]
    OfPrincipal,
    /// Another one: a renamed principal keeps its old salt, and Active Directory has salts of its own.
    Given(Vec<u8>),
}

/// Whether weak encryption types may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WeakEtypes {
    /// No.
    #[default]
    Refuse,
    /// RC4 and triple DES too.
    DangerAllow,
}

/// The key that a KDC derives from the same password, with the default iteration count of the type.
///
/// # Errors
/// The password is empty, the type is weak and that was not allowed, or it is not one of RFC 3962, RFC 8009, RC4 and
/// triple DES. Single DES is none: no current KDC or Java has it.
pub fn derive_key(
    password: &Secret,
    principal: &Principal,
    salt: &Salt,
    etype: EncryptionType,
    weak: WeakEtypes,
) -> Result<Key, KeytabError> {
    if password.expose().is_empty() {
        return Err(KeytabError::EmptyPassword);
    }
    if etype.is_weak() && weak == WeakEtypes::Refuse {
        return Err(KeytabError::Weak { etype });
    }
    if etype == EncryptionType::RC4 {
        return Ok(Key::new(etype, rc4_key(password)));
    }
    let salt = match salt {
        Salt::OfPrincipal => principal.default_salt(),
        Salt::Given(salt) => salt.clone(),
    };
    let suite = Suite::of(etype).ok_or(KeytabError::NotDerivable { etype })?;
    let bytes = suite.string_to_key(password.expose().as_bytes(), &salt);
    let bytes = bytes.map_err(|_| KeytabError::NotDerivable { etype })?;
    Ok(Key::new(etype, bytes.to_vec()))
}

/// RFC 4757: MD4 of the password in UTF-16, without salt.
fn rc4_key(password: &Secret) -> Vec<u8> {
    use md4::Digest as _;
    let text =
        Zeroizing::new(password.expose().encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    md4::Md4::digest(&text).to_vec()
}

//! The structure of PKCS#12 files (RFC 7292): taken apart, authenticated and decrypted, each step bounded.
//!
//! What the parts mean as entries is said in [`super::read`].

use der::asn1::{AnyRef, BmpString, ObjectIdentifier};
use der::{Decode as _, Reader as _, SliceReader, Tag, Tagged as _};
use rustls_pki_types::CertificateDer;
use zeroize::Zeroizing;

use super::cipher::{self, Budget, CipherError, Hash, Scheme};
use super::error::StoreError;
use super::{ber, keys};
use crate::certificate::parse_bounded;
use crate::key::PrivateKey;

const DATA: &str = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA: &str = "1.2.840.113549.1.7.6";

/// A truststore of every public CA has about 150.
const MAX_BAGS: usize = 4096;
/// Nobody keeps that many keys in one file, and each costs a decryption.
const MAX_KEYS: usize = 256;

/// A PKCS#12 file, taken apart as far as that goes without its password.
pub(crate) struct Pfx<'a> {
    pub(crate) mac: Option<Mac<'a>>,
    /// The octets that the MAC is over: a sequence of safes.
    contents: &'a [u8],
}

/// What authenticates a PKCS#12 file.
pub(crate) enum Mac<'a> {
    /// HMAC under a key derived from the password.
    Hmac { hash: Hash, salt: &'a [u8], iterations: u32, tag: &'a [u8] },
    /// Something else.
    Other(&'static str),
}

/// The bags of a file, as far as they could be opened.
#[derive(Default)]
pub(crate) struct Archive {
    pub(crate) keys: Vec<KeyBag>,
    pub(crate) certificates: Vec<CertificateBag>,
    /// The aliases of secret keys.
    pub(crate) secrets: Vec<Option<String>>,
    /// Every encryption that was met.
    pub(crate) encryptions: Vec<Encryption>,
    bags: usize,
}

pub(crate) struct KeyBag {
    pub(crate) alias: Option<String>,
    pub(crate) local_key_id: Option<Vec<u8>>,
    /// `None`: it is encrypted, and there is no password.
    pub(crate) key: Option<PrivateKey>,
}

pub(crate) struct CertificateBag {
    pub(crate) alias: Option<String>,
    pub(crate) local_key_id: Option<Vec<u8>>,
    pub(crate) is_trusted: bool,
    pub(crate) certificate: CertificateDer<'static>,
}

/// How a part of a file is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Encryption {
    pub(crate) part: EncryptedPart,
    pub(crate) cipher: String,
    pub(crate) derivation: String,
    pub(crate) iterations: u32,
    pub(crate) is_legacy: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EncryptedPart {
    /// A safe, usually that of the certificates.
    Safe,
    /// A private key.
    Key,
}

impl Encryption {
    pub(crate) fn of(part: EncryptedPart, scheme: &Scheme<'_>) -> Self {
        Self {
            part,
            cipher: scheme.cipher_name().to_owned(),
            derivation: scheme.derivation_name(),
            iterations: scheme.iterations(),
            is_legacy: scheme.is_legacy(),
        }
    }
}

impl<'a> Pfx<'a> {
    /// Takes the outermost structure apart. `None`: it is no PKCS#12 file, or a truncated one.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = whole_sequence(bytes)?;
        if u8::decode(&mut reader).ok()? != 3 {
            return None;
        }
        let contents = content_info(&AnyRef::decode(&mut reader).ok()?)?;
        // Signed contents (RFC 7292's public-key integrity) are written by nobody.
        let contents = contents.data()?;
        let mac = if reader.is_finished() { None } else { Some(mac(&AnyRef::decode(&mut reader).ok()?)?) };
        reader.finish().ok()?;
        Some(Self { mac, contents })
    }

    /// Whether the MAC is that of the contents under this password.
    pub(crate) fn is_authentic(&self, password: &str, budget: &mut Budget) -> Result<bool, StoreError> {
        match &self.mac {
            None => Ok(false),
            Some(Mac::Other(what)) => Err(StoreError::Unsupported { what }),
            Some(Mac::Hmac { hash, salt, iterations, tag }) => {
                cipher::mac_fits(*hash, password, (salt, *iterations), self.contents, tag, budget)
                    .map_err(|error| refusal(&error))
            }
        }
    }

    /// Opens every bag. Without a password what is encrypted stays closed and is only described.
    pub(crate) fn open(&self, password: Option<&str>, budget: &mut Budget) -> Result<Archive, StoreError> {
        let mut archive = Archive::default();
        let contents = ber::definite(self.contents);
        let contents = contents.as_deref().unwrap_or(self.contents);
        let mut safes = whole_sequence(contents).ok_or_else(|| unreadable("the sequence of its safes"))?;
        while !safes.is_finished() {
            let safe = AnyRef::decode(&mut safes).ok();
            let safe = safe.as_ref().and_then(content_info).ok_or_else(|| unreadable("a safe"))?;
            match safe.kind.as_str() {
                DATA => {
                    let bags = safe.data().ok_or_else(|| unreadable("a safe"))?;
                    archive.read_bags(bags, password, budget)?;
                }
                ENCRYPTED_DATA => {
                    let (algorithm, data) =
                        safe.encrypted().ok_or_else(|| unreadable("an encrypted safe"))?;
                    let scheme = archive.scheme(EncryptedPart::Safe, &algorithm)?;
                    if let Some(password) = password {
                        let bags = scheme.decrypt(password, data, budget).map_err(|error| refusal(&error))?;
                        archive.read_bags(&bags, Some(password), budget)?;
                    }
                }
                _ => return Err(StoreError::Unsupported { what: "a safe for the holders of other keys" }),
            }
        }
        Ok(archive)
    }
}

impl Archive {
    fn scheme<'b>(&mut self, part: EncryptedPart, algorithm: &AnyRef<'b>) -> Result<Scheme<'b>, StoreError> {
        let scheme = Scheme::parse(algorithm).map_err(|error| refusal(&error))?;
        if scheme.is_scrypt() {
            return Err(StoreError::Unsupported { what: "scrypt" });
        }
        self.encryptions.push(Encryption::of(part, &scheme));
        Ok(scheme)
    }

    fn read_bags(
        &mut self,
        bags: &[u8],
        password: Option<&str>,
        budget: &mut Budget,
    ) -> Result<(), StoreError> {
        let definite = ber::definite(bags).map(Zeroizing::new);
        let bags = definite.as_deref().map_or(bags, Vec::as_slice);
        let mut bags = whole_sequence(bags).ok_or_else(|| unreadable("the bags of a safe"))?;
        while !bags.is_finished() {
            self.bags += 1;
            if self.bags > MAX_BAGS || self.keys.len() > MAX_KEYS {
                return Err(StoreError::Unsupported { what: "more than 4096 entries or 256 keys" });
            }
            let bag = AnyRef::decode(&mut bags).ok().filter(|bag| bag.tag() == Tag::Sequence);
            let bag = bag.ok_or_else(|| unreadable("a bag"))?;
            self.read_bag(&bag, password, budget)?;
        }
        Ok(())
    }

    fn read_bag(
        &mut self,
        bag: &AnyRef<'_>,
        password: Option<&str>,
        budget: &mut Budget,
    ) -> Result<(), StoreError> {
        let malformed = || unreadable("a bag");
        let mut reader = SliceReader::new(bag.value()).map_err(|_| malformed())?;
        let kind = <ObjectIdentifier>::decode(&mut reader).map_err(|_| malformed())?.to_string();
        let value = explicit(&mut reader).ok_or_else(malformed)?;
        let attributes = if reader.is_finished() {
            Attributes::default()
        } else {
            AnyRef::decode(&mut reader).ok().and_then(|set| attributes(&set)).ok_or_else(malformed)?
        };
        let Attributes { alias, local_key_id, is_trusted } = attributes;
        match kind.as_str() {
            "1.2.840.113549.1.12.10.1.1" => {
                let key = keys::plain(value).ok_or_else(|| unreadable("a private key"))?;
                self.keys.push(KeyBag { alias, local_key_id, key: Some(key) });
            }
            "1.2.840.113549.1.12.10.1.2" => {
                let key = || unreadable("an encrypted private key");
                let (algorithm, data) = cipher::encrypted_key(value).ok_or_else(key)?;
                let scheme = self.scheme(EncryptedPart::Key, &algorithm)?;
                let key = password
                    .map(|password| {
                        let plain =
                            scheme.decrypt(password, data, budget).map_err(|error| refusal(&error))?;
                        keys::plain(&plain).ok_or_else(key)
                    })
                    .transpose()?;
                self.keys.push(KeyBag { alias, local_key_id, key });
            }
            "1.2.840.113549.1.12.10.1.3" => {
                let certificate = certificate(value).ok_or_else(|| unreadable("a certificate"))?;
                self.certificates.push(CertificateBag { alias, local_key_id, is_trusted, certificate });
            }
            "1.2.840.113549.1.12.10.1.5" => self.secrets.push(alias),
            // CRLs and nested safes: Java passes over the first and knows the second no more than others do.
            _ => {}
        }
        Ok(())
    }
}

struct ContentInfo<'a> {
    kind: String,
    value: &'a [u8],
}

fn content_info<'a>(part: &AnyRef<'a>) -> Option<ContentInfo<'a>> {
    if part.tag() != Tag::Sequence {
        return None;
    }
    let mut reader = SliceReader::new(part.value()).ok()?;
    let kind = <ObjectIdentifier>::decode(&mut reader).ok()?.to_string();
    let value = explicit(&mut reader)?;
    reader.is_finished().then_some(ContentInfo { kind, value })
}

impl<'a> ContentInfo<'a> {
    /// The octets of plain data.
    fn data(&self) -> Option<&'a [u8]> {
        if self.kind != DATA {
            return None;
        }
        let mut reader = SliceReader::new(self.value).ok()?;
        cipher::octets(&mut reader).filter(|_| reader.is_finished())
    }

    /// The algorithm and the ciphertext of encrypted data (RFC 5652, section 8).
    fn encrypted(&self) -> Option<(AnyRef<'a>, &'a [u8])> {
        let mut reader = whole_sequence(self.value)?;
        u8::decode(&mut reader).ok()?;
        let info = AnyRef::decode(&mut reader).ok().filter(|info| info.tag() == Tag::Sequence)?;
        let mut reader = SliceReader::new(info.value()).ok()?;
        <ObjectIdentifier>::decode(&mut reader).ok()?;
        let algorithm = AnyRef::decode(&mut reader).ok()?;
        let data = AnyRef::decode(&mut reader).ok().filter(|data| cipher::is_context(data, 0))?;
        Some((algorithm, data.value()))
    }
}

fn mac<'a>(part: &AnyRef<'a>) -> Option<Mac<'a>> {
    if part.tag() != Tag::Sequence {
        return None;
    }
    let mut reader = SliceReader::new(part.value()).ok()?;
    let digest = AnyRef::decode(&mut reader).ok().filter(|digest| digest.tag() == Tag::Sequence)?;
    let salt = cipher::octets(&mut reader)?;
    let iterations = if reader.is_finished() { 1 } else { u32::decode(&mut reader).ok()? };
    reader.finish().ok()?;
    let mut reader = SliceReader::new(digest.value()).ok()?;
    let (oid, parameters) = cipher::identifier(&AnyRef::decode(&mut reader).ok()?)?;
    let tag = cipher::octets(&mut reader)?;
    reader.finish().ok()?;
    Some(match Hash::from_digest_oid(&oid) {
        Some(hash) => {
            // Digests have no parameters; what else stands here is nothing that a tool wrote.
            parameters.is_none_or(|parameters| parameters == AnyRef::NULL).then_some(())?;
            Mac::Hmac { hash, salt, iterations, tag }
        }
        None if oid.to_string() == "1.2.840.113549.1.5.14" => Mac::Other("PBMAC1"),
        None => Mac::Other("another MAC"),
    })
}

#[derive(Default)]
struct Attributes {
    alias: Option<String>,
    local_key_id: Option<Vec<u8>>,
    is_trusted: bool,
}

fn attributes(set: &AnyRef<'_>) -> Option<Attributes> {
    let mut found = Attributes::default();
    let mut reader = SliceReader::new(set.value()).ok()?;
    while !reader.is_finished() {
        let attribute = AnyRef::decode(&mut reader).ok()?;
        let mut parts = SliceReader::new(attribute.value()).ok()?;
        let kind = <ObjectIdentifier>::decode(&mut parts).ok()?.to_string();
        let values = AnyRef::decode(&mut parts).ok()?;
        let mut values = SliceReader::new(values.value()).ok()?;
        match kind.as_str() {
            "1.2.840.113549.1.9.20" => {
                found.alias = BmpString::decode(&mut values).ok().map(|name| name.to_string());
            }
            "1.2.840.113549.1.9.21" => found.local_key_id = cipher::octets(&mut values).map(<[u8]>::to_vec),
            // Oracle's mark of trust, for any usage.
            "2.16.840.1.113894.746875.1.1" => {
                found.is_trusted = <ObjectIdentifier>::decode(&mut values)
                    .is_ok_and(|usage| usage.to_string() == "2.5.29.37.0");
            }
            _ => {}
        }
    }
    Some(found)
}

fn certificate(value: &[u8]) -> Option<CertificateDer<'static>> {
    let mut reader = whole_sequence(value)?;
    let kind = <ObjectIdentifier>::decode(&mut reader).ok()?.to_string();
    let octets = AnyRef::decode(&mut reader).ok().filter(|part| cipher::is_context(part, 0))?;
    let mut reader = SliceReader::new(octets.value()).ok()?;
    let der = cipher::octets(&mut reader).filter(|_| kind == "1.2.840.113549.1.9.22.1")?;
    parse_bounded(der).ok()?;
    Some(CertificateDer::from(der.to_vec()))
}

/// The value inside an explicit `[0]`.
fn explicit<'a>(reader: &mut SliceReader<'a>) -> Option<&'a [u8]> {
    AnyRef::decode(reader).ok().filter(|part| cipher::is_context(part, 0)).map(|part| part.value())
}

/// A reader over the parts of a SEQUENCE that nothing follows.
pub(crate) fn whole_sequence(bytes: &[u8]) -> Option<SliceReader<'_>> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let part = AnyRef::decode(&mut reader).ok().filter(|part| part.tag() == Tag::Sequence)?;
    reader.finish().ok()?;
    SliceReader::new(part.value()).ok()
}

fn unreadable(what: &str) -> StoreError {
    StoreError::Unreadable { reason: format!("{what} is malformed") }
}

fn refusal(error: &CipherError) -> StoreError {
    match error {
        CipherError::Unsupported(what) => StoreError::Unsupported { what },
        CipherError::TooCostly => {
            StoreError::Unsupported { what: "more iterations for its passwords than any known tool writes" }
        }
        CipherError::Password => StoreError::WrongPassword,
    }
}

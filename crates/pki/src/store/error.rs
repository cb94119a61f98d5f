//! What can go wrong with stores.

use std::path::PathBuf;

use ops_core::files::FileError;

use super::alias::AliasError;
use crate::pem::PemError;

/// A password that Java could not use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// Java's PKCS#12 code takes ASCII only.
    #[error(
        "the store password holds characters other than ASCII, which Java refuses; use ASCII, or let one be generated"
    )]
    NotAscii,
    /// keytool's minimum.
    #[error(
        "the store password is shorter than 6 characters, which keytool refuses; use a longer one, or let one be generated"
    )]
    TooShort,
    /// A password file holds one line.
    #[error(
        "the store password holds a control character, which a password file cannot; use another one, or let one be generated"
    )]
    Control,
}

/// Why a store cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// It is longer than any real store.
    #[error("it is {size} bytes long, and no store needs more than {limit}")]
    TooLarge {
        /// The size found.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// It is something else.
    #[error("it is no PKCS#12 store but {found}")]
    NotPkcs12 {
        /// What it is, as far as that can be told.
        found: &'static str,
    },
    /// It is no JKS file.
    #[error("it is no JKS store")]
    NotJks,
    /// It holds nothing that entries could be made of.
    #[error("it is {found}; a PKCS#12 or JKS store, certificates or keys are needed")]
    NotAStore {
        /// What it is.
        found: &'static str,
    },
    /// There is no password, and nothing of what is asked for is readable without.
    #[error("it is {what}, and no password was given; give one with --password-from")]
    PasswordNeeded {
        /// What is encrypted.
        what: &'static str,
    },
    /// The store is open, a key in it is not.
    #[error(
        "the key `{alias}` has a password of its own, and the one given does not open it (or the key is damaged); give it with --key-password-from"
    )]
    WrongKeyPassword {
        /// The entry.
        alias: String,
    },
    /// A PEM text is damaged.
    #[error("{0}")]
    Pem(PemError),
    /// Nothing proves that it is as its maker wrote it.
    #[error(
        "it has no MAC, so anyone could have changed it; make it anew with a MAC, or accept it with --danger-accept-unauthenticated"
    )]
    Unauthenticated,
    /// The password does not open it.
    #[error("the password does not open it (or its MAC and its contents are both damaged)")]
    WrongPassword,
    /// The password is right, the contents are not what they were.
    #[error(
        "it is damaged: the password opens its contents, but its MAC does not fit them; restore it or make it anew"
    )]
    Corrupted,
    /// The MAC is right, but the contents cannot be used.
    #[error("its contents cannot be read: {reason}")]
    Unreadable {
        /// What the decoder said.
        reason: String,
    },
    /// It demands more work, or other algorithms, than flinkops and Java allow.
    #[error("it uses {what}, which flinkops does not; make it anew with AES-256 and HMAC-SHA256")]
    Unsupported {
        /// The algorithm or parameter.
        what: &'static str,
    },
}

/// A store error with the store's path, or what stands in the way of a store's file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreFileError {
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// What was read is not a store that can be used.
    #[error("cannot read the store {}: {problem}", path.display())]
    Store {
        /// The store.
        path: PathBuf,
        /// What is wrong with it.
        problem: StoreError,
    },
    /// The password is one that Java could not use.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The alias is one that Java could not hold.
    #[error(transparent)]
    Alias(#[from] AliasError),
    /// There is an entry of that name.
    #[error(
        "{} has an entry `{alias}` already (Java compares aliases without case); remove it first, or choose another alias", path.display()
    )]
    DuplicateAlias {
        /// The store.
        path: PathBuf,
        /// The alias.
        alias: String,
    },
    /// There is no entry of that name.
    #[error("{} has no entry `{alias}`; it has {}", path.display(), list(aliases))]
    NoSuchAlias {
        /// The store.
        path: PathBuf,
        /// The alias.
        alias: String,
        /// Those that it has.
        aliases: Vec<String>,
    },
    /// The entry is a private key, and truststore commands take out certificates only.
    #[error("`{alias}` in {} is a private key, not a trusted certificate; it was left in", path.display())]
    NotTrusted {
        /// The store.
        path: PathBuf,
        /// The alias.
        alias: String,
    },
    /// Rewriting would lose something.
    #[error("{} holds {what}, which would be lost; convert it first, or make a new store", path.display())]
    WouldLose {
        /// The store.
        path: PathBuf,
        /// What flinkops cannot write back.
        what: &'static str,
    },
    /// The store could not be encoded.
    #[error("cannot encode the store of {name}: {reason}")]
    Encode {
        /// Whose store.
        name: String,
        /// What the encoder said.
        reason: String,
    },
}

fn list(aliases: &[String]) -> String {
    match aliases {
        [] => "none at all".to_owned(),
        aliases if aliases.len() > 20 => format!("{} others", aliases.len()),
        aliases => aliases.iter().map(|alias| format!("`{alias}`")).collect::<Vec<_>>().join(", "),
    }
}

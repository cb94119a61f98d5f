//! What can go wrong around authorities, keys and names. Stores have [`StoreError`](crate::store::StoreError).

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ops_core::files::FileError;

/// An operation on an authority or a leaf that could not be done. Nothing was issued or changed then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PkiError {
    /// A file or directory could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is an authority already where a new one was to be created.
    #[error("{} already holds a certificate authority; open it, or choose another directory", dir.display())]
    Exists {
        /// The CA directory.
        dir: PathBuf,
    },
    /// The directory for a new authority holds other things.
    #[error("{} is not empty and holds no certificate authority; choose a new or an empty directory", dir.display())]
    Occupied {
        /// The CA directory.
        dir: PathBuf,
    },
    /// There is no authority.
    #[error("{} holds no certificate authority; `flinkops pki init --dir {}` creates one", dir.display(), dir.display())]
    NoAuthority {
        /// The CA directory.
        dir: PathBuf,
    },
    /// Parts of the authority are missing.
    #[error("the certificate authority in {} is incomplete, {missing} is missing; restore it from a backup, or remove the directory and create the authority anew", dir.display())]
    Incomplete {
        /// The CA directory.
        dir: PathBuf,
        /// The file that is missing.
        missing: &'static str,
    },
    /// The passphrase does not open the CA key.
    #[error("the passphrase does not open {}; give the one that the authority was created with", path.display())]
    WrongPassphrase {
        /// The encrypted key.
        path: PathBuf,
    },
    /// An empty passphrase protects nothing.
    #[error("an empty passphrase does not protect the CA key; give one, or let one be generated")]
    EmptyPassphrase,
    /// A file of the authority does not hold what it must.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found, and what was needed.
        what: String,
    },
    /// Another process held the lock for too long.
    #[error("{} has been locked by another process for {seconds} s; wait for it to finish, or end it", dir.display())]
    Locked {
        /// The CA directory.
        dir: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The leaf's validity does not lie within the authority's.
    #[error(
        "a certificate valid until {wanted} would outlive its authority, which ends on {authority_end}; ask for fewer days, or rotate the authority"
    )]
    OutlivesAuthority {
        /// The end asked for.
        wanted: Timestamp,
        /// The end of the CA certificate.
        authority_end: Timestamp,
    },
    /// The clock stands before the authority's own start.
    #[error("it is {now} here, but the authority is valid only from {authority_start}; set the clock right")]
    BeforeAuthority {
        /// The time that was given.
        now: Timestamp,
        /// The start of the CA certificate.
        authority_start: Timestamp,
    },
    /// A validity that no certificate can express.
    #[error("{days} days is no usable validity; between 1 and 36500 days are needed")]
    Validity {
        /// The days asked for.
        days: u32,
    },
    /// A server that clients reach by name, without a name.
    #[error(
        "the certificate `{name}` is for a REST server, whose clients check its name; give at least one dns: or ip: name"
    )]
    NoNames {
        /// The leaf.
        name: String,
    },
    /// Key generation, signing or encoding failed inside the cryptographic library.
    #[error("cannot {action}: {reason}")]
    Crypto {
        /// What was attempted.
        action: &'static str,
        /// What the library said.
        reason: String,
    },
}

impl PkiError {
    /// An error of the cryptographic library, as text: its types do not leave this crate.
    pub(crate) fn crypto(action: &'static str) -> impl Fn(&dyn std::fmt::Display) -> Self {
        move |reason| Self::Crypto { action, reason: reason.to_string() }
    }

    pub(crate) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into() }
    }
}

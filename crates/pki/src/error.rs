//! What can go wrong around authorities, keys and names. Stores have [`StoreError`](crate::store::StoreError).

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ops_core::files::FileError;

use crate::import::ImportError;
use crate::request::RequestError;
use crate::rotation::RotationError;
use crate::store::StoreFileError;

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
    /// An authority that waits for its certificate.
    #[error(
        "the authority in {} has no certificate yet; have {} signed, then install the answer with `flinkops pki intermediate install --dir {} FILE`",
        dir.display(), request.display(), dir.display()
    )]
    Pending {
        /// The CA directory.
        dir: PathBuf,
        /// The signing request in it.
        request: PathBuf,
    },
    /// A certificate for an authority that has one.
    #[error("the authority in {} does not wait for a certificate; it has one, valid until {not_after}", dir.display())]
    NotPending {
        /// The CA directory.
        dir: PathBuf,
        /// The end of the certificate it has.
        not_after: Timestamp,
    },
    /// An authority that may sign leaves only, or not as long a chain as was asked for.
    #[error(
        "{subject} may have {allowed} level(s) of authorities below it, and {wanted} were asked for; only an authority created with a larger path length can do that"
    )]
    PathLength {
        /// The authority that was to sign.
        subject: String,
        /// How many its certificate allows.
        allowed: u8,
        /// How many would be below it.
        wanted: u8,
    },
    /// A name outside those that the authority may certify.
    #[error(
        "{name} is outside of what this authority may certify ({permitted}); clients would refuse the certificate"
    )]
    NotPermitted {
        /// The name.
        name: String,
        /// What is permitted.
        permitted: String,
    },
    /// A signing request that is not signed.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A certificate of a foreign authority that cannot be used.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreFileError),
    /// Two nodes whose files and aliases would be the same.
    #[error("{name} is there twice; names of nodes must differ in more than upper and lower case")]
    DuplicateName {
        /// The second one.
        name: String,
    },
    /// A serial number or name that stands for no certificate of this authority.
    #[error("{wanted} is not among the {count} certificate(s) issued by {}; `flinkops pki status` lists them", dir.display())]
    NotIssued {
        /// What was looked for.
        wanted: String,
        /// How many there are.
        count: usize,
        /// The CA directory.
        dir: PathBuf,
    },
    /// A certificate that was revoked already.
    #[error("the certificate {serial} of {name} was revoked on {at} already")]
    Revoked {
        /// Its serial number.
        serial: String,
        /// Its name.
        name: String,
        /// When it was revoked.
        at: Timestamp,
    },
    /// A key or certificate that is not the one of the certificate to be renewed.
    #[error(
        "{what}, so its key cannot be kept for {name}; give the right keystore, or let a new key be made"
    )]
    NotTheSame {
        /// What differs.
        what: &'static str,
        /// The leaf to be renewed.
        name: String,
    },
    /// A revocation list whose next update does not come after it.
    #[error("the next revocation list cannot be due on {next_update}, which is not after {now}")]
    NextUpdate {
        /// What was asked for.
        next_update: Timestamp,
        /// The present time.
        now: Timestamp,
    },
    /// A step of a rotation that may not be taken now.
    #[error(transparent)]
    Rotation(#[from] RotationError),
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

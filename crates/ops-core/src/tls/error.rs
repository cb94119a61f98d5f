//! What can be wrong with TLS material. No message repeats a password or a part of a private key.

use std::path::PathBuf;

/// Certificates, keys or stores that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The file cannot be opened or read.
    #[error("cannot read {}: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// Longer than any store or certificate file is.
    #[error("{} is longer than {limit} bytes; that is no certificate, key or store", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        limit: u64,
    },
    /// The file is of another kind than the option it was given to.
    #[error("{} is {found}, but {needed} is needed; {mend}", path.display())]
    WrongFormat {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: &'static str,
        /// What it should be.
        needed: &'static str,
        /// What to do.
        mend: &'static str,
    },
    /// The store's integrity check fails with this password.
    #[error(
        "the password does not open {}, or the file was altered after it was written; check that the password \
         is the store's own",
        path.display()
    )]
    WrongPassword {
        /// The store.
        path: PathBuf,
    },
    /// The store carries no integrity check, so anyone could have put a certificate into it.
    #[error(
        "{} has no MAC, so nothing proves that its contents are what was stored; \
         write it again with one (`openssl pkcs12 -export` and keytool do so by default)",
        path.display()
    )]
    NoMac {
        /// The store.
        path: PathBuf,
    },
    /// The bytes are not what the format demands.
    #[error("{} is damaged or uses what flinkops cannot read: {why}; export it again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        why: String,
    },
    /// The file is sound, yet what is looked for is not in it.
    #[error("{} holds {found}, but {needed} is needed; {mend}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// What is in it.
        found: String,
        /// What was looked for.
        needed: &'static str,
        /// What to do.
        mend: &'static str,
    },
    /// The system's own certificates cannot be read, or there are none.
    #[error(
        "this system has no certificate authorities to trust ({why}); name the cluster's with --cacert FILE"
    )]
    NoSystemAnchors {
        /// What was found instead.
        why: String,
    },
    /// A certificate that cannot serve as a trust anchor.
    #[error("certificate {number} of {origin} cannot be trusted as an issuer: {why}")]
    UnfitAnchor {
        /// Counted from 1.
        number: usize,
        /// Where it came from.
        origin: String,
        /// What rustls says.
        why: String,
    },
    /// Key and certificate are no pair, or of a kind that TLS does not take.
    #[error("the certificate and private key of {origin} cannot be used together: {why}")]
    UnfitIdentity {
        /// Where they came from.
        origin: String,
        /// What rustls says.
        why: String,
    },
}

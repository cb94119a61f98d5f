//! Why an answer cannot be used.

use jiff::Timestamp;

/// What is wrong with the answer of a foreign authority.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// It is no certificate in any form, or damaged.
    #[error("{origin} holds no certificates that can be read: {reason}")]
    Unreadable {
        /// The file, or where it came from.
        origin: String,
        /// What was found.
        reason: String,
    },
    /// No chain needs so many.
    #[error(
        "the answer holds more than {limit} certificates; leave out those that have nothing to do with the key"
    )]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// No certificate is for the key.
    #[error(
        "none of the {count} certificate(s) is for this key ({found}); the request was another one, or the answer is incomplete"
    )]
    NoneForKey {
        /// How many there are.
        count: usize,
        /// Their subjects.
        found: String,
    },
    /// Key and certificate do not belong together.
    #[error(
        "the private key is not the one of the certificate of {subject}; give the key that the request was made with"
    )]
    WrongKey {
        /// The subject of the certificate.
        subject: String,
    },
    /// The issuer of a certificate is not there.
    #[error(
        "the certificate of {issuer} is missing, which issued the one of {subject}; get it from the authority and give it too"
    )]
    MissingIssuer {
        /// The certificate whose issuer is missing.
        subject: String,
        /// The issuer.
        issuer: String,
    },
    /// Certificates that issued each other, without a root.
    #[error("the chain runs in a circle without reaching a root: {path}")]
    Loop {
        /// The subjects in the order of the chain.
        path: String,
    },
    /// More certificates above each other than any chain has.
    #[error("the chain above {subject} is longer than {limit} certificates, or too tangled to follow")]
    TooLong {
        /// The leaf.
        subject: String,
        /// The limit.
        limit: usize,
    },
    /// A certificate names an issuer that did not sign it.
    #[error(
        "the certificate of {subject} names {issuer} as its issuer, but the one given did not sign it ({reason}); get the right one from the authority"
    )]
    NotSignedBy {
        /// The certificate.
        subject: String,
        /// The issuer that it names.
        issuer: String,
        /// What is wrong with the signature.
        reason: String,
    },
    /// The issuer may not issue.
    #[error("the certificate of {subject} is not one of an authority, so what it signed is worth nothing")]
    NotAnAuthority {
        /// The issuer.
        subject: String,
    },
    /// A certificate of the chain is past its end.
    #[error("the certificate of {subject} expired on {not_after}; get a new one from the authority")]
    Expired {
        /// Whose it is.
        subject: String,
        /// Its end.
        not_after: Timestamp,
    },
    /// A certificate of the chain is before its start.
    #[error("the certificate of {subject} is valid only from {not_before}; set the clock right, or wait")]
    NotYetValid {
        /// Whose it is.
        subject: String,
        /// Its start.
        not_before: Timestamp,
    },
    /// A subject that flinkops cannot repeat as an issuer.
    #[error(
        "the authority would sign as {subject}, a name with repeated attributes, which flinkops cannot write; ask for a certificate with a common name alone"
    )]
    UnusableName {
        /// The name.
        subject: String,
    },
}

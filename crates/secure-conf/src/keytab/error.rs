//! What can go wrong with keytabs.

use std::path::PathBuf;

use ops_core::files::FileError;

use super::{EncryptionType, Principal};

/// A keytab that cannot be read, made or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeytabError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is no keytab, or a damaged one.
    #[error("{} is no usable keytab: {error}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        error: FormatError,
    },
    /// There is no file at all.
    #[error("there is no keytab {}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The keytab has another key in the same place.
    #[error(
        "there is another key of {principal} with kvno {kvno} and {etype} already; keys of one version cannot differ"
    )]
    Conflict {
        /// Whose key.
        principal: Principal,
        /// Which version.
        kvno: u32,
        /// Which type.
        etype: EncryptionType,
    },
    /// A weak encryption type that nobody insisted on.
    #[error("{etype} is weak, and Java 17 refuses it by default")]
    Weak {
        /// Which.
        etype: EncryptionType,
    },
    /// An encryption type for which no key can be derived here.
    #[error("a key for {etype} cannot be derived from a password here")]
    NotDerivable {
        /// Which.
        etype: EncryptionType,
    },
    /// A password that is empty.
    #[error("the password is empty")]
    EmptyPassword,
    /// It has too many entries.
    #[error("the keytab would be longer than the {max} bytes that are read")]
    TooLong {
        /// The bound.
        max: usize,
    },
    /// A name or key that is longer than the file format can hold.
    #[error("the entry of {principal} does not fit a keytab, whose names and keys have at most 32767 bytes")]
    DoesNotFit {
        /// Whose entry.
        principal: Principal,
    },
}

/// What is wrong with the bytes of a keytab, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset}, {problem}")]
pub struct FormatError {
    /// Where, from the beginning of the file.
    pub offset: usize,
    /// What.
    pub problem: FormatProblem,
}

/// The ways in which bytes are no keytab.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatProblem {
    /// It does not begin as keytabs do.
    #[error("a keytab begins with 05 02 or 05 01, and this with {found}")]
    NotAKeytab {
        /// The first two bytes in hexadecimal.
        found: String,
    },
    /// The file ends too early.
    #[error("the file ends within {what}")]
    Truncated {
        /// Within what.
        what: &'static str,
    },
    /// An entry ends too early.
    #[error("the entry ends within {what}")]
    EntryTooShort {
        /// Within what.
        what: &'static str,
    },
    /// The size of a deleted entry that cannot be.
    #[error("a deleted entry has the impossible size {size}")]
    ImpossibleHole {
        /// The size as it stands there.
        size: i32,
    },
    /// A principal without components, or with too many.
    #[error("a principal has {count} components")]
    ComponentCount {
        /// How many.
        count: i64,
    },
    /// A negative length.
    #[error("{what} has the impossible length {length}")]
    ImpossibleLength {
        /// Of what.
        what: &'static str,
        /// The length as it stands there.
        length: i32,
    },
    /// It is longer than keytabs are.
    #[error("it is longer than {max} bytes")]
    TooLong {
        /// The bound.
        max: usize,
    },
}

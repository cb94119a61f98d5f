//! Why a text is no memory size or duration.

/// A text that Flink refuses as a memory size or a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitError {
    /// Nothing but blanks.
    #[error("a {kind} is needed, and nothing is there; write for example `{example}`")]
    Empty {
        /// `memory size` or `duration`.
        kind: &'static str,
        /// A text that is accepted.
        example: &'static str,
    },
    /// It does not begin with a digit. Flink takes neither signs nor fractions.
    #[error("`{found}` is no {kind}: a whole number without sign is needed first, as in `{example}`")]
    NoNumber {
        /// The text.
        found: String,
        /// `memory size` or `duration`.
        kind: &'static str,
        /// A text that is accepted.
        example: &'static str,
    },
    /// What follows the number is no unit.
    #[error("`{unit}` in `{found}` is no unit of a {kind}; Flink knows {known}")]
    UnknownUnit {
        /// The text.
        found: String,
        /// What follows the number, in lower case.
        unit: String,
        /// `memory size` or `duration`.
        kind: &'static str,
        /// The units, for the reader.
        known: &'static str,
    },
    /// The value does not fit where Flink keeps it.
    #[error("`{found}` is more than Flink can hold; at most {most} is possible")]
    TooLarge {
        /// The text.
        found: String,
        /// The largest value.
        most: &'static str,
    },
}

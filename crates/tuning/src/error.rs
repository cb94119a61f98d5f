//! Why there is no advice.

use crate::memory::Refusal;
use crate::settings::BadValue;

/// Advice cannot be given on what is known, or cannot be followed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TuningError {
    /// Flink refuses the configuration as it is.
    #[error(transparent)]
    Memory(#[from] Refusal),
    /// A value is not of its option's type.
    #[error(transparent)]
    Value(#[from] BadValue),
    /// The advice would make a configuration that Flink refuses.
    #[error("{what} does not fit into this memory: {refusal}")]
    DoesNotFit {
        /// What was to be made room for.
        what: String,
        /// Why Flink would refuse it.
        refusal: Refusal,
    },
    /// A figure is out of the range in which the formulas hold.
    #[error("{what} is {found}; {needed}")]
    OutOfRange {
        /// Which figure.
        what: &'static str,
        /// Its value.
        found: String,
        /// What is needed.
        needed: &'static str,
    },
    /// An edge of the job leads to or from nowhere.
    #[error("there is no vertex `{found}`; there are {known}")]
    NoVertex {
        /// What was named.
        found: String,
        /// The vertices there are.
        known: String,
    },
    /// A figure is missing that everything depends on.
    #[error("{0}")]
    Missing(&'static str),
}

//! The answer of a foreign authority: certificates in any order and form, from which the chain of a key is built.
//!
//! Every link of the chain is proven by its signature, not by names alone. The root that comes with an answer is taken
//! as it is: whoever imports decides whether to trust it.

mod chain;
mod collect;
mod error;

pub use chain::Answer;
pub use collect::Certificates;
pub use error::ImportError;

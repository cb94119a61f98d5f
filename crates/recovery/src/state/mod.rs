//! Savepoints and checkpoints: the file `_metadata`, and the files that it refers to.
//!
//! | module | what it holds |
//! |---|---|
//! | `reader` | bytes as Java's `DataInputStream` reads them, bounded |
//! | `handle` | where pieces of state lie |
//! | `metadata` | what the file says, as values |
//! | `parse` | the file, in the versions 3 to 6 |
//! | `location` | from what a person types to a directory |
//! | `inspect` | what there is to know before something is restored from it |
//! | `fit` | whether a program fits a state |
//! | `candidates` | what a job can go on from, newest first |

mod candidates;
mod error;
mod fit;
mod handle;
mod inspect;
mod location;
mod metadata;
mod parse;
mod reader;

pub use candidates::{Candidate, Verdict, candidates};
pub use error::StateError;
pub use fit::{Fate, Fit, OperatorFit, fit};
pub use handle::{Handle, KeyedState, Place};
pub use inspect::{Inspection, MissingFile, OperatorReport, inspect};
pub use location::Location;
pub use metadata::{Kind, Metadata, OperatorState, SubtaskState};
pub use parse::parse;

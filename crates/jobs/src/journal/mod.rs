//! The journal of `apply`: an SQLite database in which every step is written down before it is begun, and its outcome after it.
//!
//! Whoever comes after a crash finds what was meant, does the step again (every step can be done twice) and goes on.
//! A transaction is on the disk before the next request leaves (`synchronous = FULL`). The file is its owner's alone (0600); values of
//! secret options never come into it.
//!
//! | table | what |
//! |---|---|
//! | `undertaking` | one row for each time a job was created, upgraded, started again or removed; at most one that has not ended for each job and cluster |
//! | `step` | intent and outcome, as JSON, in order |
//! | `lease` | who works on a job at the moment |
//!
//! Beside it, `<name>.jars/` keeps the jars that a rollback needs, by their SHA-256.

mod error;
mod jars;
mod known;
mod lease;
mod record;
mod store;

pub use error::JournalError;
pub use known::Known;
pub(crate) use lease::HEARTBEAT;
pub use lease::Holder;
pub use record::{Deployment, End, Intent, JarRef, Outcome, Role, State, StateKind, Step, Task, Undertaking};
pub use store::Journal;

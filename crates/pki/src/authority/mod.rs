//! A certificate authority as a directory that is its own small database.
//!
//! | file | what it holds |
//! |---|---|
//! | `ca.pem` | the authority's certificate |
//! | `ca.key.pem` | its private key, encrypted PKCS#8 |
//! | `issued.jsonl` | one line for each event, append-only: what was created and issued |
//! | `lock` | nothing; whoever appends to the index holds a lock on it |
//!
//! The directory is built beside its place and renamed into it, so it is there whole or not at all. A certificate
//! leaves [`Authority::issue`] only after its line is on the disk: what was handed out is in the index.

mod directory;
mod index;
mod issue;
mod lock;

pub use directory::{Authority, AuthorityRequest};
pub use index::{AuthorityRow, IndexEvent, IssuedRow};
pub use issue::{Leaf, LeafRequest};

//! A certificate authority as a directory that is its own small database.
//!
//! | file | what it holds |
//! |---|---|
//! | `ca.pem` | the authority's certificate; missing while another authority has yet to sign it |
//! | `chain.pem` | the certificates above it, root last, where another authority signed it |
//! | `request.pem` | the signing request for the other authority |
//! | `ca.key.pem` | its private key, encrypted PKCS#8 |
//! | `issued.jsonl` | one line for each event, append-only: what was created, issued, revoked |
//! | `crl.pem` | the newest revocation list |
//! | `lock` | nothing; whoever appends to the index holds a lock on it |
//!
//! The directory is built beside its place and renamed into it, so it is there whole or not at all. A certificate
//! leaves [`Authority::issue`] only after its line is on the disk: what was handed out is in the index.

mod directory;
mod index;
mod issue;
mod lock;
mod pending;
mod register;

pub use directory::{Authority, AuthorityRequest};
pub use index::{AuthorityRow, DelegatedRow, IndexEvent, IssuedRow, ListedRow, RequestedRow, RevokedRow};
pub use issue::{Leaf, LeafRequest};
pub use pending::PendingAuthority;
pub use register::{Record, Register};

pub(crate) use directory::own_certificate_info;
pub(crate) use lock::Lock;

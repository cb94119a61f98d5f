//! Proving a written configuration: every store opens, every certificate fits its role, and the stores shake hands.
//!
//! | module | what it holds |
//! |---|---|
//! | `examination` | the whole configuration, scope by scope |
//! | `finding` | what is reported |
//! | `reader` | opening store files, each content once |
//! | `material` | what the stores of a scope hold |
//! | `password` | what a password was meant to be, where the dialect made something else of it |
//! | `certificates` | time, key, usage and strength |
//! | `names` | the names by which clients reach the REST endpoint |
//! | `pins` | pinned fingerprints |
//! | `suites` | protocol and cipher suites against the keys |
//! | `handshake` | the proof: a TLS handshake in memory |

mod certificates;
mod examination;
mod finding;
mod handshake;
mod material;
mod names;
mod password;
mod pins;
mod reader;
mod suites;

pub use examination::{Examination, Examined, Side, check_written, examine};
pub use finding::{Finding, FindingKind, Scope, Severity};
pub use material::{Anchors, Identity, Material};
pub use names::{Address, rest_addresses};
pub use reader::{Opened, StoreReader};

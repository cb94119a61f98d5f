//! Proving a written configuration: every store opens, every certificate fits its role, and the stores shake hands.
//!
//! | module | what it holds |
//! |---|---|
//! | `written` | the whole configuration, scope by scope |
//! | `finding` | what is reported |
//! | `material` | opening the stores that a scope names |
//! | `certificates` | time, key, usage and names |
//! | `suites` | protocol and cipher suites against the keys |
//! | `handshake` | the proof: a TLS handshake in memory |

mod certificates;
mod finding;
mod handshake;
mod material;
mod suites;
mod written;

pub use finding::{Finding, FindingKind, Scope, Severity};
pub use written::check_written;

//! Proving that stores will work: checks that name what is wrong, and real TLS handshakes in memory.
//!
//! | module | what it holds |
//! |---|---|
//! | `problem` | what is found, with its code, its severity and how to mend it |
//! | [`certificates`] | time, key, usage, strength and names of one identity |
//! | `trust` | whether a chain leads to what a truststore holds |
//! | [`handshake`] | a TLS handshake in memory |
//! | [`suites`] | which cipher suites fit which keys, and which ones each Flink version has by default |
//! | `stores` | all of it, for a keystore and a truststore |

pub mod certificates;
pub mod handshake;
mod problem;
mod stores;
pub mod suites;
mod trust;

pub use certificates::Identity;
pub use problem::{Finding, Problem, Severity};
pub use stores::{HandshakeOutcome, StoreFile, Verification, VerifyRequest, verify};
pub use trust::check as check_trust;

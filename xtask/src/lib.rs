//! Developer and release automation of the workspace: `cargo xtask COMMAND`. Nothing here ships.
//!
//! | module | command |
//! |---|---|
//! | [`cli`] | the command line itself |
//! | [`ci`] | `ci`: everything that a change must pass |
//! | [`mod@test`] | `test`: sets the machine up, runs every test, sums up |
//! | [`setup`] | what `test` installs |
//! | [`tidy`] | `tidy`: the mechanical rules of the house |
//! | [`flink`] | `flink get`: real Flink distributions into the cache |
//! | [`mod@bench`] | `bench cli`: flinkops beside Flink's own command line |
//! | [`oracle`] | `oracle`: fixtures recorded from the real Flink |
//! | `catalogue` | `catalogue`: the option catalogue, generated from the real Flink |
//! | `conformance` | `conformance V`: the real Flink and mock-flink through the same steps |
//! | `metrics` | `metrics`: the catalogue of metrics, generated from real clusters |
//! | [`dist`] | `dist`, `bom`: what people install |
//! | [`release`], [`deps`], [`publish`] | what comes before a release |
//! | [`docs`] | `docs`: the book, and its links |
//! | [`fuzz`] | `fuzz`: libFuzzer on every parser of outside bytes |
//! | [`tools`] | programs from crates.io that some of these call |
//! | [`files`], [`version`] | vocabulary, shared with `ops-core` |
//! | [`process`] | starts programs, reads the clock and the environment for all of them |

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a developer's tool talks to its developer")]

pub mod bench;
mod catalogue;
pub mod ci;
pub mod cli;
mod conformance;
pub mod deps;
pub mod dist;
pub mod docs;
pub mod error;
pub mod flink;
pub mod fuzz;
mod metrics;
pub mod oracle;
pub mod process;
pub mod publish;
pub mod release;
pub mod setup;
pub mod test;
pub mod tidy;
pub mod tools;

// Two files of `ops-core`, compiled here from their source. Depending on the crate would build its whole TLS stack,
// with other features than the workspace needs, before the first `cargo xtask` of a fresh clone could say a word.
#[path = "../../crates/ops-core/src/files.rs"]
pub mod files;
#[path = "../../crates/ops-core/src/version.rs"]
pub mod version;

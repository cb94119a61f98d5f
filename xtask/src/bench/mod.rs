//! `cargo xtask bench`: claims as ratios, measured side by side on one machine. A benchmark fails when a promise is
//! not kept.

mod cli;
mod format;
mod jar;
mod mock;
mod pki;
mod spread;

pub use cli::cli;
pub use format::Format;
pub use mock::mock_flink;
pub use pki::pki;

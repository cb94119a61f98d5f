//! `cargo xtask bench`: claims as ratios, measured side by side on one machine. A benchmark fails when a promise is
//! not kept.

mod all;
mod cli;
mod conf;
mod format;
mod jar;
mod memory;
mod mock;
mod pki;
mod row;
mod spread;

pub use all::{Record, all, conf, memory};
pub use cli::cli;
pub use format::Format;
pub use mock::{mock_flink, soak};
pub use pki::pki;

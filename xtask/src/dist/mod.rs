//! `cargo xtask dist`: what people install. From one commit the same bytes, wherever it is built.
//!
//! ```text
//! build (remapped paths, LTO, stripped) -> flinkops, mock-flink
//!   + manual pages, completions, units, licences, bill of materials -> a tree of files
//!   -> flinkops-V-TRIPLE.tar.gz, flinkops_V_ARCH.deb, flinkops-V-TRIPLE.cdx.json
//!   -> SHA256SUMS [-> SHA256SUMS.sig, with a key of the caller]
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | `build` | the executables, without a trace of where they were built |
//! | `graph` | the crates that are inside of them |
//! | `tree` | the files of a release |
//! | `archive` | tar.gz, always the same bytes |
//! | `deb` | Debian's package around the same files |
//! | `licences` | the texts of all licences |
//! | `bom` | CycloneDX |
//! | `elf` | what an executable needs of the system |
//! | `sign` | the detached signature |
//! | `check` | the same twice, in different places |

mod archive;
mod bom;
mod build;
mod check;
mod deb;
mod elf;
mod graph;
mod licences;
mod release;
mod run;
mod sign;
mod tree;

pub(crate) use build::host_triple;
pub use check::check;
pub use run::{Request, bill, run};

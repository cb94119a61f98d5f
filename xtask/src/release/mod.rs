//! `cargo xtask release`: the next version, and whether a checkout is fit to become it. Nothing here tags, pushes or uploads.
//!
//! | module | what it holds |
//! |---|---|
//! | `version` | the one place where the version stands |
//! | `changelog` | the section of a release |
//! | `run` | `prepare` and `verify` |

mod changelog;
mod run;
mod version;

pub use run::{prepare, verify};
pub use version::Level;

//! Every parser of outside bytes, each as one function of bytes, and the files to start from.
//!
//! `cargo xtask fuzz` drives these functions with libFuzzer (`libfuzzer/`, a workspace of its own: its executables need
//! instrumentation and a main function in C++). The tests of this crate run every seed, and every input that ever made
//! one of them fail (`regressions/`), in the ordinary suite.

pub mod seeds;
mod target;
mod targets;

pub use target::{Target, run};
pub use targets::TARGETS;

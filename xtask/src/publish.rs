//! `cargo xtask publish`: packs every crate that could go to crates.io, in the order in which they need each other. Uploading is left
//! to a person: it cannot be undone.

use crate::error::XtaskError;
use crate::process::{self, cargo};

/// Members of the workspace that stay here.
const OURS: [&str; 3] = ["xtask", "end-to-end", "fuzz-targets"];

/// Whether each package is built from what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    /// Yes; that compiles the workspace once more.
    Build,
    /// No.
    Skip,
}

/// Packs every crate; what is not committed takes part only with `dirty`.
///
/// # Errors
/// A crate lacks something that crates.io wants, or does not build from its package.
pub fn run(verify: Verify, dirty: bool) -> Result<(), XtaskError> {
    let mut package = cargo();
    package.args(["package", "--workspace", "--locked"]);
    for name in OURS {
        package.args(["--exclude", name]);
    }
    if verify == Verify::Skip {
        package.arg("--no-verify");
    }
    if dirty {
        package.arg("--allow-dirty");
    }
    process::run(&mut package)?;
    println!("packed in target/package. To publish: cargo publish --workspace, which cannot be undone");
    Ok(())
}

//! Programs of other people that come from crates.io: each in its own directory of the cache, in the version named here,
//! compiled once. They are no dependencies of ours: nobody who only builds and tests has to wait for them.

use std::path::PathBuf;

use end_to_end::cache;

use crate::error::XtaskError;
use crate::process;

/// A program, and its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Its crate, and its executable.
    pub name: &'static str,
    /// The version, exactly.
    pub version: &'static str,
}

/// Licences, sources, bans and advisories of dependencies.
pub const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
/// libFuzzer for Rust.
pub const CARGO_FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2" };
/// Dependencies that nothing uses.
pub const CARGO_MACHETE: Tool = Tool { name: "cargo-machete", version: "0.9.2" };
/// The book in `docs/`.
pub const MDBOOK: Tool = Tool { name: "mdbook", version: "0.5.4" };

/// The executable; it is compiled first, where the cache does not have it.
///
/// # Errors
/// There is no place for a cache, or it cannot be fetched or compiled.
pub fn get(tool: Tool) -> Result<PathBuf, XtaskError> {
    let cache = cache::directory().ok_or(XtaskError::NoCache)?;
    let Tool { name, version } = tool;
    let root = cache.join("tools").join(format!("{name}-{version}"));
    let executable = root.join("bin").join(name);
    if !executable.is_file() {
        println!("compiling {name} {version} into {}, once", root.display());
        let mut install = process::cargo();
        install.args(["install", "--quiet", "--locked", name, "--version"]).arg(format!("={version}"));
        // Not into our target directory: what a profile of ours says is no business of theirs.
        install.arg("--root").arg(&root).arg("--target-dir").arg(root.join("build"));
        process::run(&mut install)?;
        // Only the executable is needed any more.
        let _ = std::fs::remove_dir_all(root.join("build"));
    }
    Ok(executable)
}

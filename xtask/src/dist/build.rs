//! The executables of a release: optimised across crates, stripped, and without a trace of where they were built.

use std::path::{Path, PathBuf};

use super::release::Release;
use crate::error::XtaskError;
use crate::files::{self, Access};
use crate::process;

/// What is shipped.
pub(super) const EXECUTABLES: [&str; 2] = ["flinkops", "mock-flink"];

/// Builds the executables of the checkout at `workspace`, with `target` for what is made on the way; the directory they
/// are in.
pub(super) fn run(workspace: &Path, target: &Path, release: &Release) -> Result<PathBuf, XtaskError> {
    let triple = release.triple.as_str();
    let mut cargo = process::cargo();
    cargo.current_dir(workspace);
    cargo.args(["build", "--release", "--locked"]);
    // For this machine's own target cargo passes flags to macros and build scripts, too, so that these are the same everywhere.
    let is_host = host_triple()? == triple;
    if !is_host {
        cargo.args(["--target", triple]);
    }
    for name in EXECUTABLES {
        cargo.args(["--bin", name]);
    }
    let places = places(workspace, target)?;
    let flags: Vec<String> =
        places.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect();
    let c_flags: Vec<String> =
        places.iter().map(|(from, to)| format!("-ffile-prefix-map={}={to}", from.display())).collect();
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")).env_remove("RUSTFLAGS");
    cargo.env("CFLAGS", c_flags.join(" ")).env("CXXFLAGS", c_flags.join(" "));
    cargo.env("CARGO_TARGET_DIR", target).env("CARGO_INCREMENTAL", "0");
    cargo.env("SOURCE_DATE_EPOCH", release.epoch.to_string());
    if let Some(library) = steady(workspace, target)? {
        cargo.env("LD_PRELOAD", library);
    }
    process::run(&mut cargo)?;
    Ok(if is_host { target.join("release") } else { target.join(triple).join("release") })
}

/// Compiles the library that takes chance out of build scripts; `None` where nothing is preloaded.
fn steady(workspace: &Path, target: &Path) -> Result<Option<PathBuf>, XtaskError> {
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    files::ensure_directory(target, Access::Public)?;
    let library = target.join("steady.so");
    let mut cc = process::command("cc");
    cc.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).arg(workspace.join("packaging/steady.c"));
    process::run(&mut cc)?;
    Ok(Some(library))
}

/// Directories of this machine that compilers write into what they make, and what stands there instead. The last one that
/// fits wins.
fn places(workspace: &Path, target: &Path) -> Result<Vec<(PathBuf, &'static str)>, XtaskError> {
    let home = process::variable("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(process::variable("HOME")?).join(".cargo")));
    let sysroot = process::capture(process::command("rustc").args(["--print", "sysroot"]))?;
    let mut places = vec![(PathBuf::from(sysroot.trim()), "/rust"), (workspace.to_owned(), "/flinkops")];
    places.extend(home.map(|home| (home, "/cargo")));
    places.push((target.to_owned(), "/target"));
    Ok(places)
}

/// The triple of this machine.
pub(crate) fn host_triple() -> Result<String, XtaskError> {
    let version = process::capture(process::command("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
    host.ok_or_else(|| XtaskError::Answer { what: "rustc -vV".to_owned(), answer: version })
}

//! `cargo xtask deps`: whether dependencies are what we want: licences, sources, bans, advisories, none that nothing uses, and a build
//! with the oldest Rust that the manifests promise.

use crate::error::XtaskError;
use crate::process::{self, cargo};
use crate::tools;

/// What cannot be had everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Without {
    /// The database of advisories, which is on a git host.
    pub advisories: bool,
    /// The oldest Rust.
    pub msrv: bool,
}

/// Checks everything that can be had, and says what was left out.
///
/// # Errors
/// The first thing that is not as it should be, or cannot be had and was not left out.
pub fn run(without: Without) -> Result<(), XtaskError> {
    let deny = tools::get(tools::CARGO_DENY)?;
    let check = |what: &[&str]| {
        println!("$ cargo deny check {}", what.join(" "));
        let mut command = process::command(&deny);
        command.current_dir(process::workspace()).args(["check", "--hide-inclusion-graph"]).args(what);
        process::run(&mut command)
    };
    check(&["licenses", "bans", "sources"])?;
    if without.advisories {
        println!("not checked: advisories");
    } else {
        check(&["advisories"])?;
    }
    println!("$ cargo machete");
    let machete = tools::get(tools::CARGO_MACHETE)?;
    process::run(process::command(machete).current_dir(process::workspace()))?;
    if without.msrv {
        println!("not checked: the oldest Rust");
        return Ok(());
    }
    let oldest = oldest_rust()?;
    println!("$ cargo +{oldest} check --workspace --all-targets --locked");
    let mut rustup = process::command("rustup");
    rustup.args(["run", &oldest, "cargo", "check", "--quiet", "--workspace", "--all-targets", "--locked"]);
    rustup
        .current_dir(process::workspace())
        .env("CARGO_TARGET_DIR", process::workspace().join("target/msrv"));
    // A toolchain that ran us would be taken instead.
    rustup.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTC");
    process::run(&mut rustup).map_err(|error| {
        XtaskError::Release(format!(
            "{error}; the oldest Rust comes with `rustup toolchain install {oldest}`"
        ))
    })
}

/// What `rust-version` in the manifests says.
fn oldest_rust() -> Result<String, XtaskError> {
    let metadata = process::capture(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let value: serde_json::Value = serde_json::from_str(&metadata).map_err(|error| XtaskError::Answer {
        what: "cargo metadata".to_owned(),
        answer: error.to_string(),
    })?;
    let found =
        value["packages"].as_array().and_then(|all| all.iter().find_map(|one| one["rust_version"].as_str()));
    found.map(str::to_owned).ok_or_else(|| XtaskError::Answer {
        what: "cargo metadata".to_owned(),
        answer: "no rust-version".to_owned(),
    })
}

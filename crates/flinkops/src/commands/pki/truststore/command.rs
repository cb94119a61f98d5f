//! The verbs.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ops_core::secret::Secret;
use pki::store::truststore::TruststoreChange;

use super::{add, list, remove};
use crate::commands::pki::secrets;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Adds trusted certificates, and makes the truststore if there is none.
    Add(add::Options),
    /// Removes trusted certificates by their aliases.
    Remove(remove::Options),
    /// Lists what is trusted.
    List(list::Options),
}

/// Which truststore.
#[derive(Debug, Args)]
pub(super) struct StoreOptions {
    /// The truststore: PKCS#12 or JKS. It keeps its format.
    #[arg(value_name = "STORE")]
    pub(super) store: PathBuf,
    /// Its password: env:NAME, file:PATH or prompt [default: the file beside STORE with the ending
    /// .password if that is there, else prompt].
    #[arg(long, value_name = "SOURCE")]
    pub(super) password_from: Option<String>,
}

impl StoreOptions {
    pub(super) fn password(&self) -> Result<Secret, Failure> {
        secrets::store_password(&self.store, self.password_from.as_deref())
    }
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Add(options) => add::run(&options, output),
        Command::Remove(options) => remove::run(&options, output),
        Command::List(options) => list::run(&options, output),
    }
}

/// Says what is against the password of a store.
pub(super) fn warn(change: &TruststoreChange, output: &Output) {
    if let Some(warning) = change.warning {
        output.warning(warning);
    }
}

/// A copy of a store in a place that vanishes, for --dry-run.
pub(super) fn copy(store: &std::path::Path) -> Result<(tempfile::TempDir, PathBuf), Failure> {
    let failed = |error: std::io::Error| Failure::usage(format!("cannot copy {}: {error}", store.display()));
    let scratch = tempfile::tempdir().map_err(failed)?;
    let copy = scratch.path().join("truststore");
    if store.exists() {
        std::fs::copy(store, &copy).map_err(failed)?;
    }
    Ok((scratch, copy))
}

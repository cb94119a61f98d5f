//! The CA directory that a command works with, and how its key is opened.

use std::path::PathBuf;

use clap::Args;
use pki::authority::{Authority, Register};

use super::secrets;
use crate::failure::Failure;

/// Which authority, for commands that only read its register.
#[derive(Debug, Clone, Args)]
pub(super) struct RegisterOptions {
    /// The directory of the authority.
    #[arg(long, value_name = "DIR")]
    pub(super) dir: PathBuf,
}

impl RegisterOptions {
    pub(super) fn open(&self) -> Result<Register, Failure> {
        Ok(Register::open(&self.dir)?)
    }
}

/// Which authority, for commands that sign with its key.
#[derive(Debug, Clone, Args)]
pub(super) struct AuthorityOptions {
    #[command(flatten)]
    pub(super) register: RegisterOptions,
    /// The passphrase of its key: env:NAME, file:PATH or prompt [default: file:DIR/ca.passphrase if that is there, else
    /// prompt].
    #[arg(long, value_name = "SOURCE")]
    passphrase_from: Option<String>,
}

impl AuthorityOptions {
    pub(super) fn open(&self) -> Result<Authority, Failure> {
        // What is wrong with the directory is said before anyone is asked for a passphrase.
        let dir = self.register.open()?.dir().to_owned();
        let passphrase = secrets::passphrase(&dir, self.passphrase_from.as_deref())?;
        Ok(Authority::open(&dir, &passphrase)?)
    }
}

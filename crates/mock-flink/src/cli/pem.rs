//! PEM files named by flags, and the flags of whatever listens.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::error::CliError;
use crate::tls::{PemError, TlsMaterial, certificates, private_key};

/// Whether HTTPS is served, and to whom.
#[derive(ClapArgs, Clone, Debug, Default)]
pub struct TlsArgs {
    /// Serves HTTPS with this certificate chain (PEM, leaf first)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Demands client certificates that lead to one of these authorities (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_client_ca: Option<PathBuf>,
}

impl TlsArgs {
    /// What they name; `None` for plain HTTP.
    pub(super) fn material(&self) -> Result<Option<TlsMaterial>, CliError> {
        let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) else { return Ok(None) };
        let client_anchors = self.tls_client_ca.as_deref().map(|file| pem(file, certificates)).transpose()?;
        Ok(Some(TlsMaterial {
            chain: pem(certificate, certificates)?,
            key: pem(key, private_key)?,
            client_anchors,
        }))
    }
}

/// What a PEM file holds.
fn pem<T>(path: &Path, read: impl FnOnce(&[u8]) -> Result<T, PemError>) -> Result<T, CliError> {
    let shown = path.display().to_string();
    let text = std::fs::read(path).map_err(|source| CliError::Read { path: shown.clone(), source })?;
    read(&text).map_err(|problem| CliError::Pem { path: shown, problem })
}

//! Which ResourceManager.

use std::path::PathBuf;

use clap::Args;
use deploy::yarn::{ResourceManager, YarnError};
use ops_core::tls::TrustAnchors;

use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct ManagerOptions {
    /// The address of YARN's ResourceManager, such as http://rm:8088.
    #[arg(long, value_name = "URL", env = "FLINKOPS_RESOURCE_MANAGER")]
    resource_manager: String,
    /// Certificates of the authorities that its certificate must come from (PEM) [default: those of the system].
    #[arg(long, value_name = "FILE")]
    resource_manager_cacert: Option<PathBuf>,
}

impl ManagerOptions {
    pub(super) fn open(&self) -> Result<ResourceManager, Failure> {
        let anchors = match &self.resource_manager_cacert {
            Some(file) => TrustAnchors::from_pem_file(file)?,
            None if self.resource_manager.starts_with("https:") => TrustAnchors::system()?,
            None => TrustAnchors::none(),
        };
        ResourceManager::at(&self.resource_manager, &anchors, None).map_err(failure)
    }
}

/// With the exit code that the command line promises.
pub(super) fn failure(error: YarnError) -> Failure {
    let message = error.to_string();
    match error {
        YarnError::Unreachable { .. } | YarnError::Foreign { .. } => Failure::new(exit::UNREACHABLE, message)
            .help("give the address of its web interface, usually port 8088 or, with TLS, 8090"),
        YarnError::Login { .. } => Failure::new(exit::REFUSED, message)
            .help("use `yarn application -list` with a ticket, or an address that does not ask for one"),
        YarnError::NoApplication { .. } => Failure::new(exit::REFUSED, message)
            .help("flinkops deploy yarn status --all lists those that it knows"),
        YarnError::Refused { .. } => Failure::new(exit::REFUSED, message),
        _ => Failure::usage(message),
    }
}

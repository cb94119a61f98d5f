//! Which Prometheus is meant.

use std::path::PathBuf;

use clap::Args;
use monitor::check::{Prometheus, PrometheusError};
use ops_core::tls::{ClientIdentity, TrustAnchors};

use crate::exit;
use crate::failure::Failure;

/// A Prometheus, with its TLS material.
#[derive(Debug, Args)]
pub(crate) struct PrometheusOptions {
    /// The address of a live Prometheus, or of what answers like one.
    #[arg(long, value_name = "URL")]
    prometheus: Option<String>,
    /// Certificates of the authorities that its certificate must come from (PEM) [default: those of the system].
    #[arg(long, value_name = "FILE", requires = "prometheus")]
    prometheus_cacert: Option<PathBuf>,
    /// The client certificate for it and its chain (PEM).
    #[arg(long, value_name = "FILE", requires_all = ["prometheus", "prometheus_key"])]
    prometheus_cert: Option<PathBuf>,
    /// The private key of the client certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "prometheus_cert")]
    prometheus_key: Option<PathBuf>,
}

impl PrometheusOptions {
    /// Whether one was given.
    pub(crate) fn is_given(&self) -> bool {
        self.prometheus.is_some()
    }

    /// The one that was given.
    pub(crate) fn open(&self) -> Result<Option<Prometheus>, Failure> {
        let Some(url) = &self.prometheus else { return Ok(None) };
        let anchors = match &self.prometheus_cacert {
            Some(file) => TrustAnchors::from_pem_file(file)?,
            None if url.starts_with("https:") => TrustAnchors::system()?,
            None => TrustAnchors::none(),
        };
        let identity = match (&self.prometheus_cert, &self.prometheus_key) {
            (Some(certificate), Some(key)) => Some(ClientIdentity::from_pem_files(certificate, key)?),
            _ => None,
        };
        Prometheus::at(url, &anchors, identity.as_ref()).map(Some).map_err(prometheus_failure)
    }
}

/// A Prometheus that does not do what was asked.
pub(crate) fn prometheus_failure(error: PrometheusError) -> Failure {
    let message = error.to_string();
    match error {
        PrometheusError::Unreachable { .. } | PrometheusError::Foreign { .. } => {
            Failure::new(exit::UNREACHABLE, message)
                .help("give the address of its web interface, usually port 9090")
        }
        PrometheusError::Refused { .. } => Failure::new(exit::REFUSED, message),
        _ => Failure::usage(message),
    }
}

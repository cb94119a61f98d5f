//! Setting a client up: address, TLS, patience, limits.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use rustls::ClientConfig;
use tokio::sync::OnceCell;

use super::address::Address;
use super::retry::RetryPolicy;
use super::transport::{Inner, RestClient};
use crate::rest::RestError;
use crate::tls::{TrustAnchors, client_config};
use crate::version::FlinkVersion;

/// The most of an answer that is read, unless told otherwise. A thousand jobs in a list are half a megabyte.
const LONGEST_ANSWER: u64 = 64 * 1024 * 1024;

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, the TLS handshake included.
    pub connect: Duration,
    /// For the complete answer to an ordinary request.
    pub answer: Duration,
    /// For uploading a jar, and for running one: its main method runs before the answer.
    pub submission: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(30),
            submission: Duration::from_secs(600),
        }
    }
}

/// Makes a [`RestClient`]. System proxies are never used and redirections never followed.
#[derive(Clone, Debug)]
pub struct RestClientBuilder {
    url: String,
    tls: Option<ClientConfig>,
    timeouts: Timeouts,
    retries: RetryPolicy,
    longest_answer: u64,
    version: Option<FlinkVersion>,
}

impl RestClientBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            tls: None,
            timeouts: Timeouts::default(),
            retries: RetryPolicy::default(),
            longest_answer: LONGEST_ANSWER,
            version: None,
        }
    }

    /// Whom to trust and who we are, from [`client_config`]. Without this, the operating system's authorities
    /// are trusted and no identity is shown.
    #[must_use]
    pub fn tls(mut self, config: ClientConfig) -> Self {
        self.tls = Some(config);
        self
    }

    /// How long to wait for what.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How often to repeat a call.
    #[must_use]
    pub fn retries(mut self, retries: RetryPolicy) -> Self {
        self.retries = retries;
        self
    }

    /// The most bytes of one answer that are read; 64 MiB unless told otherwise.
    #[must_use]
    pub fn longest_answer(mut self, bytes: u64) -> Self {
        self.longest_answer = bytes;
        self
    }

    /// The cluster's version, where it is known. Otherwise the cluster is asked when it first matters.
    #[must_use]
    pub fn version(mut self, version: FlinkVersion) -> Self {
        self.version = Some(version);
        self
    }

    /// Checks everything and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// The address is none, or the certificates and keys cannot be used.
    pub fn build(self) -> Result<RestClient, RestError> {
        let address = Address::parse(&self.url)?;
        let tls = match self.tls {
            Some(config) => config,
            None if address.is_https() => client_config(&TrustAnchors::system()?, None)?,
            None => client_config(&TrustAnchors::none(), None)?,
        };
        let shows_identity = tls.client_auth_cert_resolver.has_certs();
        let timeouts = self.timeouts;
        Ok(RestClient(Arc::new(Inner {
            pooled: http_client(tls.clone(), timeouts, usize::MAX)?,
            fresh: http_client(tls, timeouts, 0)?,
            address,
            timeouts,
            retries: self.retries,
            longest_answer: self.longest_answer,
            shows_identity,
            version: OnceCell::new_with(self.version),
        })))
    }
}

fn http_client(tls: ClientConfig, timeouts: Timeouts, idle: usize) -> Result<reqwest::Client, RestError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(Policy::none())
        .http1_only()
        .referer(false)
        .user_agent(concat!("flinkops/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .pool_max_idle_per_host(idle)
        .build()
        .map_err(|error| RestError::Setup { why: super::diagnosis::innermost(&error) })
}

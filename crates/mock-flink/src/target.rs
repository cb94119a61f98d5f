//! A cluster somewhere else: its address, how to trust it, and one request at a time to it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use ops_core::tls::{ClientIdentity, TlsError, TrustAnchors, client_config};
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How long a connection may take, the TLS handshake included.
const CONNECT: Duration = Duration::from_secs(10);

/// How a cluster elsewhere is trusted, and what it is shown.
#[derive(Args, Clone, Debug, Default)]
pub struct Trust {
    /// Certificate authorities of the cluster (PEM) [default: the system's]
    #[arg(long, value_name = "FILE")]
    pub target_ca: Option<PathBuf>,
    /// Client certificate to show it (PEM, leaf first)
    #[arg(long, value_name = "FILE", requires = "target_key")]
    pub target_cert: Option<PathBuf>,
    /// The client certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires = "target_cert")]
    pub target_key: Option<PathBuf>,
}

/// Why a cluster does not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// The URL is none.
    #[error("`{0}` is no URL of a cluster; http://HOST:PORT or https://HOST:PORT/PREFIX is needed")]
    Url(String),
    /// Certificates or keys cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Nobody is there, or nobody who is trusted.
    #[error(
        "cannot connect to {url}; check that it runs, and with HTTPS that --target-ca names its authority"
    )]
    Connect {
        /// The cluster.
        url: String,
        /// Why.
        source: std::io::Error,
    },
    /// The connection ended without an answer.
    #[error("{url} gave no answer")]
    Answer {
        /// The cluster.
        url: String,
        /// Why.
        source: hyper::Error,
    },
}

/// A cluster somewhere else.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    url: String,
    host: String,
    port: u16,
    /// Without a slash at its end.
    prefix: String,
    authority: HeaderValue,
    tls: Option<Arc<ClientConfig>>,
}

impl Target {
    pub(crate) fn new(url: &str, trust: &Trust) -> Result<Self, TargetError> {
        let no_url = || TargetError::Url(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| no_url())?;
        let (secure, usual) = match uri.scheme_str() {
            Some("http") => (false, 80),
            Some("https") => (true, 443),
            _ => return Err(no_url()),
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        let authority = authority.ok_or_else(no_url)?;
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(usual),
            prefix: uri.path().trim_end_matches('/').to_owned(),
            authority: HeaderValue::from_str(authority.as_str()).map_err(|_| no_url())?,
            tls: if secure { Some(Arc::new(trust.config()?)) } else { None },
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Sends a request, whose target is a path below the cluster's own, over a connection of its own.
    pub(crate) async fn send<B>(&self, mut request: Request<B>) -> Result<Response<Incoming>, TargetError>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        *request.uri_mut() = format!("{}{target}", self.prefix)
            .parse()
            .map_err(|_| TargetError::Url(format!("{}{target}", self.url)))?;
        request.headers_mut().insert(HOST, self.authority.clone());
        let failed = |source| TargetError::Connect { url: self.url.clone(), source };
        let late = |_| failed(std::io::ErrorKind::TimedOut.into());
        let connecting = timeout(CONNECT, TcpStream::connect((self.host.as_str(), self.port)));
        let stream = connecting.await.map_err(late)?.map_err(failed)?;
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => self.converse(stream, request).await,
            Some(config) => {
                let name = ServerName::try_from(self.host.clone())
                    .map_err(|_| TargetError::Url(self.url.clone()))?;
                let shaking = TlsConnector::from(Arc::clone(config)).connect(name, stream);
                let stream = timeout(CONNECT, shaking).await.map_err(late)?.map_err(failed)?;
                self.converse(stream, request).await
            }
        }
    }

    async fn converse<S, B>(&self, stream: S, request: Request<B>) -> Result<Response<Incoming>, TargetError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let failed = |source| TargetError::Answer { url: self.url.clone(), source };
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
        tokio::spawn(async move {
            // Its end is the answer's.
            let _ = connection.await;
        });
        sender.send_request(request).await.map_err(failed)
    }
}

impl Trust {
    fn config(&self) -> Result<ClientConfig, TlsError> {
        let anchors = match &self.target_ca {
            Some(file) => TrustAnchors::from_pem_file(file)?,
            None => TrustAnchors::system()?,
        };
        let identity = match (&self.target_cert, &self.target_key) {
            (Some(certificate), Some(key)) => Some(ClientIdentity::from_pem_files(certificate, key)?),
            _ => None,
        };
        client_config(&anchors, identity.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_with_their_prefix() {
        let target = Target::new("http://flink.example:8081/prod/", &Trust::default()).unwrap();
        assert_eq!(
            (target.host.as_str(), target.port, target.prefix.as_str()),
            ("flink.example", 8081, "/prod")
        );
        assert_eq!(Target::new("http://[::1]:9/", &Trust::default()).unwrap().host, "::1");
        for bad in ["flink:8081", "ftp://x", "http://", "http://user:secret@x"] {
            let error = Target::new(bad, &Trust::default()).unwrap_err();
            assert!(error.to_string().contains("is no URL"), "{error}");
        }
    }
}

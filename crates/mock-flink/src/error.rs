//! Why a mock cluster does not start.

use std::io;
use std::net::SocketAddr;

use ops_core::tls::TlsError;

/// Why a mock cluster does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MockError {
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}; choose another port, or 0 for any free one")]
    Bind {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Certificate, key or client certificate authorities do not make a TLS server.
    #[error(
        "the TLS material does not make a server; a certificate chain (leaf first) and its key are needed"
    )]
    Tls(#[source] TlsError),
    /// Clusters that share an address cannot be told apart.
    #[error("clusters that share an address need a path prefix each, and no two the same")]
    Prefixes,
    /// There is no certificate to exchange.
    #[error("the mock serves plain HTTP; give it TLS material when it is built")]
    PlainHttp,
    /// There is no dashboard to serve.
    #[error("{0}; --dashboard needs a Flink home, with lib/flink-dist-VERSION.jar in it")]
    Dashboard(String),
    /// There is no place for uploaded jars.
    #[error("cannot create a temporary directory for uploaded jars; set TMPDIR to a writable directory")]
    Storage(#[source] io::Error),
}

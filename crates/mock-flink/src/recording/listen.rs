//! What the proxy and the replay listen with: plain HTTP, or HTTPS with and without client certificates.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::error::MockError;
use crate::server::http;
use crate::tls::{Identity, TlsMaterial};

/// The pause after a failed accept.
const PAUSE: Duration = Duration::from_millis(20);

const HANDSHAKE: Duration = Duration::from_secs(10);

/// An address that is listened on; nobody is answered yet.
pub(crate) struct Door {
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    url: String,
}

impl Door {
    pub(crate) async fn open(bind: SocketAddr, tls: Option<TlsMaterial>) -> Result<Self, MockError> {
        let failed = |source| MockError::Bind { addr: bind, source };
        let identity = tls.map(Identity::new).transpose().map_err(MockError::Tls)?;
        let listener = TcpListener::bind(bind).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let url = match &identity {
            Some(_) => format!("https://localhost:{}", address.port()),
            None => format!("http://{address}"),
        };
        let acceptor = identity.map(|identity| TlsAcceptor::from(identity.current()));
        Ok(Self { listener, acceptor, url })
    }

    /// Where it is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// Answers whoever comes, until it is dropped.
pub(crate) async fn answer_all<F, R, B>(door: Door, answer: F) -> Infallible
where
    F: Fn(Request<Incoming>) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let Door { listener, acceptor, .. } = door;
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, acceptor.clone(), answer.clone()));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
        }
    }
}

async fn serve<F, R, B>(stream: TcpStream, acceptor: Option<TlsAcceptor>, answer: F)
where
    F: Fn(Request<Incoming>) -> R,
    R: Future<Output = Response<B>>,
    B: Body<Data = Bytes> + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let _ = stream.set_nodelay(true);
    match acceptor {
        None => converse(stream, answer).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                converse(stream, answer).await;
            }
        }
    }
}

async fn converse<F, R, B>(stream: impl AsyncRead + AsyncWrite + Unpin, answer: F)
where
    F: Fn(Request<Incoming>) -> R,
    R: Future<Output = Response<B>>,
    B: Body<Data = Bytes> + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let answer = Arc::new(answer);
    let service = service_fn(|request| {
        let answer = Arc::clone(&answer);
        async move { Ok::<_, Infallible>(answer(request).await) }
    });
    // The connection's errors are the client's.
    let _ = http().serve_connection(TokioIo::new(stream), service).await;
}

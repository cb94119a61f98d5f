//! Accepting connections, with and without TLS. A slow handshake holds up nobody but its own connection.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::plug::Plug;
use super::service::{redirect, respond};
use super::site::Site;
use crate::app::App;
use crate::phase::stopping;

const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
const HEADER_TIMEOUT: Duration = Duration::from_secs(120);

/// The pause after a failed accept: usually the process has run out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// The first byte of every TLS connection.
const TLS_HANDSHAKE: u8 = 0x16;

/// Accepts connections until every cluster is told to stop; then closes them all.
pub(crate) async fn accept(listener: TcpListener, site: Site) {
    let deserted = site.deserted();
    tokio::pin!(deserted);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut deserted => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, site.clone()));
                }
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    connections.shutdown().await;
}

async fn serve(stream: TcpStream, site: Site) {
    // Without this, small answers wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let Some(identity) = &site.first().tls else {
        return converse(Plug::new(stream, Arc::clone(&reset)), reset, site).await;
    };
    let mut first = [0];
    match timeout(HANDSHAKE_TIMEOUT, stream.peek(&mut first)).await {
        Ok(Ok(1)) if first[0] == TLS_HANDSHAKE => {
            let stream = Plug::new(stream, Arc::clone(&reset));
            let acceptor = TlsAcceptor::from(identity.current());
            if let Ok(Ok(stream)) = timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await {
                converse(stream, reset, site).await;
            }
        }
        Ok(Ok(1)) => {
            let service = service_fn(|request| redirect(site.first(), request));
            // The connection's errors are the client's.
            let _ = http().serve_connection(TokioIo::new(stream), service).await;
        }
        _ => {}
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    reset: Arc<AtomicBool>,
    site: Site,
) {
    let service = service_fn(|request| respond(&site, &reset, request));
    let _ = http().serve_connection(TokioIo::new(stream), service).await;
}

pub(crate) fn http() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.auto_date_header(false).timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    builder
}

/// In real time, lets things happen when they are due, not only when somebody looks.
pub(crate) async fn tick(app: Arc<App>) {
    let mut phase = app.stop.subscribe();
    loop {
        let next = {
            let cluster = app.cluster();
            cluster.next_event().map_or(1000, |at| (at - cluster.now()).clamp(1, 1000))
        };
        tokio::select! {
            () = stopping(&mut phase) => break,
            () = sleep(Duration::from_millis(next.unsigned_abs())) => {}
        }
    }
}

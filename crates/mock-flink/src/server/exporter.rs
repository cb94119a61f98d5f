//! The pages for Prometheus: one port for the JobManager and one for each TaskManager, as the configuration of Flink's
//! reporter says, opened and closed as TaskManagers come and go.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::connection::http;
use crate::app::App;
use crate::phase::stopping;
use crate::rest::exported;
use crate::sim::{Process, Reporter};

/// How soon the port of a new TaskManager is open.
const PACE: Duration = Duration::from_millis(25);

/// The pages that are served.
#[derive(Debug)]
pub(crate) struct Exporters {
    host: IpAddr,
    reporter: Reporter,
    open: Vec<Exporter>,
}

/// A process's page. Closed when it is dropped.
#[derive(Debug)]
struct Exporter {
    process: Process,
    /// Where it is; `None` when every port was taken.
    address: Option<SocketAddr>,
    serving: Option<JoinHandle<()>>,
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.serving.iter().for_each(JoinHandle::abort);
    }
}

impl Exporters {
    pub(crate) fn new(host: IpAddr, reporter: Reporter) -> Self {
        Self { host, reporter, open: Vec::new() }
    }

    /// Opens ports for the processes that have none, and closes those of processes that are gone.
    pub(crate) async fn follow(&mut self, app: &Arc<App>) {
        let task_managers = app.cluster().task_manager_ids().into_iter().map(Process::TaskManager);
        let all: Vec<Process> = std::iter::once(Process::JobManager).chain(task_managers).collect();
        self.open.retain(|exporter| all.contains(&exporter.process));
        for process in all {
            if self.open.iter().any(|exporter| exporter.process == process) {
                continue;
            }
            let listener = self.listen().await;
            let address = listener.as_ref().and_then(|listener| listener.local_addr().ok());
            let serving =
                listener.map(|listener| tokio::spawn(serve(listener, Arc::clone(app), process.clone())));
            self.open.push(Exporter { process, address, serving });
        }
        app.exported.store(self.open.iter().map(|open| (open.process.clone(), open.address)).collect());
    }

    /// The first port of the configured ones that is free.
    async fn listen(&self) -> Option<TcpListener> {
        for port in self.reporter.ports() {
            if let Ok(listener) = TcpListener::bind(SocketAddr::new(self.host, port)).await {
                return Some(listener);
            }
        }
        None
    }
}

/// Keeps the ports and the TaskManagers together until the cluster stops.
pub(crate) async fn keep(mut exporters: Exporters, app: Arc<App>) {
    let mut phase = app.stop.subscribe();
    loop {
        tokio::select! {
            () = stopping(&mut phase) => break,
            () = sleep(PACE) => exporters.follow(&app).await,
        }
    }
}

async fn serve(listener: TcpListener, app: Arc<App>, process: Process) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let (app, process) = (Arc::clone(&app), process.clone());
                    connections.spawn(async move {
                        let service = service_fn(|_: Request<Incoming>| answer(&app, &process));
                        // The connection's errors are the client's.
                        let _ = http().serve_connection(TokioIo::new(stream), service).await;
                    });
                }
                Err(_) => sleep(PACE).await,
            },
        }
    }
}

/// Every path leads to the same page, as in Flink.
async fn answer(app: &App, process: &Process) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, page) = match exported(app, process) {
        Some(page) => (StatusCode::OK, page),
        // The process has just gone; so will its port.
        None => (StatusCode::SERVICE_UNAVAILABLE, String::new()),
    };
    let mut response = Response::new(Full::from(page));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

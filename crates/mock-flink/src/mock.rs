//! A mock cluster in this process: building it, steering it, stopping it.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ops_core::ids::{JobId, TaskManagerId};
use ops_core::tls::{TrustAnchors, server_config};
use ops_core::version::FlinkVersion;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::clock::Clock;
use crate::dashboard::Dashboard;
use crate::error::MockError;
use crate::jars::JarStore;
use crate::journal::{Journal, RecordedRequest};
use crate::programs::{Program, Programs};
use crate::server;
use crate::sim::{Cluster, ClusterSpec, JobGraph, Settings};
use crate::storage::DirectoryStore;

/// What a TLS server needs.
pub struct TlsMaterial {
    /// The certificate, then its issuers.
    pub chain: Vec<CertificateDer<'static>>,
    /// The certificate's key.
    pub key: PrivateKeyDer<'static>,
    /// With these, a client has to show a certificate that leads to one of them.
    pub client_anchors: Option<Vec<CertificateDer<'static>>>,
}

impl fmt::Debug for TlsMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsMaterial")
            .field("chain", &self.chain.len())
            .field("client_anchors", &self.client_anchors.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// A running mock cluster. It stops when it is dropped.
pub struct MockFlink {
    app: Arc<App>,
    address: SocketAddr,
    stop: watch::Sender<Phase>,
    tasks: Vec<JoinHandle<()>>,
}

/// Whether the server goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Serving,
    Stopping,
}

/// Resolves when the server is told to stop, or its owner is gone.
pub(crate) async fn stopping(phase: &mut watch::Receiver<Phase>) {
    let _ = phase.wait_for(|phase| *phase == Phase::Stopping).await;
}

impl fmt::Debug for MockFlink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockFlink").field("url", &self.app.url).finish_non_exhaustive()
    }
}

/// What a mock cluster will be.
#[derive(Debug)]
pub struct Builder {
    version: FlinkVersion,
    task_managers: usize,
    slots: Option<usize>,
    configuration: Vec<(String, String)>,
    programs: Programs,
    tls: Option<TlsMaterial>,
    bind: SocketAddr,
    seed: Option<u64>,
    clock: Clock,
    dashboard: Option<PathBuf>,
}

impl Builder {
    /// The version to play; 1.20 by default.
    #[must_use]
    pub fn version(mut self, version: FlinkVersion) -> Self {
        self.version = version;
        self
    }

    /// TaskManagers that are registered from the start; 1 by default.
    #[must_use]
    pub fn task_managers(mut self, count: usize) -> Self {
        self.task_managers = count;
        self
    }

    /// Slots of each TaskManager; `taskmanager.numberOfTaskSlots` by default, or 1.
    #[must_use]
    pub fn slots(mut self, count: usize) -> Self {
        self.slots = Some(count);
        self
    }

    /// The Flink configuration in effect.
    #[must_use]
    pub fn configuration(mut self, entries: impl IntoIterator<Item = (String, String)>) -> Self {
        self.configuration.extend(entries);
        self
    }

    /// Lets an entry class run a program; see [`crate::programs`].
    #[must_use]
    pub fn program(mut self, entry_class: impl Into<String>, program: impl Program + 'static) -> Self {
        self.programs.register(entry_class, program);
        self
    }

    /// Serves HTTPS.
    #[must_use]
    pub fn tls(mut self, material: TlsMaterial) -> Self {
        self.tls = Some(material);
        self
    }

    /// The address to listen on; a free port of 127.0.0.1 by default.
    #[must_use]
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.bind = address;
        self
    }

    /// Changes the jobs of this name that Flink's own client submits: what such a job is made of is read from what
    /// the client sends, but not how long it runs or how it fails.
    #[must_use]
    pub fn submitted(
        mut self,
        job_name: impl Into<String>,
        adjust: impl Fn(&mut JobGraph) + Send + Sync + 'static,
    ) -> Self {
        self.programs.register_job(job_name, adjust);
        self
    }

    /// Serves Flink's own dashboard out of this Flink home, at `/`.
    #[must_use]
    pub fn dashboard(mut self, flink_home: impl Into<PathBuf>) -> Self {
        self.dashboard = Some(flink_home.into());
        self
    }

    /// Makes ids, ports and small delays reproducible; random by default.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Time moves by [`MockFlink::advance`] only, and starts at the beginning of 2026. The system's time by default.
    #[must_use]
    pub fn virtual_time(mut self) -> Self {
        self.clock = Clock::stopped();
        self
    }

    /// Starts to listen, on the current tokio runtime.
    ///
    /// # Errors
    /// When the address is taken, the TLS material does not fit, or there is no place for uploads.
    pub async fn start(self) -> Result<MockFlink, MockError> {
        let tls = match self.tls {
            None => None,
            Some(material) => {
                let anchors = material.client_anchors.map(TrustAnchors::from_der);
                let config = server_config(material.chain, material.key, anchors.as_ref());
                Some(Arc::new(config.map_err(MockError::Tls)?))
            }
        };
        let dashboard =
            self.dashboard.as_deref().map(Dashboard::of).transpose().map_err(MockError::Dashboard)?;
        let bind_error = |source| MockError::Bind { addr: self.bind, source };
        let listener = TcpListener::bind(self.bind).await.map_err(bind_error)?;
        let address = listener.local_addr().map_err(bind_error)?;
        let url = if tls.is_some() {
            format!("https://localhost:{}", address.port())
        } else {
            let host = if address.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address.ip() };
            format!("http://{}", SocketAddr::new(host, address.port()))
        };
        let mut settings = Settings::new(self.version, self.configuration);
        let slots = self
            .slots
            .or_else(|| settings.number(&["taskmanager.numberOfTaskSlots"])?.try_into().ok())
            .unwrap_or(1);
        settings.set_default("taskmanager.numberOfTaskSlots", slots.to_string());
        settings.set_default("jobmanager.rpc.address", "localhost".to_owned());
        settings.set_default("rest.port", address.port().to_string());
        let uploads = settings.text(&["web.tmpdir"]).map_or_else(std::env::temp_dir, PathBuf::from);
        let seed = self.seed.unwrap_or_else(rand::random);
        let started = self.clock.now();
        let mut cluster = Cluster::new(ClusterSpec {
            settings,
            task_managers: self.task_managers,
            slots,
            start: started,
            seed,
            store: Box::new(DirectoryStore::default()),
        });
        let jars = JarStore::new(cluster.fresh_id(), &uploads).map_err(MockError::Storage)?;
        let app = Arc::new(App {
            version: self.version,
            url,
            programs: self.programs,
            journal: Journal::default(),
            clock: self.clock,
            cluster: Mutex::new(cluster),
            jars: Mutex::new(jars),
            dashboard,
            started,
        });
        let (stop, phase) = watch::channel(Phase::Serving);
        let mut tasks =
            vec![tokio::spawn(server::accept(listener, tls, Arc::clone(&app), stop.clone(), phase))];
        if matches!(app.clock, Clock::Real) {
            tasks.push(tokio::spawn(server::tick(Arc::clone(&app), stop.subscribe())));
        }
        Ok(MockFlink { app, address, stop, tasks })
    }
}

impl MockFlink {
    /// A cluster of one TaskManager with one slot, over plain HTTP, in real time, until told otherwise.
    pub fn builder() -> Builder {
        Builder {
            version: FlinkVersion::new(1, 20, 5),
            task_managers: 1,
            slots: None,
            configuration: Vec::new(),
            programs: Programs::default(),
            tls: None,
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: None,
            clock: Clock::Real,
            dashboard: None,
        }
    }

    /// Where it listens: `http://127.0.0.1:PORT`, or `https://localhost:PORT`.
    pub fn url(&self) -> String {
        self.app.url.clone()
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The version it plays.
    pub fn version(&self) -> FlinkVersion {
        self.app.version
    }

    /// The registered TaskManagers.
    pub fn task_managers(&self) -> Vec<TaskManagerId> {
        self.app.cluster().task_manager_ids()
    }

    /// Kills a TaskManager. Whether it was there.
    pub fn lose_task_manager(&self, id: &TaskManagerId) -> bool {
        self.app.cluster().lose_task_manager(id)
    }

    /// Registers another TaskManager.
    pub fn add_task_manager(&self) -> TaskManagerId {
        self.app.cluster().add_task_manager()
    }

    /// Fails a running job with this exception. Whether it was running.
    pub fn fail_job(&self, job: JobId, class: &str, message: &str) -> bool {
        self.app.cluster().fail_job(job, class, message)
    }

    /// Moves a virtual clock, and lets everything happen that is due. Whether the clock is one: real time cannot be moved.
    pub fn advance(&self, by: Duration) -> bool {
        let moved = self.app.clock.advance(by);
        drop(self.app.cluster());
        moved
    }

    /// The latest requests and the status of their answers, oldest first.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.app.journal.all()
    }

    /// Resolves when the cluster was told to shut down over REST.
    pub async fn stopped(&self) {
        stopping(&mut self.stop.subscribe()).await;
    }

    /// Stops listening, closes connections, removes uploaded jars.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(Phase::Stopping);
        for task in self.tasks.drain(..) {
            // A task that was cancelled with its runtime has stopped, too.
            let _ = task.await;
        }
    }
}

impl Drop for MockFlink {
    fn drop(&mut self) {
        self.stop.send_replace(Phase::Stopping);
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

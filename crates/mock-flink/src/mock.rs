//! A mock cluster in this process: building it, steering it, stopping it.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ops_core::ids::{JobId, TaskManagerId};
use ops_core::version::FlinkVersion;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::{App, Exported};
use crate::clock::Clock;
use crate::dashboard::Dashboard;
use crate::error::MockError;
use crate::faults::{Fault, Faults};
use crate::jars::JarStore;
use crate::journal::{Journal, RecordedRequest};
use crate::phase::{Phase, stopping};
use crate::programs::{Program, Programs};
use crate::recipe::Recipe;
use crate::scenario::Scenario;
use crate::server::{self, Exporters, Gate, Site};
use crate::sim::{JobGraph, Sabotage, Settings};
use crate::state::StateError;
use crate::tls::{Identity, TlsMaterial};
use crate::verify::{Expectation, Verdict, Watch};

/// The version that is played unless another is asked for.
const DEFAULT_VERSION: FlinkVersion = FlinkVersion::new(1, 20, 5);

/// A running mock cluster. It stops when it is dropped.
pub struct MockFlink {
    app: Arc<App>,
    address: SocketAddr,
    listening: Arc<Listening>,
    tasks: Vec<JoinHandle<()>>,
}

/// The task that accepts connections, for one cluster or for several.
#[derive(Debug)]
struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for MockFlink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockFlink").field("url", &self.app.url).finish_non_exhaustive()
    }
}

/// What a mock cluster will be.
#[derive(Debug)]
pub struct Builder {
    version: Option<FlinkVersion>,
    task_managers: Option<usize>,
    slots: Option<usize>,
    configuration: Vec<(String, String)>,
    programs: Programs,
    tls: Option<TlsMaterial>,
    bind: SocketAddr,
    seed: Option<u64>,
    clock: Clock,
    dashboard: Option<PathBuf>,
    faults: Vec<Fault>,
    expectations: Vec<Expectation>,
    scenario: Scenario,
    gate: Option<Gate>,
    prefix: String,
}

impl Builder {
    /// The version to play; by default the scenario's, or 1.20.
    #[must_use]
    pub fn version(mut self, version: FlinkVersion) -> Self {
        self.version = Some(version);
        self
    }

    /// TaskManagers that are registered from the start; by default the scenario's, or 1.
    #[must_use]
    pub fn task_managers(mut self, count: usize) -> Self {
        self.task_managers = Some(count);
        self
    }

    /// Slots of each TaskManager; by default the scenario's, or `taskmanager.numberOfTaskSlots`, or 1.
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

    /// Lets an entry class run a program, whatever the scenario says of it; see [`crate::programs`].
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

    /// Makes ids, ports and small delays reproducible; by default the scenario's, or a random one.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Time moves by [`MockFlink::advance`] only, and starts at the beginning of 2026. By default it is the system's, unless
    /// the scenario says otherwise.
    #[must_use]
    pub fn virtual_time(mut self) -> Self {
        self.clock = Clock::stopped();
        self
    }

    /// Lets in who shows this only, as a proxy in front of Flink does; `/mock/…` stays open.
    #[must_use]
    pub fn gate(mut self, gate: Gate) -> Self {
        self.gate = Some(gate);
        self
    }

    /// Answers below this path, as behind a proxy; `/mock/…` is there and where it was.
    #[must_use]
    pub fn path_prefix(mut self, prefix: &str) -> Self {
        let segments = prefix.split('/').filter(|segment| !segment.is_empty());
        self.prefix = segments.flat_map(|segment| ["/", segment]).collect();
        self
    }

    pub(crate) fn has_prefix(&self) -> bool {
        !self.prefix.is_empty()
    }

    /// Plays a scenario. What the builder sets itself comes first, wherever it stands.
    #[must_use]
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        if scenario.cluster.virtual_time {
            self.clock = Clock::stopped();
        }
        self.scenario = scenario;
        self
    }

    /// Lets answers go wrong from the start; [`MockFlink::fault`] does so later.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Expects requests; [`MockFlink::verify`] says whether they came, and so does the mock when it is dropped.
    #[must_use]
    pub fn expect(mut self, expectation: Expectation) -> Self {
        self.expectations.push(expectation);
        self
    }

    /// Starts to listen, on the current tokio runtime.
    ///
    /// # Errors
    /// When the address is taken, the TLS material does not fit, or there is no place for uploads.
    pub async fn start(self) -> Result<MockFlink, MockError> {
        let bind = self.bind;
        let listener = listen(bind).await?;
        let app = self.app(local(&listener, bind)?)?;
        let mut mocks = serve(listener, bind, vec![app]).await?;
        Ok(mocks.remove(0))
    }

    /// Starts several clusters behind the first one's address, each below its own [`Self::path_prefix`], as behind a
    /// proxy; `/mock/…` is below the prefix too. The first one's certificate is shown.
    ///
    /// # Errors
    /// As [`Self::start`], and when there is none, or two have the same prefix, or one has none.
    pub async fn start_together(clusters: Vec<Self>) -> Result<Vec<MockFlink>, MockError> {
        let Some(bind) = clusters.first().map(|first| first.bind) else { return Err(MockError::Prefixes) };
        let mut prefixes: Vec<&str> = clusters.iter().map(|cluster| cluster.prefix.as_str()).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        if prefixes.len() < clusters.len() || prefixes.contains(&"") {
            return Err(MockError::Prefixes);
        }
        let listener = listen(bind).await?;
        let address = local(&listener, bind)?;
        let apps = clusters.into_iter().map(|cluster| cluster.app(address)).collect::<Result<_, _>>()?;
        serve(listener, bind, apps).await
    }

    /// The cluster, that nothing leads to yet.
    fn app(self, address: SocketAddr) -> Result<Arc<App>, MockError> {
        let tls = self.tls.map(Identity::new).transpose().map_err(MockError::Tls)?;
        let dashboard =
            self.dashboard.as_deref().map(Dashboard::of).transpose().map_err(MockError::Dashboard)?;
        let url = if tls.is_some() {
            format!("https://localhost:{}", address.port())
        } else {
            format!("http://{}", reachable(address))
        };
        let Scenario { cluster: described, faults, .. } = &self.scenario;
        let version = self.version.or(described.flink_version).unwrap_or(DEFAULT_VERSION);
        let own = described.configuration.clone().into_iter();
        let mut settings = Settings::new(version, own.chain(self.configuration));
        let slots = self
            .slots
            .or(described.slots)
            .or_else(|| settings.number(&["taskmanager.numberOfTaskSlots"])?.try_into().ok())
            .unwrap_or(1);
        settings.set_default("taskmanager.numberOfTaskSlots", slots.to_string());
        settings.set_default("jobmanager.rpc.address", "localhost".to_owned());
        settings.set_default("rest.port", address.port().to_string());
        let uploads = settings.text(&["web.tmpdir"]).map_or_else(std::env::temp_dir, PathBuf::from);
        let seed = self.seed.or(described.seed).unwrap_or_else(rand::random);
        let started = self.clock.now();
        let mut programs = Programs::default();
        self.scenario.register(&mut programs);
        programs.extend(self.programs);
        let recipe = Recipe {
            settings,
            task_managers: self.task_managers.or(described.task_managers).unwrap_or(1),
            slots,
            seed,
            age: self.scenario.age(),
            incidents: self.scenario.incidents(&programs),
            faults: faults.iter().cloned().chain(self.faults).collect(),
            expectations: self.expectations,
        };
        let mut cluster = recipe.cluster(started);
        let jars = JarStore::new(cluster.fresh_id(), &uploads).map_err(MockError::Storage)?;
        Ok(Arc::new(App {
            version,
            url,
            stop: watch::channel(Phase::Serving).0,
            tls,
            programs,
            journal: Journal::default(),
            faults: Faults::new(recipe.faults.clone(), seed, recipe.start(started)),
            watch: Watch::new(recipe.expectations.clone()),
            recipe,
            gate: self.gate,
            prefix: self.prefix,
            clock: self.clock,
            cluster: Mutex::new(cluster),
            jars: Mutex::new(jars),
            exported: Exported::default(),
            dashboard,
            started,
        }))
    }
}

/// Where clients on this machine reach what listens there.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let host = if address.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address.ip() };
    SocketAddr::new(host, address.port())
}

async fn listen(bind: SocketAddr) -> Result<TcpListener, MockError> {
    TcpListener::bind(bind).await.map_err(|source| MockError::Bind { addr: bind, source })
}

fn local(listener: &TcpListener, bind: SocketAddr) -> Result<SocketAddr, MockError> {
    listener.local_addr().map_err(|source| MockError::Bind { addr: bind, source })
}

/// Answers for these clusters.
async fn serve(
    listener: TcpListener,
    bind: SocketAddr,
    apps: Vec<Arc<App>>,
) -> Result<Vec<MockFlink>, MockError> {
    let address = local(&listener, bind)?;
    let accepting = tokio::spawn(server::accept(listener, Site::new(apps.clone())));
    let listening = Arc::new(Listening(accepting));
    let mut mocks = Vec::new();
    for app in apps {
        let mut tasks = Vec::new();
        if !app.clock.is_virtual() {
            tasks.push(tokio::spawn(server::tick(Arc::clone(&app))));
        }
        let reporter = app.cluster().settings().prometheus();
        if let Some(reporter) = reporter {
            let mut exporters = Exporters::new(address.ip(), reporter);
            exporters.follow(&app).await;
            tasks.push(tokio::spawn(server::keep(exporters, Arc::clone(&app))));
        }
        mocks.push(MockFlink { app, address, listening: Arc::clone(&listening), tasks });
    }
    Ok(mocks)
}

impl MockFlink {
    /// A cluster of one TaskManager with one slot, over plain HTTP, in real time, until told otherwise.
    pub fn builder() -> Builder {
        Builder {
            version: None,
            task_managers: None,
            slots: None,
            configuration: Vec::new(),
            programs: Programs::default(),
            tls: None,
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: None,
            clock: Clock::system(),
            dashboard: None,
            faults: Vec::new(),
            expectations: Vec::new(),
            scenario: Scenario::default(),
            gate: None,
            prefix: String::new(),
        }
    }

    /// Where it answers: `http://127.0.0.1:PORT` or `https://localhost:PORT`, and the prefix of its paths.
    pub fn url(&self) -> String {
        format!("{}{}", self.app.url, self.app.prefix)
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

    /// Lets answers go wrong from now on.
    pub fn fault(&self, fault: Fault) {
        self.app.faults.add(fault, self.app.clock.now());
    }

    /// Ends every fault.
    pub fn clear_faults(&self) {
        self.app.faults.remove(None);
    }

    /// For so long, in the cluster's time, no leader answers: every request gets 503.
    pub fn change_leader(&self, time: Duration) {
        self.app.change_leader(time);
    }

    /// Lets the next checkpoints of a job fail. Whether there is such a job that goes on.
    pub fn fail_checkpoints(&self, job: JobId, count: u32, how: Sabotage) -> bool {
        self.app.cluster().sabotage_checkpoints(job, count, how)
    }

    /// For so long, or from now on, savepoint directories cannot be written.
    pub fn deny_savepoints(&self, time: Option<Duration>) {
        let millis = time.map(|time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
        self.app.cluster().deny_savepoints(millis);
    }

    /// Back to the beginning: the cluster as it was started, with the faults and expectations that it was built with, and
    /// without jars and a journal. The clock goes on.
    pub fn reset(&self) {
        self.app.reset();
    }

    /// Shows another certificate, or asks for other ones, from the next connection on: one that has expired, one of another
    /// authority, one for another host.
    ///
    /// # Errors
    /// The mock serves plain HTTP, or certificate and key do not fit; nothing has changed then.
    pub fn exchange_tls(&self, material: TlsMaterial) -> Result<(), MockError> {
        let identity = self.app.tls.as_ref().ok_or(MockError::PlainHttp)?;
        identity.exchange(material).map_err(MockError::Tls)
    }

    /// The whole state as it is now: jobs, TaskManagers, uploaded jars, and what is yet to happen.
    ///
    /// # Errors
    /// An uploaded jar cannot be read.
    pub fn state(&self) -> Result<Vec<u8>, StateError> {
        self.app.state()
    }

    /// Goes on from a state of this or of another mock, and from its time.
    ///
    /// # Errors
    /// It makes no sense, or is another version's; nothing has changed then.
    pub fn restore(&self, state: &[u8]) -> Result<(), StateError> {
        self.app.restore(state)
    }

    /// Expects requests from now on.
    pub fn expect(&self, expectation: Expectation) {
        self.app.watch.add(expectation);
    }

    /// Whether everything came that was expected so far.
    ///
    /// # Errors
    /// With what did not come as expected, and the requests that are most like it.
    pub fn verify(&self) -> Result<(), Verdict> {
        let verdict = self.app.watch.verdict(&self.app.journal.all());
        if verdict.verified { Ok(()) } else { Err(verdict) }
    }

    /// Resolves when the cluster was told to shut down over REST.
    pub async fn stopped(&self) {
        stopping(&mut self.app.stop.subscribe()).await;
    }

    /// Stops listening, closes connections, removes uploaded jars. Of several clusters behind one address, the last one
    /// that is shut down does so.
    pub async fn shutdown(mut self) {
        self.app.stop.send_replace(Phase::Stopping);
        for task in self.tasks.drain(..) {
            // A task that was cancelled with its runtime has stopped, too.
            let _ = task.await;
        }
        if let Some(Listening(accepting)) = Arc::get_mut(&mut self.listening) {
            let _ = accepting.await;
        }
    }
}

impl Drop for MockFlink {
    /// # Panics
    /// What was expected did not come, and the test has not failed already.
    fn drop(&mut self) {
        self.app.stop.send_replace(Phase::Stopping);
        self.tasks.iter().for_each(JoinHandle::abort);
        if !std::thread::panicking() {
            self.verify().unwrap_or_else(|verdict| panic!("{verdict}"));
        }
    }
}

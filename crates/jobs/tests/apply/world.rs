//! A mock cluster whose clock runs fast, a directory with jars and a journal, and what must hold in them at every moment.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jobs::apply::{Applied, Applier, ApplyError, Event, Pace, Plan, PlanOptions, plan};
use jobs::description::CopyId;
use jobs::journal::{Holder, Intent, Outcome};
use jobs::{Description, Journal};
use mock_flink::programs::{MainError, ProgramCall, default_program};
use mock_flink::sim::{Failure, JobGraph, VertexSpec};
use mock_flink::{MockFlink, Span};
use ops_core::ids::JobId;
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::{RestClient, RestError, RetryPolicy, Timeouts};
use tempfile::TempDir;

/// How far the cluster's clock goes in a millisecond.
const STEP: Duration = Duration::from_millis(40);

pub(crate) struct World {
    pub(crate) mock: MockFlink,
    pub(crate) directory: TempDir,
    attempts: Cell<u32>,
    patience: Cell<Duration>,
}

/// How long an answer is waited for where none is held back: longer than the busiest machine takes.
const PATIENT: Duration = Duration::from_secs(30);

/// How long it is waited for where answers are held back.
const IMPATIENT: Duration = Duration::from_millis(400);

/// What a crash is made of.
pub(crate) struct Crash;

/// A job that shows in its graph which program it is.
fn named(call: &ProgramCall) -> JobGraph {
    let mut graph = JobGraph { name: "orders".to_owned(), ..default_program(call) };
    let operators = ["Source: orders".to_owned(), call.entry_class.clone()];
    graph.vertices[0] = VertexSpec { source_rate: 1000.0, ..VertexSpec::new(operators) };
    graph
}

impl World {
    pub(crate) async fn new(version: &str, configuration: &[(&str, &str)]) -> Self {
        let failing = |after: u64| {
            move |call: &ProgramCall| {
                let failure = Failure {
                    after: Duration::from_millis(after),
                    class: "java.lang.IllegalStateException".to_owned(),
                    message: "broken on purpose".to_owned(),
                };
                Ok::<_, MainError>(JobGraph { failure: Some(failure), ..named(call) })
            }
        };
        let configuration = configuration.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let mock = MockFlink::builder()
            .version(version.parse().unwrap())
            .slots(8)
            .virtual_time()
            .configuration(configuration)
            .program("Good", |call: &ProgramCall| Ok::<_, MainError>(named(call)))
            .program("Better", |call: &ProgramCall| Ok::<_, MainError>(named(call)))
            .program("Fails", failing(5))
            .program("Throws", |_: &ProgramCall| Err::<JobGraph, _>(MainError::new("a.B", "thrown in main")))
            .program("Ends", |call: &ProgramCall| {
                Ok::<_, MainError>(JobGraph {
                    finishes_after: Some(Duration::from_millis(500)),
                    ..named(call)
                })
            })
            .start()
            .await
            .unwrap();
        let world = Self {
            mock,
            directory: TempDir::new().unwrap(),
            attempts: Cell::new(0),
            patience: Cell::new(PATIENT),
        };
        for class in ["Good", "Better", "Fails", "Throws", "Ends"] {
            world.write_jar(class);
        }
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A jar whose main class this is.
    fn write_jar(&self, class: &str) {
        let mut zip = zip::ZipWriter::new(fs::File::create(self.path(&format!("{class}.jar"))).unwrap());
        zip.start_file("META-INF/MANIFEST.MF", zip::write::SimpleFileOptions::default()).unwrap();
        write!(zip, "Manifest-Version: 1.0\nMain-Class: {class}\n").unwrap();
        zip.finish().unwrap();
    }

    /// A description of `orders` with this jar.
    pub(crate) fn describe(&self, class: &str, more: &str) -> Description {
        let text = format!(
            "apiVersion: flinkops/v1\nname: orders\njar: {class}.jar\nsavepoints: s3://bucket/savepoints\n\
             flink: {{execution.checkpointing.interval: 200 ms}}\n\
             health: {{runningFor: 0 ms, within: 10 s}}\n{more}"
        );
        Description::parse(&text, &self.path("orders.yaml")).unwrap()
    }

    pub(crate) fn client(&self) -> RestClient {
        let (ms, answer) = (Duration::from_millis, self.patience.get());
        RestClient::builder(&self.mock.url())
            .retries(RetryPolicy { connection: 1, leader_change: 2, first: ms(1), longest: ms(2) })
            .timeouts(Timeouts { connect: PATIENT, answer, submission: answer })
            .build()
            .unwrap()
    }

    /// Whether answers may be held back from now on.
    pub(crate) fn set_held_back(&self, held_back: bool) {
        self.patience.set(if held_back { IMPATIENT } else { PATIENT });
    }

    /// Opened by a process that is dead when the next one opens it.
    pub(crate) fn journal(&self) -> Journal {
        self.attempts.set(self.attempts.get() + 1);
        let holder = Holder {
            process: u32::MAX,
            started: u64::from(self.attempts.get()),
            ..Holder::this_process("ann")
        };
        Journal::open(&self.path("journal.db"), holder, Timestamp::now).unwrap()
    }

    pub(crate) async fn apply(&self, description: &Description) -> Result<Applied, ApplyError> {
        self.apply_watched(description, &|_| {}, PlanOptions::default()).await
    }

    pub(crate) async fn apply_watched(
        &self,
        description: &Description,
        observe: &(dyn Fn(Event<'_>) + Sync),
        options: PlanOptions,
    ) -> Result<Applied, ApplyError> {
        let (client, journal) = (self.client(), self.journal());
        let applier = applier(&client, &journal, observe, options);
        self.in_time(applier.apply(description)).await
    }

    pub(crate) async fn plan(&self, description: &Description) -> Result<Plan, ApplyError> {
        let (client, journal) = (self.client(), self.journal());
        self.in_time(plan(&client, &journal, description, &PlanOptions::default())).await
    }

    /// Lets the cluster's clock run meanwhile.
    pub(crate) async fn in_time<T>(&self, work: impl Future<Output = T>) -> T {
        let clock = async {
            loop {
                self.mock.advance(STEP);
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            result = work => result,
            () = clock => unreachable!(),
        }
    }

    /// Lets so much time pass for the cluster.
    pub(crate) fn pass(&self, time: Span) {
        self.mock.advance(time.0);
    }

    /// The copies of the job, by start.
    pub(crate) async fn copies(&self) -> Vec<JobSummary> {
        let name = "orders".to_owned().try_into().unwrap();
        let ids = CopyId::of(&name);
        let client = self.client();
        let mut jobs = insist(|| client.jobs_overview()).await.jobs;
        jobs.retain(|job| ids.fingerprint(job.jid).is_some());
        jobs.sort_by_key(|job| job.start_time);
        jobs
    }

    pub(crate) async fn running(&self) -> Vec<JobId> {
        self.copies().await.into_iter().filter(|job| !job.state.is_terminal()).map(|job| job.jid).collect()
    }

    /// The program that a copy runs.
    pub(crate) async fn program_of(&self, job: JobId) -> String {
        let client = self.client();
        let details = insist(|| client.job(job)).await;
        details.vertices[0].name.rsplit(" -> ").next().unwrap().to_owned()
    }

    /// What a copy was restored from, and the savepoint that was taken of it last.
    pub(crate) async fn restored_and_saved(&self, job: JobId) -> [Option<String>; 2] {
        let client = self.client();
        let latest = insist(|| client.checkpoints(job)).await.latest;
        [latest.restored.and_then(|it| it.external_path), latest.savepoint.and_then(|it| it.external_path)]
    }

    /// What must hold at every moment, whatever went wrong.
    pub(crate) async fn assert_sound(&self, told: &dyn Fn() -> String) {
        let copies = self.copies().await;
        for pair in copies.windows(2) {
            let [earlier, later] = pair else { unreachable!() };
            assert!(
                earlier.end_time >= 0 && earlier.end_time <= later.start_time,
                "two copies at once: {earlier:?} {later:?}\n{}",
                told()
            );
        }
        let steps: Vec<_> =
            self.journal().history(None, None).unwrap().into_iter().flat_map(|all| all.steps).collect();
        let is_known = |path: &str| {
            steps.iter().any(|step| {
                let outcome = matches!(&step.outcome, Some(Outcome::Stopped { state: Some(state) }) if state.path == path);
                let intent = matches!(&step.intent, Intent::Stop { directory: Some(directory), .. }
                    if path.starts_with(directory.as_str()));
                outcome || intent
            })
        };
        for copy in &copies {
            let [_, saved] = self.restored_and_saved(copy.jid).await;
            if let Some(path) = saved {
                assert!(is_known(&path), "{path} is forgotten\n{}", told());
            }
            let submitted = steps
                .iter()
                .any(|step| matches!(&step.intent, Intent::Submit { job, .. } if *job == copy.jid));
            assert!(submitted, "{} was never meant\n{}", copy.jid, told());
        }
    }
}

/// Asks until no fault meets the question: who looks on is not who is tested.
async fn insist<T, F: Future<Output = Result<T, RestError>>>(ask: impl Fn() -> F) -> T {
    for _ in 0..20 {
        if let Ok(answer) = ask().await {
            return answer;
        }
    }
    ask().await.unwrap()
}

pub(crate) fn applier<'a>(
    client: &'a RestClient,
    journal: &'a Journal,
    observe: &'a (dyn Fn(Event<'_>) + Sync),
    options: PlanOptions,
) -> Applier<'a> {
    let ms = Duration::from_millis;
    let pace = Pace { stop: ms(4000), unreachable: ms(1500), stale: ms(2), shortest: ms(1), longest: ms(10) };
    let options = PlanOptions { stale: Some(pace.stale), ..options };
    Applier { client, journal, pace, options, environment: &|_| None, progress: &|_| None, observe }
}

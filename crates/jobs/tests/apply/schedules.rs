//! Faults at any request and crashes at any moment, by thousands of generated schedules.
//!
//! A schedule: the version of Flink, what the job is upgraded to, what goes wrong with which requests, and when the process
//! dies. Every attempt goes on where the one before ended; the last ones meet no faults. After every attempt, and at every crash, no two
//! copies have run at once, and the journal knows every savepoint and every copy.

use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jobs::apply::{ApplyError, Event, PlanOptions};
use jobs::journal::End;
use mock_flink::{Action, Fault, Latency, Span, When};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::world::{Crash, World};

/// Generated schedules in an ordinary run, after those that try every request and every step one by one.
/// `FLINKOPS_APPLY_SCHEDULES` asks for another number of all.
const SCHEDULES: u64 = 2000;

/// Worlds at once: they mostly wait.
const AT_ONCE: u64 = 8;

/// Attempts, the last half of them without faults.
const ATTEMPTS: u32 = 10;

/// Where jobs are submitted.
const RUN: &str = "POST /jars/*/run";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    /// Another jar, with a savepoint.
    Better,
    /// Another jar, from a retained checkpoint.
    LastState,
    /// A jar whose tasks fail.
    Fails,
    /// A jar whose main method throws.
    Throws,
    /// Savepoints cannot be written for a while.
    Denied,
}

#[derive(Debug)]
struct Schedule {
    version: &'static str,
    change: Change,
    /// Which requests, the number among them, and what happens to it.
    faults: Vec<(&'static str, u64, Action)>,
    /// Numbers of events, for one attempt each.
    crashes: Vec<u32>,
    /// Numbers of requests, for one attempt each: it dies while the answer is under way.
    deaths: Vec<usize>,
}

/// Everything that can happen to one request.
fn mishaps() -> [Action; 8] {
    let ms = |millis| Span(Duration::from_millis(millis));
    [
        Action::Reset { in_body: false },
        Action::Reset { in_body: true },
        Action::Status { code: 500, body: None },
        Action::Status { code: 502, body: None },
        Action::LeaderChange,
        Action::Malformed,
        Action::Late { by: ms(20) },
        Action::Latency(Latency::Fixed(ms(600))),
    ]
}

fn action(random: &mut StdRng) -> Action {
    match random.random_range(0..11) {
        0 | 1 => Action::Reset { in_body: false },
        2 | 3 => Action::Reset { in_body: true },
        4 => Action::Status { code: 500, body: None },
        5 => Action::Status { code: 502, body: None },
        6 => Action::LeaderChange,
        7 => Action::Malformed,
        8 | 9 => Action::Late { by: Span(Duration::from_millis(random.random_range(1..80))) },
        _ => Action::Latency(Latency::Fixed(Span(Duration::from_millis(600)))),
    }
}

/// More requests than an upgrade takes that is rolled back; how many that is depends on how often it has to look.
const REQUESTS: u64 = 60;

/// The events of an upgrade that is rolled back: eight steps, each begun, done and concluded.
const EVENTS: u32 = 24;

impl Schedule {
    /// One mishap at every single request, one crash at every single event, one death in the midst of every single request.
    fn one_by_one() -> Vec<Self> {
        let plain = |change| Self {
            version: "1.20",
            change,
            faults: Vec::new(),
            crashes: Vec::new(),
            deaths: Vec::new(),
        };
        let mut all = Vec::new();
        for nth in 1..=REQUESTS {
            for mishap in mishaps() {
                let change = if nth % 3 == 0 { Change::Fails } else { Change::Better };
                all.push(Self { faults: vec![("/**", nth, mishap)], ..plain(change) });
            }
            all.push(Self { deaths: vec![nth as usize], ..plain(Change::Better) });
        }
        for nth in 1..=EVENTS {
            all.push(Self { crashes: vec![nth], ..plain(Change::Fails) });
            if nth <= EVENTS / 2 {
                all.push(Self { crashes: vec![nth], ..plain(Change::Better) });
            }
        }
        all
    }

    fn seeded(seed: u64) -> Self {
        let random = &mut StdRng::seed_from_u64(seed);
        let changes = [
            Change::Better,
            Change::Better,
            Change::LastState,
            Change::Fails,
            Change::Throws,
            Change::Denied,
        ];
        let mut faults: Vec<_> = (0..random.random_range(0..4))
            .map(|_| match random.random_bool(0.5) {
                true => ("/**", random.random_range(1..70), action(random)),
                false => ("POST /**", random.random_range(1..10), action(random)),
            })
            .collect();
        // A submission that comes when it has been given up for something that went wrong since.
        if random.random_bool(0.2) {
            let late = Action::Late { by: Span(Duration::from_millis(random.random_range(1..120))) };
            let refused = || Action::Status { code: 500, body: None };
            let all = [late, refused(), refused(), refused()];
            faults.extend((1..).zip(all).map(|(nth, action)| (RUN, nth, action)));
        }
        let crashes = (0..random.random_range(0..3)).map(|_| random.random_range(1..18)).collect();
        let deaths = (0..random.random_range(0..3)).map(|_| random.random_range(1..60)).collect();
        Self {
            version: ["1.18", "1.20", "2.3"][random.random_range(0..3)],
            change: changes[random.random_range(0..changes.len())],
            faults,
            crashes,
            deaths,
        }
    }

    /// Whether an answer comes later than a client waits.
    fn holds_back(&self) -> bool {
        self.faults.iter().any(|(_, _, action)| matches!(action, Action::Latency(_)))
    }

    async fn run(&self, seed: u64) {
        let retained =
            ("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        let world = World::new(
            self.version,
            &[
                retained,
                ("execution.checkpointing.dir", "s3://bucket/checkpoints"),
                ("state.checkpoints.dir", "s3://bucket/checkpoints"),
            ],
        )
        .await;
        let before = world.describe("Good", "");
        let applied = world.apply(&before).await.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert!(applied.is_done(), "seed {seed}: {applied:?}");
        let old = applied.job_id.unwrap();
        world.pass(Span(Duration::from_secs(1)));
        if self.change == Change::Denied {
            world.mock.deny_savepoints(Some(Duration::from_secs(3)));
        }
        let after = match self.change {
            Change::Better | Change::Denied => world.describe("Better", ""),
            Change::LastState => world.describe("Better", "upgrade: last-state\n"),
            Change::Fails => world.describe("Fails", ""),
            Change::Throws => world.describe("Throws", ""),
        };
        let so_far = world.mock.requests().len() as u64;
        for (on, nth, action) in &self.faults {
            world.mock.fault(Fault::new(on.parse().unwrap(), action.clone()).when(When::Nth(*nth)));
        }
        let told = Mutex::new(Vec::<String>::new());
        let story = || format!("seed {seed}: {self:?}\n{}", told.lock().unwrap().join("\n"));
        let mut ended = None;
        for attempt in 0..ATTEMPTS {
            if attempt == ATTEMPTS / 2 {
                world.mock.clear_faults();
            }
            world.set_held_back(attempt < ATTEMPTS / 2 && self.holds_back());
            let events = AtomicU32::new(0);
            let crash = self.crashes.get(attempt as usize).copied();
            let observe = |event: Event<'_>| {
                told.lock().unwrap().push(format!("{attempt}: {event:?}"));
                if Some(events.fetch_add(1, Ordering::Relaxed) + 1) == crash {
                    std::panic::panic_any(Crash);
                }
            };
            let death = self.deaths.get(attempt as usize).map(|nth| so_far as usize + nth);
            let died = async {
                let Some(death) = death else { return std::future::pending().await };
                while world.mock.requests().len() < death {
                    tokio::time::sleep(Duration::from_micros(300)).await;
                }
            };
            let work = world.apply_watched(&after, &observe, PlanOptions::default());
            let work = Caught(AssertUnwindSafe(Box::pin(work)));
            let result = tokio::select! {
                result = work => result,
                () = died => Err(None),
            };
            world.assert_sound(&story).await;
            match result {
                Ok(Ok(applied)) => {
                    told.lock().unwrap().push(format!("{attempt}: {applied:?}"));
                    // A copy that was left because of what went wrong on the way is tried again.
                    let rolled_back = matches!(applied.end, Some(End::RolledBack { .. }));
                    if rolled_back || applied.is_done() {
                        let program = world.program_of(world.running().await[0]).await;
                        assert_eq!(program, if rolled_back { "Good" } else { "Better" }, "{}", story());
                    }
                    ended = Some(applied.clone());
                    if applied.is_done() || (rolled_back && self.change == Change::Fails) {
                        break;
                    }
                    world.pass(Span(Duration::from_secs(4)));
                }
                Ok(Err(error)) => {
                    told.lock().unwrap().push(format!("{attempt}: {error}"));
                    assert!(!matches!(error, ApplyError::SeveralCopies { .. }), "{}", story());
                }
                Err(_) => told.lock().unwrap().push(format!("{attempt}: crash")),
            }
        }
        let Some(ended) = ended else { panic!("it never ended\n{}", story()) };
        // Where nothing else went wrong, the first attempt came to the event at which it was to die.
        let events = match self.change {
            Change::Fails => EVENTS,
            Change::Better => EVENTS / 2,
            _ => 0,
        };
        if self.faults.is_empty()
            && self.deaths.is_empty()
            && self.crashes.first().is_some_and(|nth| *nth <= events)
        {
            assert!(
                told.lock().unwrap().iter().any(|line| line == "0: crash"),
                "it did not die\n{}",
                story()
            );
        }
        let running = world.running().await;
        assert_eq!(running.len(), 1, "{}", story());
        let copies = world.copies().await;
        match self.change {
            Change::Throws => {
                assert!(
                    matches!(ended.end, Some(End::Failed { .. } | End::RolledBack { .. })),
                    "{}",
                    story()
                );
            }
            Change::Fails => assert!(matches!(ended.end, Some(End::RolledBack { .. })), "{}", story()),
            _ => assert!(ended.is_done(), "{}", story()),
        }
        // Whatever runs now goes on from where the old copy ended.
        if running[0] != old {
            let [_, saved] = world.restored_and_saved(old).await;
            let [restored, _] = world.restored_and_saved(running[0]).await;
            assert!(restored.is_some(), "it began with nothing: {copies:#?}\n{}", story());
            let direct = copies.len() == 2 || matches!(ended.end, Some(End::RolledBack { .. }));
            if direct && self.change != Change::LastState && copies.len() <= 3 {
                assert!(saved.is_some() && restored == saved, "{restored:?} {saved:?}\n{}", story());
            }
        }
    }
}

/// A future whose panics are results.
struct Caught<F>(AssertUnwindSafe<std::pin::Pin<Box<F>>>);

impl<F: Future> Future for Caught<F> {
    type Output = Result<F::Output, Option<Crash>>;

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        let future = self.0.as_mut();
        match std::panic::catch_unwind(AssertUnwindSafe(|| future.poll(context))) {
            Ok(std::task::Poll::Ready(output)) => std::task::Poll::Ready(Ok(output)),
            Ok(std::task::Poll::Pending) => std::task::Poll::Pending,
            Err(panic) => match panic.downcast::<Crash>() {
                Ok(crash) => std::task::Poll::Ready(Err(Some(*crash))),
                Err(other) => std::panic::resume_unwind(other),
            },
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the number of schedules is given from outside")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn never_two_copies_and_never_a_forgotten_savepoint() {
    // Crashes on purpose are not worth a message each.
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !info.payload().is::<Crash>() {
            usual(info);
        }
    }));
    let one_by_one = Schedule::one_by_one();
    let run = |seed: u64| match one_by_one.get(seed as usize) {
        Some(schedule) => (None, Some(schedule)),
        None => (Some(Schedule::seeded(seed)), None),
    };
    let first = number("FLINKOPS_APPLY_SEED").unwrap_or(0);
    let count = number("FLINKOPS_APPLY_SCHEDULES").unwrap_or(one_by_one.len() as u64 + SCHEDULES);
    let next = std::sync::atomic::AtomicU64::new(first);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        break;
                    }
                    let (seeded, listed) = run(seed);
                    runtime.block_on(listed.or(seeded.as_ref()).unwrap().run(seed));
                }
            });
        }
    });
}

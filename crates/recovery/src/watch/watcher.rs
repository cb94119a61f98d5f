//! The loop.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jobs::apply::{Applied, ApplyError, Event as Step, Pace, PlanOptions};
use jobs::description::JobName;
use jobs::journal::{End, JournalError, State};
use jobs::{Applier, Description, Journal};
use ops_core::ids::JobId;
use ops_core::rest::RestClient;

use super::decide::{Decision, Origin, decide, origin, remember, starting};
use super::event::{Event, What};
use super::memory::{Memory, MemoryError};
use super::observe::{Observation, observe};
use super::policy::Policy;
use super::status::{Phase, Status};
use crate::state::candidates;

/// Keeps described jobs running.
pub struct Watcher<'a> {
    /// The cluster.
    pub client: &'a RestClient,
    /// Where every step is written down, and who watches what.
    pub journal: &'a Journal,
    /// How eager.
    pub policy: Policy,
    /// Where it remembers.
    pub memory: Memory,
    /// What it shows of itself.
    pub status: &'a Mutex<Status>,
    /// The clock.
    pub now: fn() -> Timestamp,
    /// Looks up environment variables, for secrets of descriptions.
    pub environment: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// Is told of what happens.
    pub tell: &'a (dyn Fn(Event) + Sync),
}

/// Why a watcher ends.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// What must not be forgotten cannot be kept.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// The journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl Watcher<'_> {
    /// Watches for ever.
    ///
    /// # Errors
    /// What must not be forgotten cannot be kept, from the first look on. Later it is told, and tried again: nothing is done
    /// meanwhile that could not be remembered.
    pub async fn run(&self, described: &[Description]) -> Result<(), WatchError> {
        let jobs = described.iter().map(|description| self.keep(description));
        futures_util::future::try_join_all(jobs).await.map(drop)
    }

    /// Gives the leases back.
    pub fn release(&self, described: &[Description]) {
        for description in described {
            if let Err(error) = self.journal.unwatch(self.client.url(), &description.name) {
                tracing::debug!(%error, "the lease is kept until it is seen that this process is gone");
            }
        }
    }

    async fn keep(&self, description: &Description) -> Result<(), WatchError> {
        let name = &description.name;
        let mut told = Told::default();
        let mut pause = self.policy.interval;
        let mut began = false;
        loop {
            self.status(|status| status.alive = Some((self.now)()));
            match self.pass(description, &mut told).await {
                Ok(reached) => {
                    began = true;
                    // A cluster that is away is asked less and less often.
                    pause = match reached {
                        true => self.policy.interval,
                        false => (pause * 2).min(self.policy.interval.max(Duration::from_secs(30))),
                    };
                }
                // A disk that is full for a minute must not end what keeps jobs running. Nothing is done meanwhile.
                Err(error) if began => {
                    self.show(name, Phase::Unknown, &error.to_string());
                    told.say(
                        self,
                        name,
                        None,
                        What::Failed,
                        format!("nothing is done until this is mended: {error}"),
                    );
                }
                Err(error) => return Err(error),
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// One look, by whoever has the lease. Whether the cluster answered, or did not have to.
    async fn pass(&self, description: &Description, told: &mut Told) -> Result<bool, WatchError> {
        let name = &description.name;
        match self.journal.watch(self.client.url(), name) {
            Ok(()) => self.look(description, told).await,
            Err(error @ JournalError::Busy { .. }) => {
                self.show(name, Phase::Waiting, &error.to_string());
                told.say(self, name, None, What::Waiting, format!("another watcher has it: {error}"));
                Ok(true)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// One look, and what follows from it. Whether the cluster answered.
    async fn look(&self, description: &Description, told: &mut Told) -> Result<bool, WatchError> {
        let name = &description.name;
        let seen = match observe(self.client, name).await {
            Ok(seen) => seen,
            Err(error) => {
                self.status(|status| status.reachable = false);
                self.show(name, Phase::Unknown, &error.to_string());
                told.say(self, name, None, What::Waiting, format!("the cluster does not answer: {error}"));
                self.memory.change(name, |memory| {
                    memory.down_since.get_or_insert((self.now)());
                })?;
                return Ok(false);
            }
        };
        let now = (self.now)();
        self.status(|status| (status.reachable, status.looked) = (true, Some(now)));
        let was_down = self.memory.recall(name)?.down_since;
        self.memory.change(name, |memory| remember(memory, &seen, &self.policy, now))?;
        let memory = self.memory.recall(name)?;
        let decision = decide(&memory, &seen, &self.policy, now);
        let copy = seen.live.as_ref().or(seen.ended.as_ref()).map(|copy| copy.id);
        if !matches!(decision, Decision::Runs) {
            self.memory.change(name, |memory| {
                memory.down_since.get_or_insert(now);
            })?;
        }
        match decision {
            Decision::Runs => {
                let recovery = was_down.map(|down| seconds(down, now)).filter(|_| memory.copy.is_some());
                let message = match recovery {
                    Some(took) => format!("it runs; for {took:.1} s it was not seen to"),
                    None => "it runs".to_owned(),
                };
                self.status(|status| {
                    if let Some(took) = recovery {
                        status.jobs.entry(name.clone()).or_default().last_recovery = Some(took);
                    }
                });
                self.show(name, Phase::Running, "");
                told.say(self, name, copy, What::Running, message);
            }
            Decision::Starts => {
                self.show(name, Phase::Starting, "Flink is starting it");
                told.say(self, name, copy, What::Down, "not all of its tasks run; Flink is at it".to_owned());
            }
            Decision::Wait(why) => {
                self.show(name, Phase::Waiting, &why);
                told.say(self, name, copy, What::Waiting, why);
            }
            Decision::Stays(why) => {
                self.memory.change(name, |memory| memory.stays = Some(why.clone()))?;
                self.show(name, Phase::Stays, &why);
                told.say(self, name, copy, What::Stays, format!("{why}; it stays so"));
            }
            Decision::GivenUp(why) => self.give_up(name, copy, why, told)?,
            Decision::Start { why } => self.start(description, &seen, why, told).await?,
        }
        Ok(true)
    }

    /// Starts it from the newest state that can be used.
    async fn start(
        &self,
        description: &Description,
        seen: &Observation,
        why: String,
        told: &mut Told,
    ) -> Result<(), WatchError> {
        let name = &description.name;
        let memory = self.memory.recall(name)?;
        let copy = seen.ended.as_ref().map(|copy| copy.id);
        told.say(self, name, copy, What::Down, why.clone());
        let mut known: Vec<String> = memory.states.iter().map(|state| state.path.clone()).collect();
        let before =
            seen.ended.as_ref().and_then(|copy| copy.left.restored.as_ref()).or(memory.origin.as_ref());
        known.extend(before.map(|state| state.path.clone()));
        if known.is_empty() {
            let journal = self.journal.known(self.client.url(), name)?;
            known.extend(journal.state.map(|state| state.path));
        }
        // The first copy was lost before it had state of its own.
        if known.is_empty() && memory.copy.is_some() {
            known.extend(description.restore.from.clone());
        }
        // Reading metadata of many files is work, and the other jobs wait for none of it.
        let found = tokio::task::spawn_blocking(move || candidates(&known)).await.unwrap_or_default();
        let from = match origin(&memory, seen, &found, &self.policy) {
            Origin::From(state) => Some(state),
            Origin::Nothing => None,
            Origin::Lost(why) => return self.give_up(name, copy, why, told),
        };
        let newest = found.iter().find(|one| one.is_usable()).map(|one| one.path.as_str());
        let falls_back = from.as_ref().is_some_and(|from| Some(from.path.as_str()) != newest);
        self.memory.change(name, |memory| starting(memory, from.as_ref(), &self.policy, (self.now)()))?;
        self.status(|status| {
            let job = status.jobs.entry(name.clone()).or_default();
            job.restarts += 1;
            job.fallbacks += u64::from(falls_back);
        });
        let state = from.as_ref().map_or("with nothing".to_owned(), |state| format!("from {}", state.path));
        let what = if falls_back { What::FallingBack } else { What::Restarting };
        self.show(name, Phase::Starting, &format!("it is started {state}"));
        told.say(self, name, copy, what, format!("{why}: it is started {state}"));
        let ever_seen = memory.copy.is_some() || seen.ended.is_some();
        match self.apply(description, from, ever_seen).await {
            Ok(Applied { end: None | Some(End::Done), .. }) => {}
            Ok(Applied { end: Some(End::Failed { why } | End::RolledBack { why }), job_id, .. }) => {
                self.blame(name, job_id)?;
                told.say(self, name, job_id, What::Failed, why);
            }
            Err(ApplyError::Journal(error @ JournalError::Busy { .. })) => {
                told.say(self, name, None, What::Waiting, error.to_string());
            }
            Err(error) => told.say(self, name, None, What::Failed, error.to_string()),
        }
        Ok(())
    }

    /// A copy that was refused counts against what it was to start from: it is never seen.
    fn blame(&self, name: &JobName, copy: Option<JobId>) -> Result<(), WatchError> {
        self.memory.change(name, |memory| {
            if copy.is_none()
                && let Some(origin) = memory.origin.clone()
            {
                *memory.failures.entry(origin.path).or_default() += 1;
            }
        })?;
        Ok(())
    }

    /// By `job apply`, which decides by itself what a job that was never seen begins with.
    async fn apply(
        &self,
        description: &Description,
        from: Option<State>,
        ever_seen: bool,
    ) -> Result<Applied, ApplyError> {
        let nothing = from.is_none() && ever_seen;
        let options = PlanOptions {
            adopt: false,
            from: nothing.then(|| "none".to_owned()),
            origin: from,
            ..PlanOptions::default()
        };
        let applier = Applier {
            client: self.client,
            journal: self.journal,
            pace: Pace::default(),
            options,
            environment: self.environment,
            progress: &|_| None,
            observe: &|_: Step<'_>| {},
        };
        let signs = async {
            loop {
                tokio::time::sleep(self.policy.interval).await;
                self.status(|status| status.alive = Some((self.now)()));
                if let Err(error) = self.journal.watch(self.client.url(), &description.name) {
                    tracing::debug!(%error, "no sign of life");
                }
            }
        };
        tokio::select! {
            result = applier.apply(description) => result,
            () = signs => unreachable!("signs are given for ever"),
        }
    }

    fn give_up(
        &self,
        name: &JobName,
        copy: Option<JobId>,
        why: String,
        told: &mut Told,
    ) -> Result<(), WatchError> {
        self.memory.change(name, |memory| memory.given_up = Some(why.clone()))?;
        self.show(name, Phase::GivenUp, &why);
        told.say(
            self,
            name,
            copy,
            What::GivenUp,
            format!("{why}; start it by hand: flinkops recover plan {name}"),
        );
        Ok(())
    }

    fn show(&self, name: &JobName, phase: Phase, why: &str) {
        let memory = self.memory.recall(name).unwrap_or_default();
        let state = memory.states.first().map(|state| state.path.clone());
        self.status(|status| {
            let job = status.jobs.entry(name.clone()).or_default();
            (job.phase, job.why, job.state) = (phase, why.to_owned(), state);
        });
    }

    fn status(&self, change: impl FnOnce(&mut Status)) {
        change(&mut self.status.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// What was told last of a job: the same is not told again and again.
#[derive(Default)]
struct Told(Option<(What, String)>);

impl Told {
    fn say(
        &mut self,
        watcher: &Watcher<'_>,
        name: &JobName,
        copy: Option<JobId>,
        what: What,
        message: String,
    ) {
        let same = match (&self.0, what) {
            // Seconds and ids change from look to look.
            (Some((last, _)), What::Waiting | What::Running | What::Down) => *last == what,
            (Some((last, text)), _) => *last == what && *text == message,
            (None, _) => false,
        };
        if same {
            return;
        }
        self.0 = Some((what, message.clone()));
        let cluster = watcher.client.url().to_owned();
        let at = (watcher.now)();
        (watcher.tell)(Event { at, cluster, job: name.clone(), job_id: copy, event: what, message });
    }
}

fn seconds(then: Timestamp, now: Timestamp) -> f64 {
    (now.as_millisecond() - then.as_millisecond()) as f64 / 1000.0
}

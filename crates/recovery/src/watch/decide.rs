//! What is to be done, from what was seen and what is remembered.

use std::time::Duration;

use jiff::Timestamp;
use jobs::journal::{State, StateKind};
use ops_core::rest::wire::state::JobStatus;

use super::memory::JobMemory;
use super::observe::{Copy, Observation};
use super::policy::Policy;
use crate::state::Candidate;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing: it runs.
    Runs,
    /// Nothing: Flink is at it.
    Starts,
    /// Nothing for now.
    Wait(String),
    /// Nothing: it is to stay as it is.
    Stays(String),
    /// It is started (again).
    Start {
        /// Why.
        why: String,
    },
    /// Nothing more is tried.
    GivenUp(String),
}

/// Takes down what must not be forgotten. Called with every look, before anything is decided.
pub(super) fn remember(memory: &mut JobMemory, seen: &Observation, policy: &Policy, now: Timestamp) {
    if let Some(live) = &seen.live {
        if memory.copy != Some(live.id) {
            memory.copy = Some(live.id);
            (memory.stays, memory.given_up) = (None, None);
        }
        memory.completed = live.left.completed;
        if let Some(state) = live.left.state.as_ref() {
            memory.learn(state);
            // It works: whatever failed from its origin before was not the origin's fault.
            if let Some(origin) = &memory.origin {
                memory.failures.remove(&origin.path);
            }
        }
        if live.runs {
            memory.down_since = None;
            let up = *memory.up_since.get_or_insert(now);
            if since(up, now) >= policy.settled_after {
                (memory.in_a_row, memory.not_before) = (0, None);
            }
        } else {
            memory.up_since = None;
        }
        return;
    }
    memory.up_since = None;
    if let Some(ended) = &seen.ended {
        if let Some(state) = &ended.left.state {
            memory.learn(state);
        }
        if ended.status == JobStatus::Failed && memory.counted != Some(ended.id) {
            memory.counted = Some(ended.id);
            let blamed = !ended.left.completed && !ended.blameless;
            if let Some(origin) = memory.origin.as_ref().filter(|_| blamed) {
                *memory.failures.entry(origin.path.clone()).or_default() += 1;
            }
        }
    }
    let within = |at: &Timestamp| since(*at, now) < policy.window;
    memory.restarts.retain(within);
}

/// What is to be done about it.
pub(super) fn decide(memory: &JobMemory, seen: &Observation, policy: &Policy, now: Timestamp) -> Decision {
    if seen.several {
        let why = "several copies of it go on; cancel all but one: flinkops job list";
        return Decision::Wait(why.to_owned());
    }
    if let Some(live) = &seen.live {
        return if live.runs { Decision::Runs } else { Decision::Starts };
    }
    if let Some(other) = seen.namesake {
        return Decision::Wait(format!("{other}, which is no copy of it, goes on under its name"));
    }
    if let Some(why) = &memory.stays {
        return Decision::Stays(why.clone());
    }
    let why = match &seen.ended {
        Some(ended) => match stays(ended) {
            Some(why) => return Decision::Stays(why),
            None => format!("{} is {}", ended.id, ended.status),
        },
        None => match memory.copy {
            Some(copy) => format!("{copy} is gone from the cluster"),
            None => "it was never started".to_owned(),
        },
    };
    if let Some(why) = &memory.given_up {
        return Decision::GivenUp(why.clone());
    }
    if memory.restarts.len() >= policy.budget {
        return Decision::Wait(format!(
            "{why}; it was started again {} times within {} min, which is all that the budget allows",
            memory.restarts.len(),
            policy.window.as_secs() / 60
        ));
    }
    if let Some(at) = memory.not_before.filter(|at| *at > now) {
        let seconds = since(now, at).as_secs() + 1;
        return Decision::Wait(format!("{why}; it is started again in {seconds} s"));
    }
    Decision::Start { why }
}

/// Why a copy that ended is to stay so; `None` where it failed.
fn stays(ended: &Copy) -> Option<String> {
    match ended.status {
        JobStatus::Canceled => Some(format!("{} was cancelled by somebody", ended.id)),
        JobStatus::Finished if ended.left.stopped => {
            Some(format!("{} was stopped with a savepoint by somebody", ended.id))
        }
        JobStatus::Finished => Some(format!("{} came to its end", ended.id)),
        _ => None,
    }
}

/// What a job is to go on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// This state.
    From(State),
    /// Nothing: it never had any.
    Nothing,
    /// Nothing is left that could be used.
    Lost(String),
}

/// The newest state that is whole and has not failed too often.
pub(super) fn origin(memory: &JobMemory, seen: &Observation, found: &[Candidate], policy: &Policy) -> Origin {
    if found.is_empty() {
        // A copy that completed one and left none: to begin with nothing would lose it.
        let completed = match &seen.ended {
            Some(ended) => ended.left.completed,
            None => memory.completed,
        };
        return match completed {
            false => Origin::Nothing,
            true => Origin::Lost("it had checkpoints, and none was retained: they were in the JobManager's memory, or deleted with it".to_owned()),
        };
    }
    let tired = |one: &&Candidate| {
        memory.failures.get(&one.path).is_some_and(|failures| *failures >= policy.attempts)
    };
    let usable: Vec<&Candidate> = found.iter().filter(|one| one.is_usable()).collect();
    let older = usable.iter().filter(|one| tired(one)).count();
    if older > policy.fallbacks {
        return Origin::Lost(format!("it failed from {older} states, each {} times", policy.attempts));
    }
    match usable.iter().find(|one| !tired(one)) {
        Some(one) => {
            let known = memory.states.iter().find(|state| state.path == one.path);
            let kind = known.map_or(StateKind::Checkpoint, |state| state.kind);
            Origin::From(State::new(kind, one.path.clone()))
        }
        None if usable.is_empty() => {
            let why = found.iter().find_map(|one| one.why.clone()).unwrap_or_default();
            Origin::Lost(format!("none of its {} states can be used; the newest: {why}", found.len()))
        }
        None => Origin::Lost(format!("it failed from all of its {} states", usable.len())),
    }
}

/// Takes down that it is being started; before it is.
pub(super) fn starting(memory: &mut JobMemory, from: Option<&State>, policy: &Policy, now: Timestamp) {
    memory.origin = from.cloned();
    memory.restarts.push(now);
    memory.in_a_row = memory.in_a_row.saturating_add(1);
    let pause = policy.pause(memory.in_a_row);
    memory.not_before = Timestamp::from_millisecond(
        now.as_millisecond() + i64::try_from(pause.as_millis()).unwrap_or(i64::MAX / 4),
    )
    .ok();
}

fn since(then: Timestamp, now: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(now.as_millisecond() - then.as_millisecond()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use jobs::apply::Left;
    use ops_core::ids::JobId;

    use super::*;
    use crate::state::Verdict;

    const POLICY: Policy = Policy {
        interval: Duration::from_secs(1),
        first_pause: Duration::from_secs(5),
        longest_pause: Duration::from_secs(60),
        settled_after: Duration::from_secs(600),
        budget: 4,
        window: Duration::from_secs(3600),
        attempts: 2,
        fallbacks: 2,
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    fn checkpoint(number: u32) -> State {
        State::new(StateKind::Checkpoint, format!("s3://b/chk-{number}"))
    }

    fn copy(id: u128, status: JobStatus, state: Option<u32>) -> Copy {
        let left = Left { state: state.map(checkpoint), completed: state.is_some(), ..Left::default() };
        Copy { id: JobId::new(id), status, runs: status == JobStatus::Running, left, blameless: false }
    }

    fn live(id: u128, state: Option<u32>) -> Observation {
        Observation { live: Some(copy(id, JobStatus::Running, state)), ..Observation::default() }
    }

    fn ended(id: u128, status: JobStatus, state: Option<u32>) -> Observation {
        Observation { ended: Some(copy(id, status, state)), ..Observation::default() }
    }

    /// A job that a watcher sees.
    #[derive(Default)]
    struct Watched {
        memory: JobMemory,
    }

    impl Watched {
        fn sees(&mut self, seen: &Observation, seconds: i64) -> Decision {
            remember(&mut self.memory, seen, &POLICY, at(seconds));
            decide(&self.memory, seen, &POLICY, at(seconds))
        }

        fn origin(&self, seen: &Observation, usable: &[u32]) -> Origin {
            let found: Vec<Candidate> =
                usable.iter().map(|number| Candidate::at(&checkpoint(*number).path)).collect();
            assert!(found.iter().all(|one| one.verdict == Verdict::Elsewhere));
            origin(&self.memory, seen, &found, &POLICY)
        }
    }

    #[test]
    fn a_failed_job_goes_on_from_its_newest_state_after_growing_pauses() {
        let mut job = Watched::default();
        assert_eq!(job.sees(&live(1, Some(7)), 0), Decision::Runs);
        let failed = ended(1, JobStatus::Failed, Some(8));
        assert!(matches!(job.sees(&failed, 5), Decision::Start { .. }));
        assert_eq!(job.memory.states, [checkpoint(8), checkpoint(7)]);
        assert_eq!(job.origin(&failed, &[8, 7]), Origin::From(checkpoint(8)));
        let mut pauses = Vec::new();
        let mut now = 5;
        for number in 2..5 {
            starting(&mut job.memory, Some(&checkpoint(8)), &POLICY, at(now));
            let failed = ended(number, JobStatus::Failed, Some(8));
            let wait = |job: &mut Watched, now| matches!(job.sees(&failed, now), Decision::Wait(_));
            let from = now;
            while wait(&mut job, now) {
                now += 1;
            }
            pauses.push(now - from);
        }
        assert_eq!(pauses, [5, 10, 20]);
        // The budget is used up, until the first restart is an hour ago.
        starting(&mut job.memory, Some(&checkpoint(8)), &POLICY, at(now));
        let failed = ended(9, JobStatus::Failed, Some(8));
        assert!(matches!(job.sees(&failed, now + 100), Decision::Wait(why) if why.contains("budget")));
        assert!(matches!(job.sees(&failed, 3700), Decision::Start { .. }));
    }

    #[test]
    fn a_poisoned_state_is_left_behind_step_by_step() {
        let mut job = Watched::default();
        job.sees(&live(1, Some(9)), 0);
        let fails_from = |job: &mut Watched, id: u128, number: u32| {
            starting(&mut job.memory, Some(&checkpoint(number)), &POLICY, at(10));
            let failed = ended(id, JobStatus::Failed, None);
            job.sees(&failed, 20);
            job.sees(&failed, 21);
            job.origin(&failed, &[9, 8, 7, 6])
        };
        assert_eq!(fails_from(&mut job, 2, 9), Origin::From(checkpoint(9)));
        assert_eq!(fails_from(&mut job, 3, 9), Origin::From(checkpoint(8)));
        assert_eq!(fails_from(&mut job, 4, 8), Origin::From(checkpoint(8)));
        assert_eq!(fails_from(&mut job, 5, 8), Origin::From(checkpoint(7)));
        fails_from(&mut job, 6, 7);
        assert!(matches!(fails_from(&mut job, 7, 7), Origin::Lost(why) if why.contains("3 states")));
        // One that completes a checkpoint clears its origin.
        starting(&mut job.memory, Some(&checkpoint(9)), &POLICY, at(30));
        job.sees(&live(8, Some(10)), 31);
        assert_eq!(job.memory.failures.get(&checkpoint(9).path), None);
    }

    #[test]
    fn a_state_is_not_blamed_for_a_cluster_without_slots() {
        let mut job = Watched::default();
        job.sees(&live(1, Some(9)), 0);
        for id in 2..9 {
            starting(&mut job.memory, Some(&checkpoint(9)), &POLICY, at(10));
            let mut failed = ended(id, JobStatus::Failed, None);
            failed.ended.as_mut().unwrap().blameless = true;
            job.sees(&failed, 20);
            assert_eq!(job.origin(&failed, &[9, 8]), Origin::From(checkpoint(9)));
        }
        let slots = "org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException: Could not acquire the minimum required resources.";
        assert!(
            crate::doctor::passes(slots)
                && !crate::doctor::passes(
                    "java.lang.IllegalStateException: x\n\tat com.example.A.b(A.java:1)"
                )
        );
    }

    #[test]
    fn what_somebody_stopped_stays_so_even_when_the_cluster_forgets_it() {
        for (status, stopped) in
            [(JobStatus::Canceled, false), (JobStatus::Finished, true), (JobStatus::Finished, false)]
        {
            let mut job = Watched::default();
            job.sees(&live(1, Some(3)), 0);
            let mut seen = ended(1, status, Some(4));
            seen.ended.as_mut().unwrap().left.stopped = stopped;
            let Decision::Stays(why) = job.sees(&seen, 5) else { panic!("{status} is started again") };
            job.memory.stays = Some(why.clone());
            assert_eq!(job.sees(&Observation::default(), 10), Decision::Stays(why));
            // Somebody starts it: it is watched again.
            assert_eq!(job.sees(&live(2, None), 20), Decision::Runs);
            assert!(matches!(job.sees(&ended(2, JobStatus::Failed, Some(5)), 30), Decision::Start { .. }));
        }
    }

    #[test]
    fn a_lost_job_is_started_again_and_a_namesake_is_left_alone() {
        let mut job = Watched::default();
        assert!(
            matches!(job.sees(&Observation::default(), 0), Decision::Start { why } if why.contains("never started"))
        );
        assert_eq!(job.origin(&Observation::default(), &[]), Origin::Nothing);
        job.sees(&live(1, Some(3)), 5);
        assert!(
            matches!(job.sees(&Observation::default(), 10), Decision::Start { why } if why.contains("is gone"))
        );
        let other = Observation { namesake: Some(JobId::new(9)), ..Observation::default() };
        assert!(matches!(job.sees(&other, 15), Decision::Wait(_)));
        // Its checkpoints were in the JobManager: to begin with nothing would lose them silently.
        job.memory.completed = true;
        assert!(matches!(job.origin(&Observation::default(), &[]), Origin::Lost(_)));
        let gone = ended(1, JobStatus::Failed, None);
        let completed = Observation {
            ended: gone.ended.map(|mut one| {
                one.left.completed = true;
                one
            }),
            ..gone
        };
        assert!(matches!(job.origin(&completed, &[]), Origin::Lost(_)));
    }
}

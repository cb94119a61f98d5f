//! What comes next, from what is written down.

use ops_core::ids::{JarId, JobId, TriggerId};

use crate::description::{CopyId, Rollback, Upgrade};
use crate::journal::{Deployment, End, Intent, Outcome, Role, State, Step, Task, Undertaking};

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// This step.
    Step(Intent),
    /// This step, which was written down before, and perhaps carried out.
    Again(Intent),
    /// Nothing.
    End(End),
}

/// `directory` is where savepoints go; the stop gets one of its own below it.
pub(super) fn next(undertaking: &Undertaking, directory: Option<&str>) -> Next {
    let task = &undertaking.task;
    let Some(last) = undertaking.steps.last() else {
        return match (&task.new, task.running) {
            (Some(_), _) => Next::Step(Intent::Upload { role: Role::New }),
            (None, Some(running)) => stop(undertaking, running, directory),
            (None, None) => Next::End(End::Done),
        };
    };
    let Some(outcome) = &last.outcome else { return Next::Again(last.intent.clone()) };
    let history = History { undertaking };
    match (&last.intent, outcome) {
        (Intent::Upload { role: Role::New }, Outcome::Uploaded { jar }) => match task.running {
            Some(running) => stop(undertaking, running, directory),
            None => history.submit(Role::New, jar, task.origin.clone()),
        },
        (Intent::Upload { role: Role::New }, Outcome::Refused { why, .. }) => {
            failed(format!("{why}; nothing was changed"))
        }
        (Intent::Upload { role: Role::Old }, Outcome::Uploaded { jar }) => {
            history.submit(Role::Old, jar, history.state())
        }
        (Intent::Stop { .. }, Outcome::Stopped { state }) => match (&task.new, history.jar(Role::New)) {
            (Some(_), Some(jar)) => history.submit(Role::New, &jar, state.clone()),
            _ => Next::End(End::Done),
        },
        (Intent::Stop { job, .. }, Outcome::NotStopped { why }) => {
            failed(format!("{why}; copy {job} runs on as it was"))
        }
        (Intent::Submit { role, job, .. }, Outcome::Submitted) => {
            Next::Step(Intent::Watch { role: *role, job: *job })
        }
        (Intent::Submit { .. }, Outcome::Overtaken { by }) => failed(format!(
            "copy {by} was started meanwhile from another journal, and runs; nothing more was done"
        )),
        (Intent::Submit { role: Role::New, .. }, Outcome::Refused { why, .. }) => {
            if history.may_roll_back() {
                Next::Step(Intent::Upload { role: Role::Old })
            } else {
                history.given_up(why)
            }
        }
        // Under an id that was used before: what runs under it now is one or the other. It goes, and a fresh id is taken.
        (Intent::Submit { role: Role::Old, job, state, .. }, Outcome::Refused { uncertain: true, .. }) => {
            Next::Step(Intent::Withdraw { job: *job, state: state.clone() })
        }
        (Intent::Submit { role: Role::Old, .. }, Outcome::Refused { why, .. }) => {
            history.given_up(&format!("{}; going back was refused, too: {why}", history.reason()))
        }
        (Intent::Watch { role: Role::New, .. }, Outcome::Healthy { .. }) => Next::End(End::Done),
        (Intent::Watch { role: Role::Old, .. }, Outcome::Healthy { .. }) => {
            Next::End(End::RolledBack { why: history.reason() })
        }
        (Intent::Watch { role: Role::New, job }, Outcome::Unhealthy { why }) => {
            if history.may_roll_back() {
                Next::Step(Intent::Withdraw { job: *job, state: history.state() })
            } else {
                failed(format!("{why}; copy {job} is left as it is"))
            }
        }
        (Intent::Watch { role: Role::Old, job }, Outcome::Unhealthy { why }) => failed(format!(
            "{}; what ran before was started again as {job}, and is not healthy either: {why}",
            history.reason()
        )),
        (Intent::Watch { job, .. }, Outcome::EndedElsewhere { why }) => {
            failed(format!("copy {job} {why}; nothing more was done"))
        }
        (Intent::Withdraw { .. }, Outcome::Withdrawn) => Next::Step(Intent::Upload { role: Role::Old }),
        (Intent::Upload { role: Role::Old }, Outcome::Refused { why, .. }) => {
            history.given_up(&format!("{}; the jar to go back to is not to be had: {why}", history.reason()))
        }
        // No step has such an outcome.
        (intent, outcome) => failed(format!("the journal says {outcome:?} of {intent:?}")),
    }
}

fn failed(why: String) -> Next {
    Next::End(End::Failed { why })
}

fn stop(undertaking: &Undertaking, running: JobId, directory: Option<&str>) -> Next {
    let trigger = TriggerId::random();
    let how = undertaking.task.stop;
    let directory = directory.filter(|_| how == Upgrade::Savepoint).map(|base| {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
        let name: String = undertaking.job.as_str().chars().map(plain).collect();
        format!("{}/{name}-{}", base.trim_end_matches('/'), &trigger.to_string()[..12])
    });
    Next::Step(Intent::Stop { job: running, how, trigger, directory })
}

/// What the steps so far say.
struct History<'a> {
    undertaking: &'a Undertaking,
}

impl History<'_> {
    fn task(&self) -> &Task {
        &self.undertaking.task
    }

    fn deployment(&self, role: Role) -> Option<&Deployment> {
        match role {
            Role::New => self.task().new.as_ref(),
            Role::Old => self.task().old.as_ref(),
        }
    }

    /// The jar that was put on the cluster for this one.
    fn jar(&self, wanted: Role) -> Option<JarId> {
        self.undertaking.steps.iter().rev().find_map(|step| match (&step.intent, &step.outcome) {
            (Intent::Upload { role }, Some(Outcome::Uploaded { jar })) if *role == wanted => {
                Some(jar.clone())
            }
            _ => None,
        })
    }

    /// What the new copy started from, or was to start from: what the old one goes on from.
    fn state(&self) -> Option<State> {
        self.undertaking.steps.iter().rev().find_map(|step| match &step.intent {
            Intent::Submit { role: Role::New, state, .. } => Some(state.clone()),
            _ => None,
        })?
    }

    /// Why the new copy was given up.
    fn reason(&self) -> String {
        let found = self.undertaking.steps.iter().find_map(|step| match (&step.intent, &step.outcome) {
            (Intent::Submit { role: Role::New, .. }, Some(Outcome::Refused { why, .. }))
            | (Intent::Watch { role: Role::New, .. }, Some(Outcome::Unhealthy { why })) => Some(why.clone()),
            _ => None,
        });
        found.unwrap_or_default()
    }

    fn submit(&self, role: Role, jar: &JarId, state: Option<State>) -> Next {
        let Some(deployment) = self.deployment(role) else { return Next::End(End::Done) };
        let submitted = |step: &&Step| matches!(step.intent, Intent::Submit { .. });
        let nth = self.undertaking.steps.iter().filter(submitted).count();
        let ids = CopyId::of(&self.undertaking.job);
        let fresh = || ids.next(deployment.fingerprint(), &self.task().before, nth);
        // A submission whose answer was lost may still be carried out: the same id for the next one makes sure that only
        // one of the two is.
        let job = if role == Role::Old { self.uncertain() } else { None }.unwrap_or_else(fresh);
        Next::Step(Intent::Submit { role, job, jar: jar.clone(), state })
    }

    /// The id of a new copy that was never seen and may come yet.
    fn uncertain(&self) -> Option<JobId> {
        let steps = self.undertaking.steps.iter().rev();
        let mut last =
            steps.filter(|step| matches!(step.intent, Intent::Submit { .. } | Intent::Withdraw { .. }));
        let last = last.next()?;
        match (&last.intent, &last.outcome) {
            (Intent::Submit { job, .. }, Some(Outcome::Refused { uncertain: true, .. })) => Some(*job),
            _ => None,
        }
    }

    fn may_roll_back(&self) -> bool {
        let task = self.task();
        let changed = match (&task.new, &task.old) {
            (Some(new), Some(old)) => new.fingerprint() != old.fingerprint(),
            _ => false,
        };
        let wanted = task.new.as_ref().is_some_and(|new| new.description.rollback == Rollback::Previous);
        changed && wanted
    }

    /// Nothing runs, and somebody has to look at it.
    fn given_up(&self, why: &str) -> Next {
        let state = match self.state() {
            Some(state) => format!("its state is in {}", state.path),
            None => "it has no state".to_owned(),
        };
        failed(format!("{why}; the job does not run, {state}"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::Timestamp;

    use super::*;
    use crate::description::Description;
    use crate::journal::{JarRef, StateKind};

    fn deployment(content: &str) -> Deployment {
        let text = "apiVersion: flinkops/v1\nname: my orders\njar: a.jar\n";
        let description = Description::parse(text, Path::new("/a.yaml")).unwrap();
        Deployment { description, jar: JarRef::Kept { sha256: content.to_owned(), name: "a.jar".to_owned() } }
    }

    fn undertaking(steps: Vec<(Intent, Outcome)>) -> Undertaking {
        let [new, old] = ["new", "old"].map(deployment);
        let job = new.description.name.clone();
        let (running, stop) = (Some(JobId::new(1)), Upgrade::Savepoint);
        let task = Task { new: Some(new), old: Some(old), running, stop, origin: None, before: Vec::new() };
        let at = Timestamp::UNIX_EPOCH;
        let step =
            |(intent, outcome)| Step { intent, intended: at, outcome: Some(outcome), concluded: Some(at) };
        let (cluster, by) = ("http://x".to_owned(), "ann@here".to_owned());
        let steps = steps.into_iter().map(step).collect();
        Undertaking { id: 1, cluster, job, task, begun: at, by, ended: None, end: None, steps }
    }

    fn step(undertaking: &Undertaking) -> Intent {
        match next(undertaking, Some("file:/s/")) {
            Next::Step(intent) => intent,
            other => panic!("{other:?}"),
        }
    }

    fn jar(name: &str) -> Outcome {
        Outcome::Uploaded { jar: JarId(name.to_owned()) }
    }

    /// Up to the submission of the new copy.
    fn stopped() -> Undertaking {
        let uploaded = vec![(Intent::Upload { role: Role::New }, jar("new"))];
        let stop = step(&undertaking(uploaded.clone()));
        let Intent::Stop { directory: Some(directory), .. } = &stop else { panic!("{stop:?}") };
        assert!(directory.starts_with("file:/s/my-orders-"), "{directory}");
        let state = Some(State::new(StateKind::Savepoint, "file:/s/1"));
        undertaking([uploaded, vec![(stop, Outcome::Stopped { state })]].concat())
    }

    #[test]
    fn a_lost_submission_lends_its_id_to_what_ran_before() {
        let mut undertaking = stopped();
        let submit = step(&undertaking);
        let Intent::Submit { job: lost, state: Some(state), .. } = submit.clone() else {
            panic!("{submit:?}")
        };
        let at = Timestamp::UNIX_EPOCH;
        let mut add = |intent: Intent, outcome| {
            let step = Step { intent, intended: at, outcome: Some(outcome), concluded: Some(at) };
            undertaking.steps.push(step);
            undertaking.clone()
        };
        let refused = |uncertain| Outcome::Refused { why: "no".to_owned(), uncertain };
        assert_eq!(step(&add(submit, refused(true))), Intent::Upload { role: Role::Old });
        let again = step(&add(Intent::Upload { role: Role::Old }, jar("old")));
        let expected =
            Intent::Submit { role: Role::Old, job: lost, jar: JarId("old".to_owned()), state: Some(state) };
        assert_eq!(again, expected);
        // Something runs under that id, and nobody knows what.
        let withdraw = step(&add(again, refused(true)));
        assert!(matches!(&withdraw, Intent::Withdraw { job, .. } if *job == lost), "{withdraw:?}");
        assert_eq!(step(&add(withdraw, Outcome::Withdrawn)), Intent::Upload { role: Role::Old });
        let fresh = step(&add(Intent::Upload { role: Role::Old }, jar("old")));
        assert!(matches!(&fresh, Intent::Submit { job, role: Role::Old, .. } if *job != lost), "{fresh:?}");
        let end = next(&add(fresh, refused(false)), None);
        let Next::End(End::Failed { why }) = end else { panic!("{end:?}") };
        assert!(why.ends_with("the job does not run, its state is in file:/s/1"), "{why}");
    }

    #[test]
    fn a_step_without_an_outcome_is_done_again_as_it_was_meant() {
        let mut undertaking = stopped();
        let submit = step(&undertaking);
        let (intended, outcome) = (Timestamp::UNIX_EPOCH, None);
        undertaking.steps.push(Step { intent: submit.clone(), intended, outcome, concluded: None });
        assert_eq!(next(&undertaking, None), Next::Again(submit));
    }
}

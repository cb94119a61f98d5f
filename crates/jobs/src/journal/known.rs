//! What the journal knows of a job, from all that was done to it.

use ops_core::ids::JobId;

use super::record::{Deployment, End, Intent, Outcome, Role, State, Undertaking};

/// What the journal knows of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// What was deployed last and not taken back.
    pub deployment: Option<Deployment>,
    /// The copy that was started last, and has not been stopped or withdrawn.
    pub copy: Option<JobId>,
    /// Where the state is: what the last stop left, what a withdrawn copy had started from, or what `copy` was started from.
    pub state: Option<State>,
    /// Copies that were withdrawn: what they did does not count.
    pub withdrawn: Vec<JobId>,
    /// All copies that it ever heard of.
    pub copies: Vec<JobId>,
    /// Whether it was removed.
    pub removed: bool,
}

impl Known {
    /// From all undertakings of one job on one cluster, in order.
    pub(super) fn from(undertakings: &[Undertaking]) -> Self {
        let mut known = Self::default();
        for undertaking in undertakings {
            for step in &undertaking.steps {
                known.learn(undertaking, &step.intent, step.outcome.as_ref());
            }
            if undertaking.end == Some(End::Done) && undertaking.task.new.is_none() {
                known.removed = true;
            }
        }
        known
    }

    fn learn(&mut self, undertaking: &Undertaking, intent: &Intent, outcome: Option<&Outcome>) {
        if let Intent::Stop { job, .. } | Intent::Submit { job, .. } = intent {
            self.copies.push(*job);
        }
        match (intent, outcome) {
            (Intent::Stop { .. }, Some(Outcome::Stopped { state })) => {
                self.copy = None;
                self.state.clone_from(state);
            }
            (Intent::Submit { role, job, state, .. }, Some(Outcome::Submitted)) => {
                let task = &undertaking.task;
                self.deployment.clone_from(if *role == Role::New { &task.new } else { &task.old });
                self.copy = Some(*job);
                self.state.clone_from(state);
                self.removed = false;
            }
            (Intent::Submit { state, .. }, Some(Outcome::Refused { .. })) => self.state.clone_from(state),
            (Intent::Withdraw { job, state }, Some(Outcome::Withdrawn)) => {
                self.copy = None;
                self.state.clone_from(state);
                self.withdrawn.push(*job);
                // What ran before is what is to run again.
                self.deployment.clone_from(&undertaking.task.old);
            }
            _ => {}
        }
    }
}

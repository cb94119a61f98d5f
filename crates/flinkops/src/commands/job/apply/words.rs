//! What actions, steps and outcomes are called.

use jobs::apply::{Action, Event};
use jobs::description::Upgrade;
use jobs::journal::{End, Intent, Outcome, Role};

/// What is done, in a word or a few.
pub(super) fn action(action: Action) -> &'static str {
    match action {
        Action::Nothing => "nothing to do",
        Action::Create => "create",
        Action::Upgrade => "upgrade",
        Action::Start => "start again",
        Action::Adopt => "adopt",
        Action::Remove => "remove",
        Action::Resume => "resume",
    }
}

/// How it ended, in a word.
pub(super) fn end(end: Option<&End>) -> &'static str {
    match end {
        None => "unchanged",
        Some(End::Done) => "done",
        Some(End::RolledBack { .. }) => "rolled-back",
        Some(End::Failed { .. }) => "failed",
    }
}

/// A line for whoever watches; `None` for what is of no interest.
pub(super) fn event(event: &Event<'_>) -> Option<String> {
    Some(match event {
        Event::Resumed(name, begun) => {
            format!("{name}: taking up what {} began at {}", begun.by, begun.begun)
        }
        Event::Begun(name, intent) => format!("{name}: {}", intention(intent)),
        Event::Concluded(name, intent, outcome) => format!("{name}: {}", result(intent, outcome)?),
        Event::Done(..) => return None,
    })
}

fn intention(intent: &Intent) -> String {
    match intent {
        Intent::Upload { role: Role::New } => {
            "putting its jar on the cluster, and trying its main method".to_owned()
        }
        Intent::Upload { role: Role::Old } => "looking for the jar it had before".to_owned(),
        Intent::Stop { job, how: Upgrade::Savepoint, .. } => format!("stopping {job} with a savepoint"),
        Intent::Stop { job, .. } => format!("cancelling {job}"),
        Intent::Submit { role, job, state, .. } => {
            let what = if *role == Role::New { "starting" } else { "starting what ran before, as" };
            match state {
                Some(state) => format!("{what} {job} from {}", state.path),
                None => format!("{what} {job}"),
            }
        }
        Intent::Watch { .. } => "waiting until it is healthy".to_owned(),
        Intent::Withdraw { job, .. } => format!("cancelling {job}, which does not count"),
    }
}

fn result(intent: &Intent, outcome: &Outcome) -> Option<String> {
    Some(match outcome {
        Outcome::Stopped { state: Some(state) } => format!("its state is in {}", state.path),
        Outcome::Healthy { checkpoint: Some(number) } => format!("healthy, with checkpoint {number}"),
        Outcome::Healthy { checkpoint: None } => "healthy".to_owned(),
        Outcome::Refused { why, .. } | Outcome::NotStopped { why } | Outcome::Unhealthy { why } => {
            why.clone()
        }
        Outcome::EndedElsewhere { why } => match intent {
            Intent::Watch { job, .. } => format!("copy {job} {why}"),
            _ => why.clone(),
        },
        Outcome::Overtaken { by } => format!("copy {by} was started from another journal"),
        Outcome::Uploaded { .. }
        | Outcome::Stopped { state: None }
        | Outcome::Submitted
        | Outcome::Withdrawn => {
            return None;
        }
    })
}

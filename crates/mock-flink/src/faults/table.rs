//! The rules in force, and how often each has met a request.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::rule::{Action, Fault};
use crate::sim::Random;

/// The rules in force.
#[derive(Debug)]
pub(crate) struct Faults {
    /// Whether there is any: the only question that most requests ask.
    any: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    rules: Vec<Active>,
    random: Random,
    next_id: u64,
}

/// A rule and what it has done.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Active {
    id: u64,
    #[serde(flatten)]
    rule: Fault,
    /// Requests that matched.
    seen: u64,
    /// Requests that it met.
    met: u64,
    #[serde(skip)]
    begins: i64,
    #[serde(skip)]
    ends: Option<i64>,
}

/// What happens to one request.
#[derive(Debug, Default)]
pub(crate) struct Mishap {
    pub(crate) delay: Duration,
    /// The last rule that says something else than to wait.
    pub(crate) action: Option<Action>,
}

impl Faults {
    pub(crate) fn new(rules: Vec<Fault>, seed: u64, now: i64) -> Self {
        let state = State { rules: Vec::new(), random: Random::seeded(seed), next_id: 1 };
        let faults = Self { any: AtomicBool::new(false), state: Mutex::new(state) };
        for rule in rules {
            faults.add(rule, now);
        }
        faults
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a rule; returns its id.
    pub(crate) fn add(&self, rule: Fault, now: i64) -> u64 {
        let mut state = self.state();
        let id = state.next_id;
        state.next_id += 1;
        let begins = now.saturating_add(rule.after.map_or(0, crate::span::Span::millis));
        let ends = rule.lasts.map(|lasts| begins.saturating_add(lasts.millis()));
        state.rules.push(Active { id, rule, seen: 0, met: 0, begins, ends });
        self.any.store(true, Ordering::SeqCst);
        id
    }

    /// Removes a rule, or all; whether there was one.
    pub(crate) fn remove(&self, id: Option<u64>) -> bool {
        let mut state = self.state();
        let before = state.rules.len();
        state.rules.retain(|active| id.is_some_and(|id| active.id != id));
        self.any.store(!state.rules.is_empty(), Ordering::SeqCst);
        state.rules.len() < before
    }

    pub(crate) fn all(&self) -> Vec<Active> {
        self.state().rules.clone()
    }

    /// What happens to a request; `None` for nothing.
    pub(crate) fn meet(&self, method: &str, target: &str, now: impl FnOnce() -> i64) -> Option<Mishap> {
        if !self.any.load(Ordering::Relaxed) {
            return None;
        }
        let now = now();
        let mut state = self.state();
        let State { rules, random, .. } = &mut *state;
        let mut mishap = None::<Mishap>;
        for active in rules.iter_mut() {
            let lasts = active.begins <= now && active.ends.is_none_or(|ends| now < ends);
            if !lasts || !active.rule.on.matches(method, target) {
                continue;
            }
            active.seen += 1;
            if !active.rule.when.meets(active.seen, random) {
                continue;
            }
            active.met += 1;
            let mishap = mishap.get_or_insert_default();
            match &active.rule.action {
                Action::Latency(latency) => mishap.delay += latency.sample(random),
                other => mishap.action = Some(other.clone()),
            }
        }
        mishap
    }
}

#[cfg(test)]
mod tests {
    use super::super::rule::When;
    use super::*;

    #[test]
    fn rules_begin_end_and_count() {
        let rule = Fault::status("GET /overview".parse().unwrap(), 500).lasting(Duration::from_millis(10));
        let faults = Faults::new(vec![rule.when(When::First(2))], 1, 1000);
        let met = |now| faults.meet("GET", "/overview", || now).is_some();
        assert!(met(1000) && met(1009) && !met(1009), "the first two");
        assert!(!met(1010), "its time is over");
        assert!(faults.meet("GET", "/jobs", || 1000).is_none());
        let shown = serde_json::to_value(faults.all()).unwrap();
        assert_eq!((shown[0]["seen"].as_u64(), shown[0]["met"].as_u64()), (Some(3), Some(2)));
        assert!(faults.remove(Some(1)) && !faults.remove(Some(1)));
        assert!(!faults.any.load(Ordering::SeqCst));
    }

    #[test]
    fn delays_add_up_and_the_last_other_action_counts() {
        let on = || "/**".parse().unwrap();
        let ms = Duration::from_millis;
        let rules = vec![
            Fault::latency(on(), ms(5)),
            Fault::status(on(), 500),
            Fault::latency(on(), ms(7)),
            Fault::reset(on()),
        ];
        let mishap = Faults::new(rules, 1, 0).meet("GET", "/x", || 0).unwrap();
        assert_eq!((mishap.delay, mishap.action), (ms(12), Some(Action::Reset { in_body: false })));
    }
}

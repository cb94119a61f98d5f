//! The expectations in force, and what has met them so far.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::expectation::Expectation;
use super::report::{Unmet, Verdict, nearest};
use crate::journal::RecordedRequest;

/// The expectations in force.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Whether there is any.
    any: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    expected: Vec<Watched>,
    /// Requests since the start.
    sequence: u64,
}

#[derive(Debug)]
struct Watched {
    expectation: Expectation,
    count: u64,
    /// The number of the first request that met it.
    first: Option<u64>,
}

impl Watch {
    pub(crate) fn new(expectations: Vec<Expectation>) -> Self {
        let watch = Self::default();
        expectations.into_iter().for_each(|expectation| watch.add(expectation));
        watch
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, expectation: Expectation) {
        self.state().expected.push(Watched { expectation, count: 0, first: None });
        self.any.store(true, Ordering::SeqCst);
    }

    pub(crate) fn clear(&self) {
        self.state().expected.clear();
        self.any.store(false, Ordering::SeqCst);
    }

    pub(crate) fn all(&self) -> Vec<Expectation> {
        self.state().expected.iter().map(|watched| watched.expectation.clone()).collect()
    }

    /// Counts a request.
    pub(crate) fn see(&self, request: &RecordedRequest) {
        if !self.any.load(Ordering::Relaxed) {
            return;
        }
        let mut state = self.state();
        state.sequence += 1;
        let number = state.sequence;
        for watched in &mut state.expected {
            if watched.expectation.matches(request) {
                watched.count += 1;
                watched.first.get_or_insert(number);
            }
        }
    }

    /// Whether every expectation is met by now; `requests` are those to show where one is not.
    pub(crate) fn verdict(&self, requests: &[RecordedRequest]) -> Verdict {
        let state = self.state();
        let mut unmet = Vec::new();
        let mut before: Option<&Watched> = None;
        for watched in &state.expected {
            let early = before.filter(|_| watched.expectation.in_order).filter(|before| {
                watched.first.is_some_and(|first| before.first.is_none_or(|earlier| earlier > first))
            });
            let problem = if !watched.expectation.times.allows(watched.count) {
                Some(format!("{} requests came", watched.count))
            } else {
                early.map(|before| format!("the first came before one for {}", before.expectation.on))
            };
            if let Some(problem) = problem {
                unmet.push(Unmet {
                    expected: watched.expectation.to_string(),
                    found: watched.count,
                    problem,
                    nearest: nearest(&watched.expectation, requests),
                });
            }
            before = Some(watched);
        }
        Verdict { verified: unmet.is_empty(), unmet }
    }
}

#[cfg(test)]
mod tests {
    use super::super::expectation::Times;
    use super::*;

    fn request(method: &str, target: &str) -> RecordedRequest {
        RecordedRequest { method: method.into(), target: target.into(), body: String::new(), status: 200 }
    }

    #[test]
    fn counts_and_order_are_judged_and_the_nearest_requests_shown() {
        let watch = Watch::new(vec![
            Expectation::new("POST /jobs/*/savepoints".parse().unwrap()).times(Times::exactly(1)),
            Expectation::new("PATCH /jobs/*".parse().unwrap()).in_order(),
        ]);
        let requests =
            [request("GET", "/overview"), request("PATCH", "/jobs/1"), request("POST", "/jobs/1/savepoint")];
        requests.iter().for_each(|request| watch.see(request));
        let verdict = watch.verdict(&requests);
        assert!(!verdict.verified);
        insta::assert_snapshot!(verdict, @r"
        2 expectations are not met:
          POST /jobs/*/savepoints (exactly 1): 0 requests came
            nearest: POST /jobs/1/savepoint -> 200
            nearest: PATCH /jobs/1 -> 200
            nearest: GET /overview -> 200
          PATCH /jobs/* (at least 1, in order): the first came before one for POST /jobs/*/savepoints
            nearest: PATCH /jobs/1 -> 200
            nearest: GET /overview -> 200
            nearest: POST /jobs/1/savepoint -> 200
        ");
        watch.clear();
        assert!(watch.verdict(&requests).verified);
    }
}

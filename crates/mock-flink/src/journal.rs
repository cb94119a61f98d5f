//! The requests that were received, for tests that ask what a client did.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// Requests that are remembered; older ones are forgotten.
const KEPT: usize = 10_000;

/// A request and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordedRequest {
    /// The method.
    pub method: String,
    /// The path and the query, as received.
    pub target: String,
    /// The body, cut after 4 KiB; empty for uploads.
    pub body: String,
    /// The status of the answer.
    pub status: u16,
}

/// The latest requests, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    requests: Mutex<VecDeque<RecordedRequest>>,
}

impl Journal {
    pub(crate) fn record(&self, request: RecordedRequest) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == KEPT {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub(crate) fn clear(&self) {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

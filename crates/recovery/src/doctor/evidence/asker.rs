//! Requests that are counted, and whose failures are gaps.

use std::cell::{Cell, RefCell};

use ops_core::rest::RestError;

/// How much was asked, and what could not be.
#[derive(Debug, Default)]
pub(super) struct Asked {
    requests: Cell<u32>,
    gaps: RefCell<Vec<String>>,
}

impl Asked {
    /// Requests so far.
    pub(super) fn requests(&self) -> u32 {
        self.requests.get()
    }

    /// What is not known, and why.
    pub(super) fn gaps(&self) -> Vec<String> {
        self.gaps.borrow().clone()
    }

    /// Makes a request whose failure matters.
    pub(super) async fn must<T>(
        &self,
        request: impl Future<Output = Result<T, RestError>>,
    ) -> Result<T, RestError> {
        self.requests.set(self.requests.get() + 1);
        request.await
    }

    /// Makes a request that may fail: what is not there is not there, everything else is a gap.
    pub(super) async fn may<T>(
        &self,
        what: &str,
        request: impl Future<Output = Result<T, RestError>>,
    ) -> Option<T> {
        match self.must(request).await {
            Ok(answer) => Some(answer),
            Err(error) => {
                if !error.is_not_found() {
                    self.gap(format!("{what}: {error}"));
                }
                None
            }
        }
    }

    pub(super) fn gap(&self, gap: String) {
        self.gaps.borrow_mut().push(gap);
    }
}

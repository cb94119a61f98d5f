//! What differs, as text and as JSON.

use std::fmt;

use rest_shape::{Answer, Difference, differences, of_answer};
use serde::Serialize;

/// How two clusters answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    /// Requests that both answered.
    pub(crate) compared: usize,
    /// Those whose answers differ.
    pub(crate) different: Vec<Unlike>,
    /// What only one of them has, so that nothing could be compared.
    pub(crate) only_one: Vec<String>,
}

/// A request that the clusters answer differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Unlike {
    request: String,
    differences: Vec<Side>,
}

/// A place in two answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Side {
    at: String,
    first: Option<String>,
    second: Option<String>,
}

impl From<Difference> for Side {
    fn from(Difference { at, first, second }: Difference) -> Self {
        Self { at, first, second }
    }
}

impl Report {
    /// Whether nothing differs.
    pub(crate) fn is_alike(&self) -> bool {
        self.different.is_empty()
    }

    /// Compares the answers to a request; `path` says which metrics or watermarks it is about.
    pub(super) fn compare(&mut self, request: &str, path: &str, first: &Answer, second: &Answer) {
        self.compared += 1;
        let found = differences(&of_answer(first, path), &of_answer(second, path));
        if !found.is_empty() {
            let differences = found.into_iter().map(Side::from).collect();
            self.different.push(Unlike { request: request.to_owned(), differences });
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nothing = "-".to_owned();
        for Unlike { request, differences } in &self.different {
            writeln!(f, "{request}")?;
            for Side { at, first, second } in differences {
                writeln!(f, "    {at}")?;
                writeln!(f, "        first   {}", first.as_ref().unwrap_or(&nothing))?;
                writeln!(f, "        second  {}", second.as_ref().unwrap_or(&nothing))?;
            }
        }
        for one in &self.only_one {
            writeln!(f, "not compared: {one}")?;
        }
        let alike = self.compared - self.different.len();
        write!(f, "{} requests: {alike} answered alike, {} differently", self.compared, self.different.len())
    }
}

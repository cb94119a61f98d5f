//! Exceptions of the simulated JobManager: what is thrown, and how Java would print it.

use serde::{Deserialize, Serialize};

/// A Java exception: classes and messages, outermost first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(String, String)>", into = "Vec<(String, String)>")]
pub struct Throwable {
    chain: Vec<(String, String)>,
}

impl TryFrom<Vec<(String, String)>> for Throwable {
    type Error = &'static str;

    fn try_from(chain: Vec<(String, String)>) -> Result<Self, &'static str> {
        if chain.is_empty() { Err("an exception without a class") } else { Ok(Self { chain }) }
    }
}

impl From<Throwable> for Vec<(String, String)> {
    fn from(throwable: Throwable) -> Self {
        throwable.chain
    }
}

/// The one frame printed under each exception; clients look at the lines around the frames.
const FRAME: &str = "\n\tat org.apache.flink.runtime.jobmaster.JobMaster(JobMaster.java)";

impl Throwable {
    /// An exception without a cause. An empty message is printed as none.
    pub fn new(class: impl Into<String>, message: impl Into<String>) -> Self {
        Self { chain: vec![(class.into(), message.into())] }
    }

    /// This exception as the cause of another.
    #[must_use]
    pub fn wrapped(mut self, class: impl Into<String>, message: impl Into<String>) -> Self {
        self.chain.insert(0, (class.into(), message.into()));
        self
    }

    /// This exception as the cause of one that takes its text for a message, as `CompletionException` does.
    #[must_use]
    pub fn completion(self) -> Self {
        let text = self.headline();
        self.wrapped("java.util.concurrent.CompletionException", text)
    }

    /// Its class.
    pub fn class(&self) -> &str {
        &self.chain[0].0
    }

    /// Its message; empty for none.
    pub fn message(&self) -> &str {
        &self.chain[0].1
    }

    /// Its cause.
    pub fn cause(&self) -> Option<Self> {
        (self.chain.len() > 1).then(|| Self { chain: self.chain[1..].to_vec() })
    }

    /// `class: message`.
    pub fn headline(&self) -> String {
        line(&self.chain[0])
    }

    /// What `printStackTrace` prints.
    pub fn stack_trace(&self) -> String {
        let mut text = String::new();
        for (depth, entry) in self.chain.iter().enumerate() {
            if depth > 0 {
                text.push_str("\nCaused by: ");
            }
            text.push_str(&line(entry));
            text.push_str(FRAME);
        }
        text.push('\n');
        text
    }
}

fn line((class, message): &(String, String)) -> String {
    if message.is_empty() { class.clone() } else { format!("{class}: {message}") }
}

/// The exception for a job that the dispatcher does not have.
pub(crate) fn job_not_found(job: ops_core::ids::JobId) -> Throwable {
    Throwable::new(
        "org.apache.flink.runtime.messages.FlinkJobNotFoundException",
        format!("Could not find Flink job ({job})"),
    )
}

//! The body of every answer that is no success.

use serde::{Deserialize, Serialize};

/// `{"errors": [...]}`. A handled error has one entry (class, message and stack trace, or the message alone);
/// an internal one has two, the second framed by `<Exception on server side:` and `End of exception on server side>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorBody {
    /// What went wrong.
    pub errors: Vec<String>,
}

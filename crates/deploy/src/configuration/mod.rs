//! What Flink is to be told: the keys of each process, in the names that its version has, each with its reason.
//!
//! Only what differs from the version's own default is said. What a process does not read is not in its file, unless one host
//! has processes of both kinds.

mod document;
mod java;
mod keys;
mod logging;
mod node;
mod setting;

pub(crate) use document::take;
pub use document::{Login, Place, Secrets, document};
pub use java::{base_options, further_options};
pub use keys::{Target, settings};
pub use logging::{LogFile, client_log_files, log_files};
pub use node::Node;
pub use setting::{Setting, Settings};

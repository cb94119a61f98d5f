//! What was seen of a cluster: a value that can be kept, sent and looked at again.

mod asker;
mod collect;
mod job;
mod log;
mod model;
mod redact;

pub use collect::{Wanted, collect};
pub use job::{JobEvidence, SlowPart, VertexEvidence};
pub use log::{Log, LogEntry, read_log};
pub use model::{Evidence, Note, Unreachable};

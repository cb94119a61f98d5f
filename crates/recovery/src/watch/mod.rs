//! The loop that keeps described jobs running on clusters without an operator.
//!
//! ```text
//! every few seconds, for each job:
//!   lease ─ observe: what the cluster shows ─ remember: what must not be forgotten ─ decide ─┬─ nothing
//!                                                                                            ├─ wait
//!                                                                                            └─ start again, by jobs::Applier
//! ```
//!
//! What is decided follows from what was seen and what is remembered (`decide`), and from nothing else. What is remembered is a
//! file that is replaced as a whole, before anything is done; what is done goes through the journal of `job apply`. So a watcher
//! that is killed at any point goes on where it was.

mod decide;
mod event;
mod memory;
mod observe;
mod policy;
mod serve;
mod status;
mod watcher;
mod webhook;

pub use event::{Event, What};
pub use memory::{Memory, MemoryError};
pub use policy::Policy;
pub use serve::serve;
pub use status::{JobStatus, Phase, Status};
pub use watcher::{WatchError, Watcher};
pub use webhook::{Webhook, WebhookError};

//! Recordings: what clients asked a cluster and what it answered, taken by a proxy and played back later.
//!
//! | module | what it holds |
//! |---|---|
//! | `format` | the file: JSON, a line for each exchange |
//! | `tee` | a body that is passed on and remembered |
//! | `proxy` | the proxy that records |
//! | `replay` | the server that answers from a recording |
//! | `listen` | what both listen with |

mod format;
mod listen;
mod proxy;
mod replay;
mod tee;

pub use format::RecordingError;
pub(crate) use format::{Exchange, read};
pub(crate) use listen::{Door, answer_all};
pub(crate) use proxy::record;
pub(crate) use replay::replay;

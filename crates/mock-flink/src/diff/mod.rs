//! `diff`: asks two clusters the same, and tells how the structures of their answers differ.
//!
//! | module | what it holds |
//! |---|---|
//! | `ask` | one request to a cluster, and its answer |
//! | `walk` | every `GET` that the clusters have: nothing is changed |
//! | `session` | the requests of a recording, with the ids that each cluster gives itself |
//! | `report` | what differs, as text and as JSON |

mod ask;
mod report;
mod session;
mod walk;

pub(crate) use session::repeat;
pub(crate) use walk::walk;

//! A live view of a cluster on a terminal, straight from its REST endpoint.
//!
//! | module | what it holds |
//! |---|---|
//! | `sample` | one look at the cluster: a handful of requests |
//! | `rates` | what changed between two looks |
//! | `lanes` | the graph of a job, as lines beside its vertices |
//! | `state` | what the person looks at, and what keys do |
//! | `draw` | the screen |

mod draw;
mod lanes;
mod rates;
mod sample;
mod state;

pub(crate) use draw::{bytes, count, span};
pub use draw::{draw, plain};
pub use rates::{VertexRate, rates};
pub use sample::{JobSample, Sample, Workers, sample};
pub use state::{Action, Focus, Key, View};

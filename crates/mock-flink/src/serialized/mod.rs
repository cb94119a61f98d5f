//! What Flink's own client submits: a job graph (1.x) or an execution plan (2.x), as Java serializes it. Whatever comes
//! in is bounded: bytes, objects, depth; a stream that lies about its lengths is refused before memory is taken.
//!
//! | module | what it holds |
//! |---|---|
//! | `stream` | Java's object serialization stream, into a table of objects |
//! | `submitted` | what comes out |
//! | `values` | collections, configurations, ids out of such a table |
//! | `job_graph` | `org.apache.flink.runtime.jobgraph.JobGraph` |
//! | `stream_graph` | `org.apache.flink.streaming.api.graph.StreamGraph`, chained as the JobManager chains it |

mod job_graph;
mod stream;
mod stream_graph;
mod submitted;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use stream::StreamError;
pub(crate) use submitted::{Submitted, read};

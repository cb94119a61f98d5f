//! A job as a client submitted it, whatever form it had.

use ops_core::ids::JobId;

use super::stream::{Stream, StreamError};
use super::{job_graph, stream_graph};
use crate::sim::JobGraph;

/// A job as a client submitted it.
#[derive(Clone, Debug)]
pub(crate) struct Submitted {
    pub(crate) id: JobId,
    pub(crate) graph: JobGraph,
    pub(crate) parallelism: Option<u32>,
    pub(crate) configuration: Vec<(String, String)>,
    pub(crate) savepoint: Option<String>,
    pub(crate) client_timeout: Option<i64>,
}

/// The stack that reading takes: streams may be nested deeply, up to a limit.
const STACK: usize = 16 << 20;

/// Reads a submitted job.
///
/// # Errors
/// The stream is broken, too large, or holds something else than a job.
pub(crate) fn read(bytes: &[u8]) -> Result<Submitted, StreamError> {
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || read_here(bytes));
        let reader = reader.map_err(|error| StreamError::new("java.io.IOException", error.to_string()))?;
        reader.join().unwrap_or_else(|_| Err(StreamError::corrupted("unreadable".to_owned())))
    })
}

fn read_here(bytes: &[u8]) -> Result<Submitted, StreamError> {
    let (stream, root) = Stream::read(bytes)?;
    match stream.class_of(root) {
        Some("org.apache.flink.runtime.jobgraph.JobGraph") => job_graph::read(&stream, root),
        Some("org.apache.flink.streaming.api.graph.StreamGraph") => stream_graph::read(&stream, root),
        other => {
            let message = format!("class {} is no job", other.unwrap_or("java.lang.Object"));
            Err(StreamError::new("java.lang.ClassCastException", message))
        }
    }
}

//! Streams of the real client, and streams that nobody should send.

use proptest::prelude::*;

use super::{Submitted, read};
use crate::sim::{JobKind, Ship};

const JOB_GRAPH_1_18: &[u8] = include_bytes!("fixtures/job-graph-1.18.1.bin");
const JOB_GRAPH_1_20: &[u8] = include_bytes!("fixtures/job-graph-1.20.5.bin");
const STREAM_GRAPH_2_3: &[u8] = include_bytes!("fixtures/stream-graph-2.3.0.bin");

fn option<'a>(submitted: &'a Submitted, key: &str) -> &'a str {
    let found = submitted.configuration.iter().rev().find(|(known, _)| known == key);
    found.map_or("", |(_, value)| value)
}

#[test]
fn what_the_clients_of_three_versions_submit_is_the_same_job() {
    for (bytes, id) in [
        (JOB_GRAPH_1_18, "95bd6e6b78e382a4016798adc22e0067"),
        (JOB_GRAPH_1_20, "6ed6122be5020e3902708a2467e8fde2"),
        (STREAM_GRAPH_2_3, "9b1af40ea7c6d6e7b30365109352c30a"),
    ] {
        let submitted = read(bytes).unwrap();
        assert_eq!(submitted.id.to_string(), id);
        let graph = &submitted.graph;
        assert_eq!((graph.name.as_str(), graph.kind), ("conformance forever", JobKind::Streaming));
        let names: Vec<String> = graph.vertices.iter().map(crate::sim::VertexSpec::name).collect();
        assert_eq!(names, ["Source: numbers -> slow -> Timestamps/Watermarks", "count -> Sink: totals"]);
        assert_eq!(graph.vertices[1].inputs.len(), 1);
        assert_eq!((graph.vertices[1].inputs[0].source, graph.vertices[1].inputs[0].ship), (0, Ship::Hash));
        assert_eq!((submitted.parallelism, graph.vertices[0].parallelism), (Some(2), Some(2)));
        assert_eq!(option(&submitted, "execution.checkpointing.interval"), "5000 ms");
        assert_eq!(option(&submitted, "restart-strategy.type"), "fixed-delay");
        assert_eq!((submitted.savepoint, submitted.client_timeout), (None, None));
    }
}

#[test]
fn what_is_no_job_is_refused_in_javas_words() {
    let error = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
    assert_eq!(
        error(b"this is no jar either"),
        "java.io.StreamCorruptedException: invalid stream header: 74686973"
    );
    assert_eq!(error(b""), "java.io.EOFException: ");
    assert!(error(&[0xac, 0xed, 0, 5, 0x74, 0, 1, b'x']).starts_with("java.lang.ClassCastException"));
}

#[test]
fn lies_about_lengths_and_depth_are_found_out() {
    let header = [0xac, 0xed, 0, 5];
    let class = |name: &[u8]| [&[0x72, 0, name.len() as u8], name, &[0; 8], &[2, 0, 0, 0x78, 0x70]].concat();
    for (body, expected) in [
        ([&[0x75][..], &class(b"[I"), &[0x7f, 0xff, 0xff, 0xff]].concat(), "EOFException"),
        ([&[0x75][..], &class(b"[B"), &[0xff; 4]].concat(), "EOFException"),
        (vec![0x7c, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "EOFException"),
        (vec![0x71, 0, 0x7e, 0, 9], "invalid handle"),
        (vec![0x33], "invalid type code"),
        ([&[0x75][..], &class(b"[Lx;"), &[0, 0, 0, 1]].concat().repeat(3000), "too many nested objects"),
    ] {
        let error = read(&[&header[..], &body].concat()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

proptest! {
    #[test]
    fn hostile_streams_are_refused_or_read(
        at in 0..JOB_GRAPH_1_20.len(), byte: u8, cut in 0..JOB_GRAPH_1_20.len(), second in 0..STREAM_GRAPH_2_3.len(),
    ) {
        let mut bytes = JOB_GRAPH_1_20.to_vec();
        bytes[at] = byte;
        let _ = read(&bytes);
        let _ = read(&bytes[..cut]);
        let mut bytes = STREAM_GRAPH_2_3.to_vec();
        bytes[second] = byte;
        let _ = read(&bytes);
    }

    #[test]
    fn any_bytes_after_a_header_are_refused_or_read(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&[&[0xac, 0xed, 0, 5][..], &body].concat());
    }
}

//! Java's serialization stream, as Flink's own client submits jobs.

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "java_stream",
    about: "what Flink's own client submits: Java's serialization stream",
    run,
};

fn run(data: &[u8]) {
    let _ = mock_flink::read_submission(data);
}

//! mock-flink, as a shell runs it.

mod clusters;
mod prometheus;
mod recordings;
mod support;

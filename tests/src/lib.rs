//! End-to-end tests of the workspace against real Flink and real Java.

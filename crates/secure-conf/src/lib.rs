//! Wires TLS into a Flink configuration.

//! `flinkops recover plan|run|backup|watch`: on a real Flink in which everything is killed, and on mock-flink for what people do.

#![expect(clippy::print_stderr, reason = "what was measured is told: seconds, requests")]

mod by_hand;
mod chaos;
mod people;
mod post;

//! `flinkops recover watch`: on a real Flink in which everything is killed, and on mock-flink for what people do.

mod chaos;
mod people;
mod post;

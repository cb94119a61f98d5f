//! `flinkops secure …`: TLS and Kerberos in Flink's configuration, wired and checked.

mod command;
mod kerberos;

pub(crate) use command::{Command, run};

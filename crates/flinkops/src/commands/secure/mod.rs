//! `flinkops secure …`: TLS and Kerberos in Flink's configuration, wired and checked.

mod check;
mod command;
mod kerberos;
mod place;
mod ssl;
mod version;

pub(crate) use command::{Command, run};

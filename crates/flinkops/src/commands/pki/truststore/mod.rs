//! `flinkops pki truststore …`: what PKCS#12 and JKS truststores trust.

mod add;
mod command;
mod list;
mod remove;

pub(crate) use command::{Command, run};

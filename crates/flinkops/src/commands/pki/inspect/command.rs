//! The command.

use std::path::PathBuf;

use clap::Args;
use pki::inspect::{Inspection, inspect};
use pki::store::{ReadOptions, Unauthenticated};
use serde::Serialize;

use super::connect::{self, Served};
use super::render;
use crate::commands::pki::{bytes, secrets};
use crate::failure::Failure;
use crate::output::Output;
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki inspect stores/*.p12
  flinkops pki inspect keystore.jks --password-from file:keystore.password
  openssl s_client -connect jm-1:8081 -showcerts </dev/null | flinkops pki inspect -
  flinkops pki inspect --connect jm-1.example.com:8081 -o json

Without a password it says what can be said. With --connect nothing is verified: it shows what
the host shows, to anyone.
Exit code: 0 there is nothing against them, 1 problems were found, 2 a file cannot be read, 3
the host does not answer, 4 it refused the TLS handshake before it showed a certificate.")]
pub(crate) struct Options {
    /// Certificates, keys, requests, revocation lists or stores in any format; `-` is standard input.
    #[arg(value_name = "FILE", required_unless_present = "connect")]
    files: Vec<PathBuf>,
    /// Show what this host serves. May be given several times.
    #[arg(long, value_name = "HOST:PORT")]
    connect: Vec<String>,
    /// The host name to ask for, where one address serves several (SNI) [default: HOST].
    #[arg(long, value_name = "HOST", requires = "connect")]
    server_name: Option<String>,
    /// The password of the stores: env:NAME, file:PATH or prompt.
    #[arg(long, value_name = "SOURCE")]
    password_from: Option<String>,
    /// The password of the keys, where it differs.
    #[arg(long, value_name = "SOURCE")]
    key_password_from: Option<String>,
    /// Look into stores that nothing proves to be as their makers wrote them.
    #[arg(long)]
    danger_accept_unauthenticated: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) files: Vec<FileReport>,
    pub(super) connections: Vec<Served>,
}

#[derive(Debug, Serialize)]
pub(super) struct FileReport {
    pub(super) path: PathBuf,
    #[serde(flatten)]
    pub(super) inspection: Inspection,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let unauthenticated = if options.danger_accept_unauthenticated {
        Unauthenticated::DangerAccept
    } else {
        Unauthenticated::Refuse
    };
    let reading = ReadOptions {
        password: secrets::optional(options.password_from.as_deref(), "Password of the stores")?,
        key_password: secrets::optional(options.key_password_from.as_deref(), "Password of the keys")?,
        unauthenticated,
    };
    let mut report = Report { files: Vec::new(), connections: Vec::new() };
    for path in &options.files {
        let inspection = inspect(&bytes::read(path)?, &reading, adapters::now());
        report.files.push(FileReport { path: path.clone(), inspection });
    }
    for address in &options.connect {
        report.connections.push(connect::look(address, options.server_name.as_deref(), adapters::now())?);
    }
    output.result(&report, render::human)?;
    let files = report.files.iter().map(|file| file.inspection.problems.len());
    let connections = report.connections.iter().map(|served| served.problems.len());
    Ok(if files.chain(connections).sum::<usize>() == 0 { exit::DONE } else { exit::FINDINGS })
}

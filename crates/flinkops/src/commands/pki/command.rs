//! The verbs of `flinkops pki`.

use clap::Subcommand;

use super::{
    bulk, convert, csr, import, init, inspect, intermediate, issue, renew, revoke, rotate, sign, status,
    truststore, verify,
};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Creates a root authority.
    Init(init::Options),
    /// An authority below another one: its request out, its certificate in.
    #[command(subcommand)]
    Intermediate(intermediate::Command),
    /// Issues a certificate with its keystore and truststore.
    Issue(issue::Options),
    /// Issues for every host of a list or a cluster.yaml, on all cores; what is still good is kept.
    Bulk(bulk::Options),
    /// Makes a key and a signing request for a foreign authority.
    Csr(csr::Options),
    /// Signs a request from anywhere, keytool's and openssl's included.
    Sign(sign::Options),
    /// Takes the answer of a foreign authority and writes the stores.
    Import(import::Options),
    /// Says what any certificate, key, request, list or store is, in a file or served by a host.
    Inspect(inspect::Options),
    /// Writes a store in another format.
    Convert(convert::Options),
    /// Changes and lists truststores.
    #[command(subcommand)]
    Truststore(truststore::Command),
    /// Proves that a keystore and a truststore will work, by checks and by TLS handshakes.
    Verify(verify::Options),
    /// Shows when what was issued expires.
    Status(status::Options),
    /// Issues anew what expires soon.
    Renew(renew::Options),
    /// Changes the authority of a running cluster without an outage, phase by phase.
    Rotate(rotate::Options),
    /// Revokes a certificate and signs the revocation list.
    Revoke(revoke::Options),
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Init(options) => init::run(options, output),
        Command::Intermediate(command) => intermediate::run(command, output),
        Command::Issue(options) => issue::run(options, output),
        Command::Bulk(options) => bulk::run(&options, output),
        Command::Csr(options) => csr::run(&options, output),
        Command::Sign(options) => sign::run(options, output),
        Command::Import(options) => import::run(&options, output),
        Command::Inspect(options) => inspect::run(&options, output),
        Command::Convert(options) => convert::run(&options, output),
        Command::Truststore(command) => truststore::run(command, output),
        Command::Verify(options) => verify::run(&options, output),
        Command::Status(options) => status::run(&options, output),
        Command::Renew(options) => renew::run(&options, output),
        Command::Rotate(options) => rotate::run(options, output),
        Command::Revoke(options) => revoke::run(&options, output),
    }
}

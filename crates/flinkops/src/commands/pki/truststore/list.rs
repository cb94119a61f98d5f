//! `flinkops pki truststore list`.

use clap::Args;
use jiff::Timestamp;
use pki::inspect::{CertificateDetails, ValidityState};
use pki::store::truststore;
use serde::Serialize;

use super::command::StoreOptions;
use crate::commands::pki::written::day;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki truststore list rest.truststore.p12
  flinkops pki truststore list truststore.jks --password-from file:truststore.password -o json")]
pub(crate) struct Options {
    #[command(flatten)]
    store: StoreOptions,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct List {
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    alias: String,
    /// When it was put in, where the format says so.
    created: Option<Timestamp>,
    certificate: CertificateDetails,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let password = options.store.password()?;
    let now = adapters::now();
    let mut entries = Vec::new();
    for trusted in truststore::list(&options.store.store, &password)? {
        let certificate = CertificateDetails::parse(&trusted.certificate, now)?;
        entries.push(Entry { alias: trusted.alias, created: trusted.created, certificate });
    }
    output.result(&List { entries }, human)?;
    Ok(exit::DONE)
}

fn human(list: &List) -> String {
    if list.entries.is_empty() {
        return "nothing is trusted\n".to_owned();
    }
    let rows = list.entries.iter().map(|entry| {
        let certificate = &entry.certificate;
        let state = match certificate.validity.state {
            ValidityState::Expired => " (expired)",
            ValidityState::NotYetValid => " (not yet valid)",
            _ => "",
        };
        [
            entry.alias.clone(),
            certificate.subject.clone(),
            format!("{}{state}", day(certificate.validity.not_after)),
            certificate.fingerprint_sha256.clone(),
        ]
    });
    table(["ALIAS", "SUBJECT", "VALID UNTIL", "SHA-256"], rows)
}

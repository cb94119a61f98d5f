//! `flinkops pki intermediate install`.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use pki::authority::PendingAuthority;
use pki::certificate::CertificateInfo;
use pki::import::Certificates;
use serde::Serialize;

use crate::commands::pki::written::{day, fields};
use crate::commands::pki::{bytes, secrets};
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  flinkops pki intermediate install --dir issuing answer.pem root.pem

The certificates up to the root may come in any order and form: PEM, DER, PKCS#7.")]
pub(crate) struct Options {
    /// The directory that `intermediate request` made.
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// What the other authority answered; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The passphrase of its key: env:NAME, file:PATH or prompt [default: file:DIR/ca.passphrase if that is there, else
    /// prompt].
    #[arg(long, value_name = "SOURCE")]
    passphrase_from: Option<String>,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Installed {
    dir: PathBuf,
    certificate: PathBuf,
    /// The subjects, its own first, the root last.
    chain: Vec<String>,
    not_after: Timestamp,
    fingerprint_sha256: String,
    root_fingerprint_sha256: String,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let pending = PendingAuthority::open(&options.dir)?;
    let mut certificates = Certificates::new();
    for file in &options.files {
        certificates.add(&file.display().to_string(), &bytes::read(file)?)?;
    }
    let passphrase = secrets::passphrase(&options.dir, options.passphrase_from.as_deref())?;
    let authority = pending.install(&certificates, &passphrase, adapters::now(), adapters::user())?;
    let chain =
        authority.chain().iter().map(|der| CertificateInfo::parse(der)).collect::<Result<Vec<_>, _>>()?;
    let installed = Installed {
        dir: options.dir.clone(),
        certificate: authority.certificate_path(),
        not_after: authority.info().not_after,
        fingerprint_sha256: authority.info().fingerprint_sha256.clone(),
        root_fingerprint_sha256: chain.last().map(|root| root.fingerprint_sha256.clone()).unwrap_or_default(),
        chain: chain.into_iter().map(|info| info.subject).collect(),
    };
    output.result(&installed, human)?;
    Ok(exit::DONE)
}

fn human(installed: &Installed) -> String {
    let heading = style::HEADING;
    let mut text = format!("{heading}installed {}{heading:#}\n", installed.chain.join(" ← "));
    fields(
        &mut text,
        [
            ("certificate", installed.certificate.display().to_string()),
            ("valid until", day(installed.not_after)),
            ("SHA-256", installed.fingerprint_sha256.clone()),
            ("SHA-256 of the root", installed.root_fingerprint_sha256.clone()),
        ],
    );
    text
}

//! `flinkops pki intermediate request`.

use std::path::PathBuf;

use clap::Args;
use pki::authority::{AuthorityRequest, PendingAuthority};
use pki::key::KeyKind;
use pki::names::CommonName;
use serde::Serialize;

use crate::commands::pki::secrets::NewPassphrase;
use crate::commands::pki::written::fields;
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki intermediate request --dir issuing --name 'Flink Issuing CA'
  flinkops pki sign --dir /media/root --intermediate issuing/request.pem --out answer
  flinkops pki intermediate install --dir issuing answer/flink-issuing-ca.pem

The root's directory never meets the network: only request.pem goes there, and only
certificates come back.")]
pub(crate) struct Options {
    /// The directory to create; new or empty.
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// Its common name.
    #[arg(long, value_name = "NAME")]
    name: CommonName,
    /// The kind of its key: rsa-2048, rsa-3072, rsa-4096, p-256, p-384 or ed25519.
    #[arg(long, value_name = "KIND", default_value = "rsa-3072")]
    key_type: KeyKind,
    /// How many levels of authorities below it are asked for; the authority above decides.
    #[arg(long, value_name = "N", default_value_t = 0)]
    path_length: u8,
    /// The passphrase of its key: env:NAME, file:PATH, prompt or generate [default: generate, into DIR/ca.passphrase].
    #[arg(long, value_name = "SOURCE")]
    passphrase_from: Option<String>,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Requested {
    dir: PathBuf,
    subject: String,
    key: KeyKind,
    /// What the other authority gets.
    request: PathBuf,
    passphrase_file: Option<PathBuf>,
}

pub(crate) fn run(options: Options, output: &Output) -> Result<u8, Failure> {
    let mut request = AuthorityRequest::new(options.name, adapters::now());
    request.key = options.key_type;
    request.path_length = options.path_length;
    request.by = adapters::user();
    let passphrase = NewPassphrase::new(&options.dir, options.passphrase_from.as_deref())?;
    let pending = PendingAuthority::create(&options.dir, &request, &passphrase.secret)?;
    let requested = Requested {
        subject: format!("CN={}", pending.common_name()),
        key: pending.key(),
        request: pending.request_path(),
        passphrase_file: passphrase.keep(&options.dir)?,
        dir: options.dir,
    };
    output.result(&requested, human)?;
    Ok(exit::DONE)
}

fn human(requested: &Requested) -> String {
    let (heading, help) = (style::HEADING, style::HELP);
    let mut text = format!("{heading}requested the authority {}{heading:#}\n", requested.subject);
    let passphrase = requested.passphrase_file.as_ref().map(|file| file.display().to_string());
    let rows = [
        ("request", Some(requested.request.display().to_string())),
        ("key", Some(requested.key.to_string())),
        ("passphrase", passphrase),
    ];
    fields(&mut text, rows.into_iter().filter_map(|(label, value)| Some((label, value?))));
    text.push_str(&format!(
        "  {help}next:{help:#} have the request signed, then flinkops pki intermediate install --dir {} ANSWER\n",
        requested.dir.display()
    ));
    text
}

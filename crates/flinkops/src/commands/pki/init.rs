//! `flinkops pki init`.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use pki::authority::{Authority, AuthorityRequest, Register};
use pki::constraints::{NameConstraints, Subtree};
use pki::key::KeyKind;
use pki::names::CommonName;
use pki::profile::Validity;
use serde::Serialize;

use super::secrets::{self, NewPassphrase};
use super::written::{day, fields};
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki init --dir pki
  flinkops pki init --dir root --name 'Company Flink Root' --path-length 1 --passphrase-from prompt
  flinkops pki init --dir pki --permit dns:flink.example.com --permit ip:10.1.0.0/16

The key is encrypted. Without --passphrase-from its passphrase is generated and written to
DIR/ca.passphrase, for its owner alone; the other commands find it there. Keep it elsewhere to
keep the key safe: whoever has the whole directory can issue certificates.")]
pub(crate) struct Options {
    /// The directory to create; new or empty.
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// Its common name [default: Flink CA and today's date].
    #[arg(long, value_name = "NAME")]
    name: Option<CommonName>,
    /// The kind of its key: rsa-2048, rsa-3072, rsa-4096, p-256, p-384 or ed25519.
    #[arg(long, value_name = "KIND", default_value = "rsa-3072")]
    key_type: KeyKind,
    /// How long it is valid, in days [default: 3652, ten years].
    #[arg(long, value_name = "DAYS")]
    days: Option<u32>,
    /// How many levels of authorities there may be below it; 0 issues for hosts only.
    #[arg(long, value_name = "N", default_value_t = 0)]
    path_length: u8,
    /// Issue for these names only: dns:DOMAIN with every host in it, or ip:ADDRESS/BITS. May be given several times.
    #[arg(long = "permit", value_name = "NAMES")]
    permitted: Vec<Subtree>,
    /// The passphrase of its key: env:NAME, file:PATH, prompt or generate [default: generate].
    #[arg(long, value_name = "SOURCE")]
    passphrase_from: Option<String>,
    /// Say what would be created, and create nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Created {
    dir: PathBuf,
    /// The file that everyone who trusts the authority needs.
    certificate: PathBuf,
    subject: String,
    key: KeyKind,
    path_length: u8,
    /// Empty: any name.
    permitted: Vec<String>,
    /// What follows is null with --dry-run.
    not_before: Option<Timestamp>,
    not_after: Option<Timestamp>,
    fingerprint_sha1: Option<String>,
    fingerprint_sha256: Option<String>,
    /// Null: the passphrase came from elsewhere.
    passphrase_file: Option<PathBuf>,
}

pub(crate) fn run(options: Options, output: &Output) -> Result<u8, Failure> {
    let now = adapters::now();
    let name = match options.name {
        Some(name) => name,
        None => format!("Flink CA {}", day(now)).parse()?,
    };
    let mut request = AuthorityRequest::new(name, now);
    request.key = options.key_type;
    request.path_length = options.path_length;
    request.constraints = NameConstraints::permitting(options.permitted.iter().cloned());
    request.by = adapters::user();
    if let Some(days) = options.days {
        request.validity = Validity::days(days)?;
    }
    let mut created = Created {
        certificate: options.dir.join("ca.pem"),
        subject: format!("CN={}", request.common_name),
        key: request.key,
        path_length: request.path_length,
        permitted: options.permitted.iter().map(ToString::to_string).collect(),
        not_before: None,
        not_after: None,
        fingerprint_sha1: None,
        fingerprint_sha256: None,
        passphrase_file: None,
        dir: options.dir,
    };
    if options.dry_run {
        if Register::open(&created.dir).is_ok() {
            return Err(pki::PkiError::Exists { dir: created.dir }.into());
        }
        output.result(&created, human)?;
        return Ok(exit::DONE);
    }
    let passphrase = NewPassphrase::new(&created.dir, options.passphrase_from.as_deref())?;
    let authority = Authority::create(&created.dir, &request, &passphrase.secret)?;
    created.passphrase_file = passphrase.keep(&created.dir)?;
    let info = authority.info();
    created.not_before = Some(info.not_before);
    created.not_after = Some(info.not_after);
    created.fingerprint_sha1 = Some(info.fingerprint_sha1.clone());
    created.fingerprint_sha256 = Some(info.fingerprint_sha256.clone());
    output.result(&created, human)?;
    Ok(exit::DONE)
}

fn human(created: &Created) -> String {
    let (heading, help) = (style::HEADING, style::HELP);
    let did = if created.not_after.is_some() { "created" } else { "would create" };
    let mut text = format!("{heading}{did} the authority {}{heading:#}\n", created.subject);
    let permitted =
        if created.permitted.is_empty() { "any".to_owned() } else { created.permitted.join(", ") };
    let rows = [
        ("certificate", Some(created.certificate.display().to_string())),
        ("key", Some(created.key.to_string())),
        ("names", Some(permitted)),
        ("valid until", created.not_after.map(day)),
        ("SHA-256", created.fingerprint_sha256.clone()),
        ("passphrase", created.passphrase_file.as_ref().map(|file| file.display().to_string())),
    ];
    fields(&mut text, rows.into_iter().filter_map(|(label, value)| Some((label, value?))));
    if created.passphrase_file.is_some() {
        text.push_str(&format!(
            "  {help}help:{help:#} keep {} away from the key beside it: move it, and give it with --passphrase-from\n",
            secrets::PASSPHRASE_FILE
        ));
    }
    text
}

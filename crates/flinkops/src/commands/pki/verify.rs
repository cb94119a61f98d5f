//! `flinkops pki verify`: will these stores work?

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::SignedDuration;
use ops_core::secret::Secret;
use ops_core::version::FlinkVersion;
use pki::profile::Role;
use pki::store::FileKind;
use pki::verify::handshake::Protocol;
use pki::verify::{Severity, StoreFile, Verification, VerifyRequest, verify};

use super::written::{day, fields};
use super::{bytes, secrets};
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki verify --role internal --keystore stores/internal.keystore.p12 \\
      --truststore stores/internal.truststore.p12
  flinkops pki verify --role rest-server --host jm-1.example.com --flink-version 1.20 \\
      --keystore rest.jks --keystore-password-from file:rest.password \\
      --truststore trust.jks --truststore-password-from file:trust.password

Both protocols are tried by real handshakes in this process; what a handshake fails on is named
by its cause.
Exit code: 0 connections will be established (there may be warnings), 1 they will not, 2 a file
cannot be read.")]
pub(crate) struct Options {
    /// The store with the key and its chain: PKCS#12, JKS, or PEM with both in it.
    #[arg(long, value_name = "FILE")]
    keystore: PathBuf,
    /// Its password: env:NAME, file:PATH or prompt [default: the file beside FILE with the ending
    /// .password if that is there, else prompt].
    #[arg(long, value_name = "SOURCE")]
    keystore_password_from: Option<String>,
    /// The password of the key, where it differs.
    #[arg(long, value_name = "SOURCE")]
    key_password_from: Option<String>,
    /// The store that the other side trusts by.
    #[arg(long, value_name = "FILE")]
    truststore: PathBuf,
    /// Its password, as for the keystore.
    #[arg(long, value_name = "SOURCE")]
    truststore_password_from: Option<String>,
    /// What the keystore is for: internal, rest-server, rest-client …
    #[arg(long, value_name = "ROLE")]
    role: Role,
    /// A name or address by which clients reach it. May be given several times.
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// The Flink whose default cipher suites apply, such as 1.20.
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
    /// The value of security.ssl.algorithms, where it is set.
    #[arg(long, value_name = "SUITES")]
    algorithms: Option<String>,
    /// The value of security.ssl.protocol: TLSv1.2 or TLSv1.3.
    #[arg(long, value_name = "PROTOCOL", default_value = "TLSv1.2", value_parser = protocol)]
    protocol: Protocol,
    /// Warn about what expires within so many days.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    warn_days: u32,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let keystore = store(&options.keystore, options.keystore_password_from.as_deref())?;
    let truststore = store(&options.truststore, options.truststore_password_from.as_deref())?;
    let mut request = VerifyRequest::new(keystore, truststore, options.role, adapters::now());
    request.key_password = secrets::optional(options.key_password_from.as_deref(), "Password of the key")?;
    request.hosts.clone_from(&options.hosts);
    request.version = options.flink_version;
    request.algorithms.clone_from(&options.algorithms);
    request.protocol = options.protocol;
    request.warn_before = SignedDuration::from_hours(24 * i64::from(options.warn_days));
    let found = verify(&request);
    output.result(&found, |found| human(found, options.role))?;
    Ok(if found.is_good() { exit::DONE } else { exit::FINDINGS })
}

fn store(path: &Path, given: Option<&str>) -> Result<StoreFile, Failure> {
    // A file that is not there is a mistake on the command line, not a finding.
    let kind = FileKind::detect(&bytes::read(path)?);
    let takes_password = matches!(kind, FileKind::Pkcs12 | FileKind::Jks);
    let password: Option<Secret> = match given {
        None if !takes_password => None,
        given => Some(secrets::store_password(path, given)?),
    };
    Ok(StoreFile { path: path.to_owned(), password })
}

fn protocol(text: &str) -> Result<Protocol, String> {
    let found = Protocol::ALL.into_iter().find(|protocol| protocol.name() == text);
    found.ok_or_else(|| "Flink takes one of TLSv1.2 and TLSv1.3".to_owned())
}

fn human(found: &Verification, role: Role) -> String {
    let (heading, help, good) = (style::HEADING, style::HELP, style::GOOD);
    let mut text = String::new();
    if let Some(leaf) = &found.leaf {
        text.push_str(&format!("{heading}{}{heading:#} as {role}\n", leaf.subject));
        let names: Vec<_> = leaf.names.iter().map(ToString::to_string).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        fields(
            &mut text,
            [("issuer", leaf.issuer.clone()), ("names", names), ("valid until", day(leaf.not_after))],
        );
    }
    for handshake in &found.handshakes {
        let host = handshake.host.as_deref().map(|host| format!("{host}: ")).unwrap_or_default();
        let result = match (&handshake.suite, &handshake.error) {
            (Some(suite), _) => format!("{good}ok{good:#} {suite}"),
            (None, Some(error)) => {
                let bad = style::ERROR;
                format!("{bad}fails{bad:#} {error}")
            }
            (None, None) => "was not tried".to_owned(),
        };
        fields(&mut text, [(handshake.protocol.name(), format!("{host}{result}"))]);
    }
    for finding in &found.findings {
        let (colour, word) = match finding.severity {
            Severity::Error => (style::ERROR, "error"),
            Severity::Warning => (style::WARNING, "warning"),
        };
        text.push_str(&format!("{colour}{word}[{}]{colour:#} {}\n", finding.code, finding.message));
        if !finding.help.is_empty() {
            text.push_str(&format!("  {help}help:{help:#} {}\n", finding.help));
        }
    }
    if found.is_good() {
        text.push_str(&format!("{good}connections will be established{good:#}\n"));
    }
    text
}

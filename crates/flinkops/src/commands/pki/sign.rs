//! `flinkops pki sign`: a request from anywhere, by role.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use ops_core::files::{self, Access};
use pki::authority::Authority;
use pki::certificate::{CertificateInfo, Serial};
use pki::constraints::{NameConstraints, Subtree};
use pki::names::CommonName;
use pki::profile::{Role, Validity};
use pki::request::{CertificateRequest, RequestError};
use pki::sign::{SignAuthority, SignRequest, SignedCertificate};
use pki::store::{ReadOptions, read_any_file};
use serde::Serialize;

use super::authority::AuthorityOptions;
use super::bytes;
use super::leaf::NameOptions;
use super::names::Missing;
use super::written::{day, fields};
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki sign --dir pki flink.csr --role internal --out answers
  keytool -certreq -alias rest -keystore rest.jks |
      flinkops pki sign --dir pki - --role rest-server --san dns:jm-1.example.com --out answers
  flinkops pki sign --dir root --intermediate issuing/request.pem --out answers \\
      --permit dns:example.com

The request contributes its key and, without --san, its names. Every extension comes from the
role; a request for the certificate of an authority is refused unless --intermediate is given.
Written is NAME.pem with the whole chain, which `keytool -importcert` and `flinkops pki import`
take as it is.")]
pub(crate) struct Options {
    #[command(flatten)]
    authority: AuthorityOptions,
    /// The request (PKCS#10) in PEM or DER; `-` is standard input.
    #[arg(value_name = "FILE")]
    request: PathBuf,
    /// What the certificate is for: internal, rest-server, rest-client, custom, custom:server, custom:client or
    /// custom:server+client.
    #[arg(long, value_name = "ROLE", required_unless_present = "intermediate")]
    role: Option<Role>,
    /// Its common name [default: the one in the request].
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    names: NameOptions,
    /// How long it is valid, in days [default: 397; with --intermediate 1826].
    #[arg(long, value_name = "DAYS")]
    days: Option<u32>,
    /// Where NAME.pem is written.
    #[arg(long = "out", value_name = "DIR")]
    out: PathBuf,
    /// Sign an authority below this one.
    #[arg(long, conflicts_with_all = ["role", "names", "complete_names"])]
    intermediate: bool,
    /// How many levels of authorities there may be below it.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "intermediate")]
    path_length: u8,
    /// It may issue for these names only: dns:DOMAIN or ip:ADDRESS/BITS. May be given several times.
    #[arg(long = "permit", value_name = "NAMES", requires = "intermediate")]
    permitted: Vec<Subtree>,
    /// Replace a file that holds another certificate.
    #[arg(long)]
    force: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Signed {
    /// The certificate and its chain, root last.
    certificate: PathBuf,
    subject: String,
    serial: Serial,
    names: Vec<String>,
    /// What the request asked for and did not get.
    left_out: Vec<String>,
    not_before: Timestamp,
    not_after: Timestamp,
    fingerprint_sha1: String,
    fingerprint_sha256: String,
}

pub(crate) fn run(options: Options, output: &Output) -> Result<u8, Failure> {
    let authority = options.authority.open()?;
    let request = CertificateRequest::parse(&bytes::read(&options.request)?)
        .map_err(|error| Failure::from(error).during(options.request.display()))?;
    let validity = options.days.map(Validity::days).transpose()?;
    let out = &options.out;
    let (file, signed) = match options.role {
        Some(role) => sign_leaf(&options, &authority, &request, role, validity, output)?,
        None => {
            let name: CommonName = match &options.name {
                Some(name) => name.parse()?,
                None => request.common_name.clone().unwrap_or_default().parse()?,
            };
            let file = out.join(format!("{}.pem", file_name(&name)));
            guard(&file, &request, options.force)?;
            let mut sign = SignAuthority::new(&request, name, adapters::now());
            sign.path_length = options.path_length;
            sign.constraints = NameConstraints::permitting(options.permitted.iter().cloned());
            sign.validity = validity.unwrap_or(Validity::INTERMEDIATE);
            sign.by = adapters::user();
            (file, authority.sign_authority(&sign)?)
        }
    };
    if !out.is_dir() {
        files::create_directory(out, Access::Public)?;
    }
    files::write(&file, pki::pem::certificates(&signed.chain).as_bytes(), Access::Public)?;
    let names = match signed.chain.first() {
        Some(leaf) => CertificateInfo::parse(leaf)?.names.iter().map(ToString::to_string).collect(),
        None => Vec::new(),
    };
    let signed = Signed {
        certificate: file,
        subject: format!("CN={}", signed.name),
        serial: signed.serial,
        names,
        left_out: request.left_out,
        not_before: signed.not_before,
        not_after: signed.not_after,
        fingerprint_sha1: signed.fingerprint_sha1,
        fingerprint_sha256: signed.fingerprint_sha256,
    };
    output.result(&signed, human)?;
    Ok(exit::DONE)
}

fn sign_leaf(
    options: &Options,
    authority: &Authority,
    request: &CertificateRequest,
    role: Role,
    validity: Option<Validity>,
    output: &Output,
) -> Result<(PathBuf, SignedCertificate), Failure> {
    if let Some(asks) = request.wants_authority {
        // Before anything else that may be wrong with it: this is what its reader must see.
        let error = RequestError::WantsAuthority { subject: request.subject.clone(), asks };
        return Err(Failure::from(error).help("--intermediate in place of --role signs an authority"));
    }
    let name = match &options.name {
        Some(name) => name.parse()?,
        None => request.leaf_name().map_err(|error| {
            Failure::from(error).help("name it with --name; the common name of the request is passed over")
        })?,
    };
    let mut sign = SignRequest::new(request, name, role, adapters::now());
    if !options.names.names.is_empty() {
        sign.names.clone_from(&options.names.names);
    }
    let missing = Missing::of(role, &sign.names, authority.constraints());
    if options.names.complete_names {
        sign.names.extend(missing.names);
    } else if let Some(warning) = missing.warning(sign.name.as_str()) {
        output.warning(warning);
    }
    sign.validity = validity.unwrap_or(Validity::LEAF);
    sign.by = adapters::user();
    let file = options.out.join(format!("{}.pem", sign.name));
    guard(&file, request, options.force)?;
    Ok((file, authority.sign_request(&sign)?))
}

/// Refuses to replace the certificate of another key.
fn guard(file: &Path, request: &CertificateRequest, force: bool) -> Result<(), Failure> {
    if force || !file.exists() {
        return Ok(());
    }
    let store = read_any_file(file, &ReadOptions::default());
    let leaf = store.ok().and_then(|store| store.trusted().next().cloned());
    let same = leaf
        .and_then(|leaf| CertificateInfo::parse(&leaf).ok())
        .is_some_and(|info| info.public_key == request.public_key);
    if same {
        return Ok(());
    }
    Err(Failure::usage(format!("{} is there and holds something else; nothing was signed", file.display()))
        .help("choose another --name or --out, or add --force to replace it"))
}

fn file_name(name: &CommonName) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
    let text: String = name.as_str().chars().map(keep).collect();
    let parts: Vec<_> = text.split('-').filter(|part| !part.is_empty()).collect();
    let text = parts.join("-").trim_matches('.').to_owned();
    if text.is_empty() { "authority".to_owned() } else { text }
}

fn human(signed: &Signed) -> String {
    let (heading, warning) = (style::HEADING, style::WARNING);
    let mut text = format!("{heading}signed {}{heading:#}\n", signed.subject);
    fields(&mut text, [("certificate", signed.certificate.display().to_string())]);
    fields(&mut text, (!signed.names.is_empty()).then(|| ("names", signed.names.join(", "))));
    fields(
        &mut text,
        [
            ("valid until", day(signed.not_after)),
            ("serial", signed.serial.to_string()),
            ("SHA-1", signed.fingerprint_sha1.clone()),
            ("SHA-256", signed.fingerprint_sha256.clone()),
        ],
    );
    if !signed.left_out.is_empty() {
        text.push_str(&format!(
            "  {warning}left out{warning:#}             {}\n",
            signed.left_out.join(", ")
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_names_become_file_names() {
        for (name, expected) in [
            ("Flink Issuing CA", "flink-issuing-ca"),
            ("../../etc/passwd", "..-..-etc-passwd"),
            ("数据", "authority"),
            ("CA v1.2", "ca-v1.2"),
        ] {
            let found = file_name(&name.parse().unwrap());
            assert_eq!(found, expected.trim_matches('.'), "{name}");
        }
    }
}

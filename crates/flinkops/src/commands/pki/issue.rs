//! `flinkops pki issue`: one leaf with its stores.

use clap::Args;
use pki::authority::{Authority, LeafRequest};
use pki::certificate::fingerprint_sha256;
use pki::names::LeafName;
use pki::profile::Role;
use pki::store::write_leaf;
use rustls_pki_types::CertificateDer;
use serde::Serialize;

use super::authority::AuthorityOptions;
use super::format::FormatOptions;
use super::leaf::{KeyOptions, NameOptions, ValidityOptions};
use super::names::Missing;
use super::place::{Own, PlaceOptions};
use super::written;
use crate::failure::Failure;
use crate::output::Output;
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki issue --dir pki --name internal --role internal --out stores
  flinkops pki issue --dir pki --name rest --role rest-server --out stores \\
      --san dns:jm-1.example.com --san ip:10.1.0.5 --complete-names
  flinkops pki issue --dir pki --name client --role rest-client --format pem --out stores

Written are N.keystore.p12, N.truststore.p12 and a file with the password of each (with
--format pem: N.pem, N.key and ca.pem). Files of the same leaf are replaced and keep their
passwords; anything else needs --force.")]
pub(crate) struct Options {
    #[command(flatten)]
    authority: AuthorityOptions,
    /// Its common name, its alias in the keystore, and the beginning of its file names.
    #[arg(long, value_name = "NAME")]
    name: LeafName,
    /// What it is for: internal, rest-server, rest-client, custom, custom:server, custom:client or custom:server+client.
    #[arg(long, value_name = "ROLE")]
    role: Role,
    #[command(flatten)]
    names: NameOptions,
    #[command(flatten)]
    key_kind: KeyOptions,
    #[command(flatten)]
    validity: ValidityOptions,
    #[command(flatten)]
    format: FormatOptions,
    #[command(flatten)]
    place: PlaceOptions,
    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// What would be issued; its fields are stable.
#[derive(Debug, Serialize)]
struct Planned {
    dry_run: bool,
    name: LeafName,
    role: Role,
    names: Vec<String>,
    keystore: std::path::PathBuf,
    truststore: std::path::PathBuf,
}

pub(crate) fn run(options: Options, output: &Output) -> Result<u8, Failure> {
    let authority = options.authority.open()?;
    let mut names = options.names.names;
    let missing = Missing::of(options.role, &names, authority.constraints());
    if options.names.complete_names {
        names.extend(missing.names);
    } else if let Some(warning) = missing.warning(options.name.as_str()) {
        output.warning(warning);
    }
    options.key_kind.warn(output);
    let mut request = LeafRequest::new(options.name.clone(), options.role, names, adapters::now());
    request.key = options.key_kind.key_type;
    request.validity = options.validity.validity()?;
    request.by = adapters::user();

    let is_own = own_leaves(&authority, &options.name)?;
    let own = Own { anchor: authority.anchor(), is_own: &is_own, key_file: None };
    let format = options.format.format();
    let place = options.place.prepare(&options.name, format, &own, output)?;
    if options.dry_run {
        let planned = Planned {
            dry_run: true,
            name: options.name,
            role: options.role,
            names: request.names.iter().map(ToString::to_string).collect(),
            keystore: place.stores.keystore,
            truststore: place.stores.truststore,
        };
        output.result(&planned, |planned| {
            format!("would issue {} and write {}\n", planned.name, planned.keystore.display())
        })?;
        return Ok(exit::DONE);
    }
    let leaf = authority.issue(&request)?;
    let anchors = [authority.anchor().clone()];
    let files = write_leaf(
        &options.place.out,
        &leaf,
        &anchors,
        format,
        &place.passwords,
        place.key_password.as_ref(),
    )?;
    // The contract of this command: these fields are the same for every format.
    output.result(&files, |files| written::leaf(&format!("issued {} ({})", leaf.name, leaf.role), files))?;
    Ok(exit::DONE)
}

/// Tells the certificates that the authority issued under a name.
fn own_leaves(
    authority: &Authority,
    name: &LeafName,
) -> Result<impl Fn(&CertificateDer<'_>) -> bool + use<>, Failure> {
    let name = name.as_str().to_ascii_lowercase();
    let records = authority.records()?.into_iter();
    let own: std::collections::HashSet<String> = records
        .filter(|record| record.row.name.as_str().to_ascii_lowercase() == name)
        .map(|record| record.row.fingerprint_sha256)
        .collect();
    Ok(move |certificate: &CertificateDer<'_>| own.contains(&fingerprint_sha256(certificate)))
}

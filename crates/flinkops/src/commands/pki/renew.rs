//! `flinkops pki renew`: new certificates into the stores that are there.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use ops_core::files::{self, Access};
use ops_core::secret::{Secret, SecretSource};
use pki::authority::{Authority, Leaf, Record};
use pki::certificate::{Serial, fingerprint_sha256};
use pki::inspect::{ProblemCode, inspect};
use pki::key::{KeyKind, PrivateKey};
use pki::names::LeafName;
use pki::node_stores::NodeStores;
use pki::profile::Role;
use pki::renewal::{self, RenewalKey};
use pki::store::{
    Entry, Format, ReadOptions, Store, StorePasswords, StoreProfile, WriteOptions, encode, read_any,
    write_leaf,
};
use rustls_pki_types::CertificateDer;
use serde::Serialize;

use super::authority::AuthorityOptions;
use super::bytes;
use super::format::FormatOptions;
use super::leaf::ValidityOptions;
use super::written::day;
use crate::failure::Failure;
use crate::output::{Output, style, table};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki renew --dir pki --out stores
  flinkops pki renew --dir pki --out stores --within 60 --keep-key
  flinkops pki renew --dir pki --out stores --name jm-1-rest

A renewed certificate has the name, the role and the alternative names of the old one.
Keystores are replaced in place, each as a whole, in their format and with their passwords;
truststores are not touched. Flink reads its stores when a process starts: restart what uses
them.")]
pub(crate) struct Options {
    #[command(flatten)]
    authority: AuthorityOptions,
    /// The directory with the stores.
    #[arg(long = "out", value_name = "DIR")]
    out: PathBuf,
    /// Renew what expires within so many days.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    within: u32,
    /// Renew this one, however long it has. May be given several times.
    #[arg(long = "name", value_name = "NAME", conflicts_with = "within")]
    names: Vec<LeafName>,
    /// Keep the key. Without this each gets a new one of the same kind.
    #[arg(long, conflicts_with = "key_type")]
    keep_key: bool,
    /// The kind of the new key [default: as before].
    #[arg(long, value_name = "KIND")]
    key_type: Option<KeyKind>,
    #[command(flatten)]
    validity: ValidityOptions,
    #[command(flatten)]
    format: FormatOptions,
    /// Say what would be renewed, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Renewals {
    dry_run: bool,
    renewed: Vec<Renewed>,
    /// What expires, but has no stores in the directory.
    elsewhere: Vec<Elsewhere>,
}

#[derive(Debug, Serialize)]
struct Renewed {
    name: LeafName,
    role: Role,
    keystore: PathBuf,
    /// The serial number of the certificate that was there.
    replaces: Serial,
    /// Until when that one is valid.
    old_not_after: Timestamp,
    /// What follows is null with --dry-run.
    serial: Option<Serial>,
    not_after: Option<Timestamp>,
    fingerprint_sha1: Option<String>,
    fingerprint_sha256: Option<String>,
}

#[derive(Debug, Serialize)]
struct Elsewhere {
    name: LeafName,
    role: Role,
    not_after: Timestamp,
}

/// A leaf to be renewed, and where it stands.
struct Due {
    record: Record,
    /// None: its stores are made anew.
    there: Option<There>,
    stores: NodeStores,
}

/// A keystore that is there, and how to open it.
struct There {
    password: Option<Secret>,
    key_password: Option<Secret>,
    key: PrivateKey,
    certificate: CertificateDer<'static>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let authority = options.authority.open()?;
    let now = adapters::now();
    let mut renewals = Renewals { dry_run: options.dry_run, renewed: Vec::new(), elsewhere: Vec::new() };
    let mut due = Vec::new();
    for record in wanted(options, &authority, now)? {
        let (format, there) = locate(&options.out, &authority, &record, options.format.format())?;
        if there.is_none() && options.names.is_empty() {
            let (name, role, not_after) = (record.row.name, record.row.role, record.row.not_after);
            renewals.elsewhere.push(Elsewhere { name, role, not_after });
            continue;
        }
        let stores = NodeStores::in_directory(&options.out, &record.row.name, format);
        due.push(Due { record, there, stores });
    }
    let leaves = if options.dry_run { Vec::new() } else { issue(options, &authority, &due, now)? };
    let mut leaves = leaves.into_iter();
    for due in due {
        let leaf = leaves.next();
        if let Some(leaf) = &leaf {
            write(options, &authority, &due, leaf)?;
        }
        renewals.renewed.push(Renewed {
            name: due.record.row.name,
            role: due.record.row.role,
            keystore: due.stores.keystore,
            replaces: due.record.row.serial,
            old_not_after: due.record.row.not_after,
            serial: leaf.as_ref().map(|leaf| leaf.serial.clone()),
            not_after: leaf.as_ref().map(|leaf| leaf.not_after),
            fingerprint_sha1: leaf.as_ref().map(|leaf| leaf.fingerprint_sha1.clone()),
            fingerprint_sha256: leaf.map(|leaf| leaf.fingerprint_sha256),
        });
    }
    for one in &renewals.elsewhere {
        output.warning(format!(
            "{} ({}) expires on {} and has no stores in {}; renew it where they are, or name it with --name",
            one.name,
            one.role,
            day(one.not_after),
            options.out.display()
        ));
    }
    output.result(&renewals, |renewals| human(renewals, options.within))?;
    Ok(exit::DONE)
}

fn wanted(options: &Options, authority: &Authority, now: Timestamp) -> Result<Vec<Record>, Failure> {
    if options.names.is_empty() {
        let threshold = SignedDuration::from_hours(24 * i64::from(options.within));
        return Ok(renewal::due(authority, threshold, now)?);
    }
    options.names.iter().map(|name| Ok(authority.newest(name)?)).collect()
}

/// The keystore of a leaf: of several formats the one with its newest certificate. One that holds something else is an
/// error: it is not replaced.
fn locate(
    out: &Path,
    authority: &Authority,
    record: &Record,
    otherwise: Format,
) -> Result<(Format, Option<There>), Failure> {
    let own: HashSet<String> = authority
        .records()?
        .into_iter()
        .filter(|other| other.row.name == record.row.name && other.row.role == record.row.role)
        .map(|other| other.row.fingerprint_sha256)
        .collect();
    let mut found: Option<(Format, There)> = None;
    for format in [Format::Pkcs12(StoreProfile::Modern), Format::Jks, Format::Pem] {
        let stores = NodeStores::in_directory(out, &record.row.name, format);
        if !stores.keystore.exists() {
            continue;
        }
        let (format, there) = open(out, record, stores)?;
        let fingerprint = fingerprint_sha256(&there.certificate);
        if fingerprint == record.row.fingerprint_sha256 {
            return Ok((format, Some(there)));
        }
        if !own.contains(&fingerprint) {
            let stores = NodeStores::in_directory(out, &record.row.name, format);
            return Err(unusable(&stores, "holds a certificate that this authority did not issue for it"));
        }
        found.get_or_insert((format, there));
    }
    Ok(found.map_or((otherwise, None), |(format, there)| (format, Some(there))))
}

/// Opens the keystore of a leaf.
fn open(out: &Path, record: &Record, stores: NodeStores) -> Result<(Format, There), Failure> {
    let name = &record.row.name;
    let fetch = |file: &Path| SecretSource::File(file.to_owned()).fetch(|_| None);
    let password = stores.keystore_password_file.as_deref().map(fetch).transpose()?;
    let key_file = out.join(format!("{name}.key.password"));
    let key_password = key_file.is_file().then(|| fetch(&key_file)).transpose()?;
    let options = ReadOptions {
        password: password.clone(),
        key_password: key_password.clone(),
        ..ReadOptions::default()
    };
    let mut text = match &stores.key {
        Some(key) => bytes::read(key)?,
        None => Default::default(),
    };
    text.extend_from_slice(&bytes::read(&stores.keystore)?);
    let store = read_any(&text, &options)
        .map_err(|error| unusable(&stores, &format!("cannot be opened: {error}")))?;
    let mut keys = store.keys();
    let (Some((_, key, [certificate, ..])), None) = (keys.next(), keys.next()) else {
        return Err(unusable(&stores, "does not hold one key with its certificate"));
    };
    let report = inspect(&text, &options, adapters::now());
    let is_legacy = report.problems.iter().any(|problem| problem.code == ProblemCode::LegacyEncryption);
    let format = match stores.format {
        Format::Pkcs12(_) if is_legacy => Format::Pkcs12(StoreProfile::Legacy),
        format => format,
    };
    Ok((format, There { password, key_password, key: key.clone(), certificate: certificate.clone() }))
}

fn unusable(stores: &NodeStores, what: &str) -> Failure {
    Failure::usage(format!("{} {what}; nothing was renewed", stores.keystore.display()))
        .help("restore it, move it away, or issue it anew with `flinkops pki issue --force`")
}

fn issue(
    options: &Options,
    authority: &Authority,
    due: &[Due],
    now: Timestamp,
) -> Result<Vec<Leaf>, Failure> {
    let validity = options.validity.validity()?;
    let mut requests = Vec::new();
    for due in due {
        let key = match (options.keep_key, &due.there, options.key_type) {
            (true, Some(there), _) => {
                RenewalKey::Keep { key: there.key.clone(), certificate: there.certificate.clone() }
            }
            (true, None, _) => {
                let message =
                    format!("there is no keystore of {} whose key could be kept", due.record.row.name);
                return Err(Failure::usage(message).help("leave --keep-key out"));
            }
            (false, _, Some(kind)) => RenewalKey::NewOf(kind),
            (false, _, None) => RenewalKey::New,
        };
        requests.push(authority.renewal(&due.record, key, validity, now, adapters::user())?);
    }
    Ok(authority.issue_all(&requests)?)
}

/// Replaces the keystore; where there was none, everything is written.
fn write(options: &Options, authority: &Authority, due: &Due, leaf: &Leaf) -> Result<(), Failure> {
    let Some(there) = &due.there else {
        let anchors = [authority.anchor().clone()];
        write_leaf(&options.out, leaf, &anchors, due.stores.format, &StorePasswords::generate(), None)?;
        return Ok(());
    };
    let alias = leaf.name.as_str().to_ascii_lowercase();
    let mut writing = WriteOptions::new(leaf.not_before).and_key_password(there.key_password.clone());
    writing.password.clone_from(&there.password);
    let encoded = |key: &PrivateKey, chain| {
        encode(&Store::new(vec![Entry::key(&alias, key.clone(), chain)]), due.stores.format, &writing)
    };
    match &due.stores.key {
        Some(key_file) => {
            // A key that is kept needs no writing, so that only the certificate changes.
            if !options.keep_key {
                files::write(key_file, &encoded(&leaf.key, Vec::new())?, Access::Private)?;
            }
            let chain = pki::pem::certificates(&leaf.chain);
            files::write(&due.stores.keystore, chain.as_bytes(), Access::Public)?;
        }
        None => {
            files::write(&due.stores.keystore, &encoded(&leaf.key, leaf.chain.clone())?, Access::Private)?
        }
    }
    Ok(())
}

fn human(renewals: &Renewals, within: u32) -> String {
    if renewals.renewed.is_empty() {
        return format!("nothing here expires within {within} days\n");
    }
    let rows = renewals.renewed.iter().map(|one| {
        [
            one.name.to_string(),
            one.role.to_string(),
            day(one.old_not_after),
            one.not_after.map_or_else(|| "would be renewed".to_owned(), day),
            one.keystore.display().to_string(),
        ]
    });
    let mut text = table(["NAME", "ROLE", "WAS VALID UNTIL", "VALID UNTIL", "KEYSTORE"], rows);
    if !renewals.dry_run {
        let help = style::HELP;
        text.push_str(&format!("{help}next:{help:#} restart the processes that use these keystores; Flink reads them at its start only\n"));
    }
    text
}

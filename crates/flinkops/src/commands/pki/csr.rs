//! `flinkops pki csr`: a key and a request for its certificate.

use std::path::{Path, PathBuf};

use clap::Args;
use ops_core::files::{self, Access};
use ops_core::secret::Secret;
use pki::key::PrivateKey;
use pki::names::LeafName;
use pki::profile::Role;
use pki::request;
use pki::store::{Entry, Format, Store, WriteOptions, encode};
use serde::Serialize;

use super::import::KeySource;
use super::leaf::{KeyOptions, NameOptions};
use super::names::Missing;
use super::secrets;
use super::written::fields;
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki csr --name rest --role rest-server --san dns:jm-1.example.com --out stores
  flinkops pki csr --name rest --role rest-server --san dns:jm-1 --private-key keystore.jks \\
      --private-key-password-from file:keystore.password --out stores

Written are N.key and N.csr. Send N.csr to the authority; the answer goes to `pki import`.")]
pub(crate) struct Options {
    /// The common name to ask for, and the beginning of the file names.
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
    existing: ExistingKey,
    /// Where the files are written; a new directory is readable by you alone.
    #[arg(long = "out", value_name = "DIR")]
    out: PathBuf,
    /// Encrypt the key with this password: env:NAME, file:PATH, prompt or generate [default: it is not encrypted].
    #[arg(long, value_name = "SOURCE")]
    key_password_from: Option<String>,
    /// Replace the files. A key that is replaced is lost.
    #[arg(long)]
    force: bool,
}

/// A key that is there already.
#[derive(Debug, Args)]
struct ExistingKey {
    /// Ask for a certificate for this key instead of a new one: PEM, DER, PKCS#12 or JKS.
    #[arg(long, value_name = "FILE", conflicts_with = "key_type")]
    private_key: Option<PathBuf>,
    /// The password of that file: env:NAME, file:PATH or prompt.
    #[arg(long, value_name = "SOURCE", requires = "private_key")]
    private_key_password_from: Option<String>,
    /// Which key of that file, where it holds several.
    #[arg(long, value_name = "ALIAS", requires = "private_key")]
    alias: Option<String>,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Requested {
    request: PathBuf,
    /// Null: the key stays where it is.
    private_key: Option<PathBuf>,
    /// Null: the key is not encrypted, or with a password that was given.
    key_password_file: Option<PathBuf>,
    name: LeafName,
    role: Role,
    names: Vec<String>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let mut names = options.names.names.clone();
    let missing = Missing::of(options.role, &names, &[]);
    if options.names.complete_names {
        names.extend(missing.names);
    } else if let Some(warning) = missing.warning(options.name.as_str()) {
        output.warning(warning);
    }
    if options.existing.private_key.is_none() {
        options.key_kind.warn(output);
    }
    let at = |suffix: &str| options.out.join(format!("{}.{suffix}", options.name));
    let (key_file, request_file) = (at("key"), at("csr"));
    let existing = options.existing.private_key.as_deref();
    if existing.is_none() {
        refuse_existing(&key_file, options.force)?;
    }
    if existing.is_none() || request_file.exists() {
        refuse_existing(&request_file, options.force || existing.is_some())?;
    }
    let request = match existing {
        Some(file) => {
            let source = KeySource {
                file,
                password_from: options.existing.private_key_password_from.as_deref(),
                alias: options.existing.alias.as_deref(),
            };
            request::create_for(&options.name, options.role, &names, &source.read()?)?
        }
        None => request::create(&options.name, options.role, &names, options.key_kind.key_type)?,
    };
    let password = match options.key_password_from.as_deref() {
        None => None,
        Some(source) => {
            let given = secrets::new_password(Some(source), "Password of the key", output)?;
            Some(given.map_or_else(|| (Secret::generate(), true), |given| (given, false)))
        }
    };
    if !options.out.is_dir() {
        files::create_directory(&options.out, Access::Private)?;
    }
    let mut requested = Requested {
        request: request_file,
        private_key: existing.is_none().then(|| key_file.clone()),
        key_password_file: None,
        name: options.name.clone(),
        role: options.role,
        names: names.iter().map(ToString::to_string).collect(),
    };
    if existing.is_none() {
        if let Some((password, true)) = &password {
            let file = at("key.password");
            secrets::write_password(&file, password)?;
            requested.key_password_file = Some(file);
        }
        write_key(&key_file, &request.key, password.map(|(password, _)| password))?;
    }
    files::write(&requested.request, request.pem.as_bytes(), Access::Public)?;
    output.result(&requested, human)?;
    Ok(exit::DONE)
}

fn refuse_existing(file: &Path, force: bool) -> Result<(), Failure> {
    if force || !file.exists() {
        return Ok(());
    }
    Err(Failure::usage(format!("{} is there already; nothing was written", file.display())).help(
        "make a request for the key that is there with --private-key FILE, or add --force to replace it",
    ))
}

/// Writes a key in PEM, encrypted where there is a password.
fn write_key(file: &Path, key: &PrivateKey, password: Option<Secret>) -> Result<(), Failure> {
    let store = Store::new(vec![Entry::key("key", key.clone(), Vec::new())]);
    let options = WriteOptions::new(adapters::now()).and_key_password(password);
    let pem = encode(&store, Format::Pem, &options)?;
    Ok(files::write(file, &pem, Access::Private)?)
}

fn human(requested: &Requested) -> String {
    let (heading, help) = (style::HEADING, style::HELP);
    let mut text = format!("{heading}requested {} ({}){heading:#}\n", requested.name, requested.role);
    let path = |path: &PathBuf| path.display().to_string();
    let rows = [
        ("request", Some(path(&requested.request))),
        ("private key", requested.private_key.as_ref().map(path)),
        ("key password", requested.key_password_file.as_ref().map(path)),
        ("names", (!requested.names.is_empty()).then(|| requested.names.join(", "))),
    ];
    fields(&mut text, rows.into_iter().filter_map(|(label, value)| Some((label, value?))));
    text.push_str(&format!(
        "  {help}next:{help:#} send the request to the authority, then flinkops pki import --name {} ANSWER\n",
        requested.name
    ));
    text
}

//! `flinkops pki import`: from the answer of a foreign authority to stores.

use std::path::{Path, PathBuf};

use clap::Args;
use ops_core::secret::Secret;
use pki::certificate::{CertificateInfo, fingerprint_sha256};
use pki::import::{Answer, Certificates};
use pki::key::PrivateKey;
use pki::names::LeafName;
use pki::profile::{CustomUsage, Role};
use pki::store::{LeafFiles, ReadOptions, StoreError, StoreFileError, read_any_file, write_leaf};
use serde::Serialize;

use super::format::FormatOptions;
use super::place::{Own, PlaceOptions};
use super::{bytes, secrets, written};
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{adapters, connection, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki import --name rest answer.p7b --out stores
  flinkops pki import --name internal --role internal --private-key keystore.jks \\
      --private-key-password-from file:keystore.password --out stores answer.pem root.pem

The certificates may come in any order and form: PEM, DER, PKCS#7. The chain is built up to the
root, every signature in it is verified, and what is missing is named. Compare the root's
fingerprint with the authority's own before you trust it.")]
pub(crate) struct Options {
    /// The alias in the keystore and the beginning of the file names.
    #[arg(long, value_name = "NAME")]
    name: LeafName,
    /// What the authority answered, and what is missing in it; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Insist on a certificate that serves for this: internal, rest-server, rest-client …
    #[arg(long, value_name = "ROLE")]
    role: Option<Role>,
    /// The key that the request was made for: PEM, DER, PKCS#12 or JKS [default: NAME.key in DIR].
    #[arg(long, value_name = "FILE")]
    private_key: Option<PathBuf>,
    /// The password of that file: env:NAME, file:PATH or prompt [default: file:NAME.key.password if that is there].
    #[arg(long, value_name = "SOURCE")]
    private_key_password_from: Option<String>,
    /// Which key of that file, where it holds several.
    #[arg(long, value_name = "ALIAS")]
    alias: Option<String>,
    #[command(flatten)]
    format: FormatOptions,
    #[command(flatten)]
    place: PlaceOptions,
    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Imported {
    /// As `pki issue` has it; null with --dry-run.
    #[serde(flatten)]
    files: Option<LeafFiles>,
    /// The subjects, the leaf's first, the root last.
    chain: Vec<String>,
    /// What the truststore trusts.
    root_fingerprint_sha256: String,
    /// Certificates that have no place in the chain.
    unused: Vec<String>,
}

/// A file with a private key in it.
pub(super) struct KeySource<'a> {
    pub(super) file: &'a Path,
    pub(super) password_from: Option<&'a str>,
    pub(super) alias: Option<&'a str>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let own_file = options.place.out.join(format!("{}.key", options.name));
    let own_password = options.place.out.join(format!("{}.key.password", options.name));
    let beside = (options.private_key.is_none() && own_password.is_file())
        .then(|| connection::file_source(&own_password));
    let source = KeySource {
        file: options.private_key.as_deref().unwrap_or(&own_file),
        password_from: options.private_key_password_from.as_deref().or(beside.as_deref()),
        alias: options.alias.as_deref(),
    };
    let (key, source_password) = source.open()?;
    let public_key = key.public_key_der()?;
    let mut certificates = Certificates::new();
    for file in &options.files {
        certificates.add(&file.display().to_string(), &bytes::read(file)?)?;
    }
    let answer = Answer::build(&certificates, &public_key, adapters::now())?;
    let root = answer.require_root()?.clone();
    if let (Some(role), Some(leaf)) = (options.role, answer.infos.first()) {
        insist(role, leaf)?;
    }
    let mut imported = Imported {
        files: None,
        chain: answer.infos.iter().map(|info| info.subject.clone()).collect(),
        root_fingerprint_sha256: fingerprint_sha256(&root),
        unused: answer.unused.clone(),
    };
    let format = options.format.format();
    let own = Own {
        anchor: &root,
        is_own: &|other| CertificateInfo::parse(other).is_ok_and(|info| info.public_key == public_key),
        key_file: Some(source.file),
    };
    let mut place = options.place.prepare(&options.name, format, &own, output)?;
    if place.key_password.is_none() && place.stores.key.as_deref() == Some(source.file) {
        // The file is replaced by itself: a key that was encrypted stays so.
        place.key_password = source_password;
    }
    if !options.dry_run {
        let role = options.role.unwrap_or(Role::Custom(CustomUsage::Any));
        let leaf = answer.into_leaf(options.name.clone(), role, key)?;
        let key_password = place.key_password.as_ref();
        imported.files =
            Some(write_leaf(&options.place.out, &leaf, &[root], format, &place.passwords, key_password)?);
    }
    output.result(&imported, |imported| human(imported, &options.name))?;
    Ok(exit::DONE)
}

impl KeySource<'_> {
    /// The key.
    pub(super) fn read(&self) -> Result<PrivateKey, Failure> {
        Ok(self.open()?.0)
    }

    /// The key, and the password that opened it.
    fn open(&self) -> Result<(PrivateKey, Option<Secret>), Failure> {
        let what = format!("Password of {}", self.file.display());
        let password = secrets::optional(self.password_from, &what)?;
        let options = ReadOptions { password: password.clone(), ..ReadOptions::default() };
        let store = read_any_file(self.file, &options).map_err(|error| {
            let needed =
                matches!(&error, StoreFileError::Store { problem: StoreError::PasswordNeeded { .. }, .. });
            let failure = Failure::from(error);
            if needed {
                failure.help("the option for this file is --private-key-password-from")
            } else {
                failure
            }
        })?;
        let keys: Vec<_> = store.keys().collect();
        let refuse = |what: String| {
            let aliases: Vec<_> = keys.iter().map(|(alias, ..)| *alias).collect();
            let failure = Failure::usage(format!("{} {what}", self.file.display()));
            Err(if aliases.is_empty() {
                failure.help("give the file with the key that the request was made for")
            } else {
                failure.help(format!("choose one with --alias: {}", aliases.join(", ")))
            })
        };
        let wanted = self.alias.map(str::to_lowercase);
        let mut fitting = keys
            .iter()
            .filter(|(alias, ..)| wanted.as_ref().is_none_or(|wanted| alias.to_lowercase() == *wanted));
        match (fitting.next(), fitting.next()) {
            (Some((_, key, _)), None) => Ok(((*key).clone(), password)),
            (Some(_), Some(_)) => refuse("holds several private keys".to_owned()),
            (None, _) => match self.alias {
                Some(alias) => refuse(format!("holds no private key with the alias `{alias}`")),
                None => refuse("holds no private key".to_owned()),
            },
        }
    }
}

/// Refuses a certificate that does not serve for a role.
fn insist(role: Role, leaf: &CertificateInfo) -> Result<(), Failure> {
    let lacks = match (role.is_server() && !leaf.usage.server, role.is_client() && !leaf.usage.client) {
        (false, false) => return Ok(()),
        (true, false) => "serverAuth",
        (false, true) => "clientAuth",
        (true, true) => "serverAuth and clientAuth",
    };
    Err(Failure::usage(format!(
        "the certificate of {} does not serve for {role}: its extended key usage lacks {lacks}; nothing was written",
        leaf.subject
    ))
    .help(format!("ask the authority for a certificate with {lacks}")))
}

fn human(imported: &Imported, name: &LeafName) -> String {
    let warning = style::WARNING;
    let mut text = match &imported.files {
        Some(files) => written::leaf(&format!("imported {name}"), files),
        None => format!("would import {name}\n"),
    };
    written::fields(
        &mut text,
        [
            ("chain", imported.chain.join(" ← ")),
            ("SHA-256 of the root", imported.root_fingerprint_sha256.clone()),
        ],
    );
    if !imported.unused.is_empty() {
        text.push_str(&format!(
            "  {warning}not used{warning:#}             {}\n",
            imported.unused.join("; ")
        ));
    }
    text
}

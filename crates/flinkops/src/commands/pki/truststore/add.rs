//! `flinkops pki truststore add`.

use std::path::PathBuf;

use clap::Args;
use ops_core::secret::Secret;
use pki::store::truststore::{self, IfMissing, TrustedCertificate, TruststoreChange};
use pki::store::{EntryKind, ReadOptions, read_any};
use rustls_pki_types::CertificateDer;
use serde::Serialize;

use super::command::{StoreOptions, copy, warn};
use crate::commands::pki::format::{Compat, StoreFormat};
use crate::commands::pki::written::count;
use crate::commands::pki::{bytes, secrets};
use crate::failure::Failure;
use crate::output::Output;
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki truststore add rest.truststore.p12 partner-ca.pem
  flinkops pki truststore add truststore.jks ca.crt --alias company-root --password-from prompt

A new truststore gets a generated password, written beside it into a file with the
ending .password, unless --password-from says otherwise. What is trusted already is not added a second time.")]
pub(crate) struct Options {
    #[command(flatten)]
    store: StoreOptions,
    /// Files with the certificates: PEM, DER or PKCS#7; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The alias of the one certificate [default: made from its common name].
    #[arg(long, value_name = "ALIAS")]
    alias: Option<String>,
    /// The format of a new truststore, p12 or jks [default: the one that its name says, else p12].
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<StoreFormat>,
    /// For which JVMs a new PKCS#12 truststore is encrypted.
    #[arg(long, value_enum, default_value_t, value_name = "JVMS")]
    compat: Compat,
    /// Say what would be added, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Added {
    truststore: PathBuf,
    /// The aliases of the new entries.
    aliases: Vec<String>,
    /// The aliases under which the others stand there already.
    already_trusted: Vec<String>,
    /// How many entries there are now.
    entries: usize,
    /// Where a generated password was written.
    password_file: Option<PathBuf>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let store = &options.store.store;
    let mut certificates = Vec::new();
    for file in &options.files {
        certificates.extend(trusted(file)?);
    }
    if let Some(alias) = &options.alias {
        match &mut certificates[..] {
            [(one, _)] => one.clone_from(alias),
            all => {
                return Err(Failure::usage(format!("{} certificates cannot share one alias", all.len()))
                    .help("leave --alias out, or add them one by one"));
            }
        }
    }
    let is_new = !store.exists();
    let (password, generated) = password(options, is_new, output)?;
    let known = if is_new { Vec::new() } else { truststore::list(store, &password)? };
    let mut already_trusted = Vec::new();
    certificates.retain(|(_, certificate)| {
        let known = known.iter().find(|known| known.certificate == *certificate);
        // With an alias of its own it is asked for as another entry.
        let skipped = known.filter(|_| options.alias.is_none());
        already_trusted.extend(skipped.map(|known| known.alias.clone()));
        skipped.is_none()
    });
    if options.alias.is_none() {
        distinguish(&mut certificates, &known);
    }
    let mut added = Added {
        truststore: store.clone(),
        aliases: Vec::new(),
        already_trusted,
        entries: known.len(),
        password_file: None,
    };
    if !certificates.is_empty() {
        let file = generated.filter(|_| !options.dry_run).map(|_| secrets::password_file(store));
        let change = secrets::with_password_file(file.as_deref(), Some(&password), || {
            change(options, &password, &certificates)
        })?;
        added.password_file = file;
        warn(&change, output);
        added.aliases = change.aliases;
        added.already_trusted.extend(change.already_trusted);
        added.entries = change.entries;
    }
    output.result(&added, |added| human(added, options.dry_run))?;
    Ok(exit::DONE)
}

/// The certificates of a file, with aliases made from their common names.
fn trusted(file: &std::path::Path) -> Result<Vec<(String, CertificateDer<'static>)>, Failure> {
    let store = read_any(&bytes::read(file)?, &ReadOptions::default()).map_err(|error| {
        Failure::usage(format!("cannot take certificates from {}: {error}", file.display()))
    })?;
    if store.keys().next().is_some() {
        return Err(Failure::usage(format!(
            "{} holds a private key, which nobody else needs",
            file.display()
        ))
        .help("give the certificate of the authority alone"));
    }
    let entries = store.entries.into_iter().filter_map(|entry| match entry.kind {
        EntryKind::Trusted(certificate) => Some((entry.alias, certificate)),
        _ => None,
    });
    Ok(entries.collect())
}

/// Numbers aliases that are made from common names, so that none is that of another entry.
fn distinguish(certificates: &mut [(String, CertificateDer<'static>)], known: &[TrustedCertificate]) {
    let mut taken: Vec<String> = known.iter().map(|known| known.alias.to_lowercase()).collect();
    for (alias, _) in certificates {
        let numbered = (2..).map(|number| format!("{alias}-{number}"));
        let mut candidates = std::iter::once(alias.clone()).chain(numbered);
        if let Some(free) = candidates.find(|candidate| !taken.contains(&candidate.to_lowercase())) {
            taken.push(free.to_lowercase());
            *alias = free;
        }
    }
}

fn password(options: &Options, is_new: bool, output: &Output) -> Result<(Secret, Option<Secret>), Failure> {
    let store = &options.store;
    let given = store.password_from.as_deref();
    let beside = secrets::password_file(&store.store);
    if !is_new || (given.is_none() && beside.is_file()) {
        return Ok((store.password()?, None));
    }
    match secrets::new_password(given, "Password of the new truststore", output)? {
        Some(password) => Ok((password, None)),
        None => {
            if beside.exists() {
                return Err(Failure::usage(format!(
                    "{} is there already; nothing was written",
                    beside.display()
                ))
                .help("leave --password-from out to use the password in it, or move it away"));
            }
            let password = Secret::generate();
            Ok((password.clone(), Some(password)))
        }
    }
}

fn change(
    options: &Options,
    password: &Secret,
    certificates: &[(String, CertificateDer<'static>)],
) -> Result<TruststoreChange, Failure> {
    let store = &options.store.store;
    let format = options.format.or_else(|| StoreFormat::of_name(store)).unwrap_or_default();
    let if_missing = IfMissing::Create(format.with(options.compat));
    if options.dry_run {
        let (_scratch, copy) = copy(store)?;
        return Ok(truststore::add(&copy, password, certificates, if_missing, adapters::now())?);
    }
    Ok(truststore::add(store, password, certificates, if_missing, adapters::now())?)
}

fn human(added: &Added, dry_run: bool) -> String {
    let did = if dry_run { "would add" } else { "added" };
    let mut text = String::new();
    for alias in &added.aliases {
        text.push_str(&format!("{did} {alias}\n"));
    }
    for alias in &added.already_trusted {
        text.push_str(&format!("already trusted as {alias}\n"));
    }
    let trusted = count(added.entries, "certificate");
    text.push_str(&format!("{} trusts {trusted}\n", added.truststore.display()));
    if let Some(file) = &added.password_file {
        text.push_str(&format!("its password is in {}\n", file.display()));
    }
    text
}

//! `flinkops keytab create`.

use std::path::PathBuf;

use clap::Args;
use ops_core::secret::{Secret, SecretSource};
use secure_conf::keytab::{
    self, ByteOrder, EncryptionType, Entry, Keytab, KeytabError, NameType, Principal, Salt, WeakEtypes,
    derive_key,
};
use serde::Serialize;

use super::entries::{Shown, count, rows};
use crate::failure::Failure;
use crate::output::Output;
use crate::{adapters, connection, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops keytab create flink.keytab --principal flink@EXAMPLE.COM --kvno 2
  flinkops keytab create flink.keytab --principal flink/tm-1.example.com@EXAMPLE.COM \\
      --password-from file:password --etype aes256-cts-hmac-sha384-192 --add

The keys are those that a KDC derives from the same password, byte for byte. The kvno is the KDC's
(kadmin: getprinc shows it); `keytab check --kdc` says whether both are right.")]
pub(crate) struct Options {
    /// The keytab to write, for its owner alone.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Whose keys, as name@REALM or name/host@REALM.
    #[arg(short, long, value_name = "PRINCIPAL")]
    principal: Principal,
    /// The password: env:NAME, file:PATH or prompt.
    #[arg(long, value_name = "SOURCE", default_value = "prompt")]
    password_from: String,
    /// The version number of the keys.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    kvno: u32,
    /// An encryption type, by name or number; several may be given [default: aes256-cts-hmac-sha1-96 and
    /// aes128-cts-hmac-sha1-96, the ones that KDCs have unless told otherwise].
    #[arg(long = "etype", value_name = "TYPE", value_delimiter = ',')]
    etypes: Vec<EncryptionType>,
    /// The salt, where it is not made from realm and name: of renamed principals, and of Active Directory's.
    #[arg(long, value_name = "TEXT")]
    salt: Option<String>,
    /// Add the keys to a keytab that is there.
    #[arg(long)]
    add: bool,
    /// Replace a keytab that is there.
    #[arg(long, conflicts_with = "add")]
    force: bool,
    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Make keys of weak encryption types too: arcfour-hmac and des3-cbc-sha1. Single DES is not there at all.
    #[arg(long)]
    danger_allow_weak_etypes: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Created {
    keytab: PathBuf,
    /// The new entries.
    entries: Vec<Shown>,
    /// How many entries the keytab holds now.
    total: usize,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let file = &options.file;
    let mut keytab = if options.add && file.exists() {
        keytab::read(file, ByteOrder::Guess)?.keytab
    } else if file.exists() && !options.force {
        return Err(Failure::usage(format!("{} is there already; nothing was written", file.display()))
            .help("add the keys to it with --add, or replace it with --force"));
    } else {
        Keytab::default()
    };
    let etypes = match &options.etypes[..] {
        [] => &[EncryptionType::AES256_SHA1, EncryptionType::AES128_SHA1],
        given => given,
    };
    let weak = if options.danger_allow_weak_etypes { WeakEtypes::DangerAllow } else { WeakEtypes::Refuse };
    // Nobody is asked for a password that leads to nothing.
    if let Some(etype) = etypes.iter().find(|etype| etype.is_weak() && weak == WeakEtypes::Refuse) {
        return Err(refused(KeytabError::Weak { etype: *etype }));
    }
    let password = password(options)?;
    let salt = options.salt.clone().map_or(Salt::OfPrincipal, |salt| Salt::Given(salt.into_bytes()));
    let timestamp = u32::try_from(adapters::now().as_second()).unwrap_or_default();
    let mut entries = Vec::new();
    for etype in etypes {
        let key = derive_key(&password, &options.principal, &salt, *etype, weak).map_err(refused)?;
        let principal = options.principal.clone();
        entries.push(Entry { principal, name_type: NameType::PRINCIPAL, timestamp, kvno: options.kvno, key });
    }
    let shown = Shown::all(&entries);
    keytab.merge(entries).map_err(refused)?;
    if !options.dry_run {
        keytab::write(file, &keytab)?;
    }
    let created = Created { keytab: file.clone(), entries: shown, total: keytab.entries.len() };
    output.result(&created, |created| {
        let did = if options.dry_run { "would write" } else { "wrote" };
        format!("{}{did} {}: {}\n", rows(&created.entries), file.display(), count(created.total))
    })?;
    Ok(exit::DONE)
}

fn refused(error: KeytabError) -> Failure {
    let help = match &error {
        KeytabError::Weak { .. } => "use an AES type, or insist with --danger-allow-weak-etypes",
        KeytabError::NotDerivable { .. } => {
            "use one of aes256-cts-hmac-sha1-96, aes128-cts-hmac-sha1-96, aes256-cts-hmac-sha384-192 and aes128-cts-hmac-sha256-128"
        }
        KeytabError::Conflict { .. } => {
            "take the old key out first with `flinkops keytab remove`, or give the new kvno with --kvno"
        }
        KeytabError::EmptyPassword => "give a password with --password-from file:PATH or env:NAME",
        _ => return error.into(),
    };
    Failure::from(error).help(help)
}

/// A password that is typed is asked for twice, since nobody sees it.
fn password(options: &Options) -> Result<Secret, Failure> {
    let source = &options.password_from;
    let prompt = format!("Password of {}", options.principal);
    let password = connection::secret(source, &prompt)?;
    if source.parse::<SecretSource>()? == SecretSource::Prompt
        && connection::secret(source, "The same again")? != password
    {
        return Err(Failure::usage("the two are not the same; nothing was written"));
    }
    Ok(password)
}

//! `flinkops pki convert`: a store in another format.

use std::path::PathBuf;

use clap::Args;
use ops_core::secret::Secret;
use pki::store::{self, Conversion, Format, ReadOptions, Unauthenticated, WriteOptions};
use serde::Serialize;

use super::format::{Compat, StoreFormat};
use super::secrets;
use super::written::count;
use crate::failure::Failure;
use crate::output::Output;
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki convert keystore.jks keystore.p12 --password-from file:keystore.password
  flinkops pki convert rest.keystore.p12 rest.pem
  flinkops pki convert bundle.pem truststore.jks --to-password-from generate

The password stays the same where there is one, and is generated where there is none; a
generated one is written beside the store, into a file with
the ending .password.")]
pub(crate) struct Options {
    /// The store to read: PKCS#12, JKS, PEM, or a certificate, a key or PKCS#7 in DER.
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// The store to write.
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// The format to write [default: the one that the name of TO says].
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<StoreFormat>,
    /// For which JVMs PKCS#12 stores are encrypted.
    #[arg(long, value_enum, default_value_t, value_name = "JVMS")]
    compat: Compat,
    /// The password of FROM: env:NAME, file:PATH or prompt [default: the file beside FROM with the ending
    /// .password if that is there].
    #[arg(long, value_name = "SOURCE")]
    password_from: Option<String>,
    /// The password of the keys in FROM, where it differs.
    #[arg(long, value_name = "SOURCE")]
    key_password_from: Option<String>,
    /// The password of TO: env:NAME, file:PATH, prompt or generate [default: the one of FROM, else generate].
    #[arg(long, value_name = "SOURCE")]
    to_password_from: Option<String>,
    /// A password for the keys in TO alone; with PEM, which has no other, they are encrypted with it.
    #[arg(long, value_name = "SOURCE")]
    to_key_password_from: Option<String>,
    /// Replace TO if it is there.
    #[arg(long)]
    force: bool,
    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Read a store that nothing proves to be as its maker wrote it.
    #[arg(long)]
    danger_accept_unauthenticated: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Converted {
    store: PathBuf,
    format: Format,
    /// Where a generated password was written.
    password_file: Option<PathBuf>,
    /// How many entries were written, and what was left out.
    #[serde(flatten)]
    conversion: Conversion,
}

/// The password of the new store was made here, so it has to be written down.
struct Generated;

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let (from, to) = (&options.from, &options.to);
    let format = options.format.or_else(|| StoreFormat::of_name(to)).ok_or_else(|| {
        Failure::usage(format!("the name {} says no format", to.display()))
            .help("add --format p12, jks or pem")
    })?;
    let format = format.with(options.compat);
    if to.exists() && !options.force {
        return Err(Failure::usage(format!("{} is there already; nothing was written", to.display()))
            .help("choose another name, or add --force to replace it"));
    }
    let reading = reading(options)?;
    let (writing, generated) = writing(options, format, reading.password.clone(), output)?;
    let password_file = generated.filter(|_| !options.dry_run).map(|_| secrets::password_file(to));
    let conversion = if options.dry_run {
        // The same work, into a place that vanishes.
        let scratch = scratch()?;
        store::convert(from, &reading, &scratch.path().join("store"), format, &writing)?
    } else {
        secrets::with_password_file(password_file.as_deref(), writing.password.as_ref(), || {
            Ok(store::convert(from, &reading, to, format, &writing)?)
        })?
    };
    if format == Format::Pem && conversion.keys > 0 && writing.key_password.is_none() {
        output.warning(format!(
            "the key in {} is not encrypted; --to-key-password-from encrypts it",
            to.display()
        ));
    }
    let converted = Converted { store: to.clone(), format, password_file, conversion };
    output.result(&converted, |converted| human(converted, options.dry_run))?;
    if conversion.secret_keys > 0 {
        output.warning(format!("{} secret keys were left out; TLS uses none", conversion.secret_keys));
    }
    Ok(exit::DONE)
}

fn reading(options: &Options) -> Result<ReadOptions, Failure> {
    let beside = secrets::password_file(&options.from);
    let password = match &options.password_from {
        None if beside.is_file() => Some(secrets::store_password(&options.from, None)?),
        given => secrets::optional(given.as_deref(), &format!("Password of {}", options.from.display()))?,
    };
    let key_password = secrets::optional(options.key_password_from.as_deref(), "Password of the keys")?;
    let unauthenticated = if options.danger_accept_unauthenticated {
        Unauthenticated::DangerAccept
    } else {
        Unauthenticated::Refuse
    };
    Ok(ReadOptions { password, key_password, unauthenticated })
}

/// How TO is written, and whether its password is a generated one.
fn writing(
    options: &Options,
    format: Format,
    before: Option<Secret>,
    output: &Output,
) -> Result<(WriteOptions, Option<Generated>), Failure> {
    let mut writing = WriteOptions::new(adapters::now());
    let mut generated = None;
    if let Some(source) = options.to_key_password_from.as_deref() {
        let password = secrets::new_password(Some(source), "Password of the keys", output)?;
        writing.key_password = Some(password.ok_or_else(|| {
            Failure::usage("the password of the keys cannot be generated here")
                .help("give it with env:NAME, file:PATH or prompt")
        })?);
    }
    if format == Format::Pem {
        return Ok((writing, None));
    }
    let given =
        secrets::new_password(options.to_password_from.as_deref(), "Password of the new store", output)?;
    let generates = options.to_password_from.is_some() && given.is_none();
    let beside = secrets::password_file(&options.to);
    if generates && beside.exists() && !options.force {
        return Err(Failure::usage(format!("{} is there already; nothing was written", beside.display()))
            .help("leave --to-password-from out to use the password in it, or add --force to replace it"));
    }
    writing.password = match given.or_else(|| before.filter(|_| !generates)) {
        None if !generates && beside.is_file() => Some(secrets::store_password(&options.to, None)?),
        password => password,
    };
    match &writing.password {
        Some(password) => secrets::judge(password, output)?,
        None => {
            writing.password = Some(Secret::generate());
            generated = Some(Generated);
        }
    }
    Ok((writing, generated))
}

fn scratch() -> Result<tempfile::TempDir, Failure> {
    tempfile::tempdir()
        .map_err(|error| Failure::usage(format!("cannot create a temporary directory: {error}")))
}

fn human(converted: &Converted, dry_run: bool) -> String {
    let did = if dry_run { "would write" } else { "wrote" };
    let Conversion { keys, trusted, unlisted, .. } = converted.conversion;
    let mut text = format!(
        "{did} {} ({}): {}, {}",
        converted.store.display(),
        converted.format,
        count(keys, "key"),
        count(trusted, "trusted certificate")
    );
    if unlisted > 0 {
        let fate = if converted.format == Format::Pem { "others" } else { "others left out" };
        text.push_str(&format!(", {unlisted} {fate}"));
    }
    text.push('\n');
    if let Some(file) = &converted.password_file {
        text.push_str(&format!("its password is in {}\n", file.display()));
    }
    text
}

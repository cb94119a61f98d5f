//! Passphrases of authorities and passwords of stores: where they come from, and which are refused.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use ops_core::files::{self, Access};
use ops_core::secret::{Secret, SecretSource};
use pki::store::{check_password, password_warning};

use crate::connection;
use crate::failure::Failure;
use crate::output::Output;

/// The file in a CA directory that `pki init` writes a generated passphrase to.
pub(super) const PASSPHRASE_FILE: &str = "ca.passphrase";

/// The passphrase of an authority that exists.
pub(in crate::commands) fn passphrase(dir: &Path, given: Option<&str>) -> Result<Secret, Failure> {
    let file = dir.join(PASSPHRASE_FILE);
    let source = match given {
        Some(given) => given.to_owned(),
        None if file.is_file() => connection::file_source(&file),
        None if std::io::stdin().is_terminal() => "prompt".to_owned(),
        None => {
            let message = format!(
                "the key of the authority is encrypted, and there is neither {} nor a terminal to ask for its passphrase",
                file.display()
            );
            return Err(Failure::usage(message).help("add --passphrase-from file:PATH or env:NAME"));
        }
    };
    connection::secret(&source, &format!("Passphrase of the authority in {}", dir.display()))
}

/// The passphrase of an authority that is about to be made, and its file where it is generated.
#[derive(Debug)]
pub(in crate::commands) struct NewPassphrase {
    pub(in crate::commands) secret: Secret,
    /// Written beside the CA directory; it is put into it once that is there.
    generated: Option<tempfile::NamedTempFile>,
}

impl NewPassphrase {
    /// `generate` is the default: nobody can forget what stands in a file, nor choose it badly.
    pub(in crate::commands) fn new(dir: &Path, given: Option<&str>) -> Result<Self, Failure> {
        let source = given.unwrap_or("generate");
        if source.parse::<SecretSource>()? != SecretSource::Generate {
            let secret = fetch_new(source, "Passphrase of the new authority")?;
            return Ok(Self { secret, generated: None });
        }
        let parent = match dir.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let secret = Secret::generate();
        // On the disk before the key that it encrypts: whatever is interrupted, no key is without its passphrase.
        let write = || {
            let mut file = tempfile::Builder::new().prefix(".flinkops-passphrase-").tempfile_in(parent)?;
            std::io::Write::write_all(&mut file, line(&secret).expose().as_bytes())?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        let generated = write().map_err(files::context("create a file in", parent))?;
        Ok(Self { secret, generated: Some(generated) })
    }

    /// Puts a generated passphrase into the CA directory.
    pub(in crate::commands) fn keep(self, dir: &Path) -> Result<Option<PathBuf>, Failure> {
        let Some(file) = self.generated else { return Ok(None) };
        let path = dir.join(PASSPHRASE_FILE);
        file.persist(&path).map_err(|error| files::context("write", &path)(error.error))?;
        Ok(Some(path))
    }
}

/// A password for a store that is about to be written. `None`: one is to be generated.
pub(super) fn new_password(
    given: Option<&str>,
    what: &str,
    output: &Output,
) -> Result<Option<Secret>, Failure> {
    let Some(source) = given else { return Ok(None) };
    if source.parse::<SecretSource>()? == SecretSource::Generate {
        return Ok(None);
    }
    let password = fetch_new(source, what)?;
    judge(&password, output)?;
    Ok(Some(password))
}

/// Refuses passwords that Java could not use, and warns about those that are no secret.
pub(crate) fn judge(password: &Secret, output: &Output) -> Result<(), Failure> {
    check_password(password)?;
    if let Some(warning) = password_warning(password) {
        output.warning(warning);
    }
    Ok(())
}

/// The password of a store that exists, if there is one: the one given, else the one in the file beside it
/// (`N.keystore.password` beside `N.keystore.p12`), else one that is asked for.
pub(crate) fn store_password(store: &Path, given: Option<&str>) -> Result<Secret, Failure> {
    let beside = password_file(store);
    let source = match given {
        Some(given) => given.to_owned(),
        None if beside.is_file() => connection::file_source(&beside),
        None if std::io::stdin().is_terminal() => "prompt".to_owned(),
        None => {
            let message = format!(
                "{} needs a password, and there is neither {} nor a terminal to ask for it",
                store.display(),
                beside.display()
            );
            return Err(Failure::usage(message).help("add --password-from file:PATH or env:NAME"));
        }
    };
    connection::secret(&source, &format!("Password of {}", store.display()))
}

/// A password that may be missing.
pub(super) fn optional(given: Option<&str>, what: &str) -> Result<Option<Secret>, Failure> {
    given.map(|source| connection::secret(source, what)).transpose()
}

/// Where the password of a store stands.
pub(super) fn password_file(store: &Path) -> PathBuf {
    store.with_extension("password")
}

/// Writes a store whose password is a new one, after the password, so that no store is ever without. Nothing is left of
/// either when the store cannot be written.
pub(super) fn with_password_file<T>(
    file: Option<&Path>,
    password: Option<&Secret>,
    write: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let file = file.zip(password);
    let before = file.and_then(|(file, _)| std::fs::read(file).ok()).map(zeroize::Zeroizing::new);
    if let Some((file, password)) = file {
        write_password(file, password)?;
    }
    write().inspect_err(|_| {
        if let Some((file, _)) = file {
            // The error to be told is why the store was not written.
            let _ = match &before {
                Some(before) => files::write(file, before, Access::Private).ok(),
                None => std::fs::remove_file(file).ok(),
            };
        }
    })
}

/// Writes a password to its file, for its owner alone.
pub(super) fn write_password(file: &Path, password: &Secret) -> Result<(), Failure> {
    Ok(files::write(file, line(password).expose().as_bytes(), Access::Private)?)
}

fn line(secret: &Secret) -> Secret {
    Secret::new(format!("{}\n", secret.expose()))
}

/// A new secret is asked for twice, since nobody sees what they type.
fn fetch_new(source: &str, what: &str) -> Result<Secret, Failure> {
    let secret = connection::secret(source, what)?;
    if source.parse::<SecretSource>()? == SecretSource::Prompt
        && connection::secret(source, "The same again")? != secret
    {
        return Err(Failure::usage("the two are not the same; nothing was written"));
    }
    Ok(secret)
}

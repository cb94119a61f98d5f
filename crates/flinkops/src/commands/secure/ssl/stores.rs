//! The stores that are to be wired: from `pki`, whose naming supplies what is not given, or from anywhere.

use std::path::{Path, PathBuf};

use clap::Args;
use ops_core::secret::Secret;
use pki::certificate::CertificateInfo;
use pki::store::{FileKind, ReadOptions, Store, StoreError, StoreFileError, read_any};
use secure_conf::ssl::{ClientIdentity, StoreType, Stores, Truststore};

use crate::commands::pki::{bytes, secrets};
use crate::connection;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(next_help_heading = "Stores")]
pub(super) struct StoreOptions {
    /// The keystore of internal connections, PKCS#12 or JKS.
    #[arg(long, value_name = "KEYSTORE")]
    internal: Option<PathBuf>,
    /// Its password: env:NAME, file:PATH or prompt [default: the file beside it with the ending .password, else prompt].
    #[arg(long, value_name = "SOURCE", requires = "internal")]
    internal_password_from: Option<String>,
    /// The password of the key in it, where it differs (JKS) [default: N.key.password beside it, else the store's].
    #[arg(long, value_name = "SOURCE", requires = "internal")]
    internal_key_password_from: Option<String>,
    /// Its truststore [default: N.truststore.* beside N.keystore.*].
    #[arg(long, value_name = "TRUSTSTORE", requires = "internal")]
    internal_truststore: Option<PathBuf>,
    /// The password of the truststore, as for the keystore.
    #[arg(long, value_name = "SOURCE", requires = "internal")]
    internal_truststore_password_from: Option<String>,
    /// The keystore of the REST endpoint, or of its client.
    #[arg(long, value_name = "KEYSTORE")]
    rest: Option<PathBuf>,
    /// Its password, as above.
    #[arg(long, value_name = "SOURCE", requires = "rest")]
    rest_password_from: Option<String>,
    /// The password of the key in it, as above.
    #[arg(long, value_name = "SOURCE", requires = "rest")]
    rest_key_password_from: Option<String>,
    /// Its truststore, as above.
    #[arg(long, value_name = "TRUSTSTORE")]
    rest_truststore: Option<PathBuf>,
    /// The password of the truststore, as above.
    #[arg(long, value_name = "SOURCE")]
    rest_truststore_password_from: Option<String>,
}

/// A keystore with its truststore, and what the certificate says.
pub(super) struct Read {
    pub(super) stores: Stores,
    pub(super) fingerprint_sha1: String,
}

/// A keystore that was opened.
struct Keystore {
    path: PathBuf,
    store_type: StoreType,
    password: Secret,
    key_password: Secret,
    info: CertificateInfo,
}

impl StoreOptions {
    pub(super) fn has_internal(&self) -> bool {
        self.internal.is_some()
    }

    pub(super) fn has_rest(&self) -> bool {
        self.rest.is_some()
    }

    /// The stores of internal connections.
    pub(super) fn internal(&self, output: &Output) -> Result<Option<Read>, Failure> {
        let Some(path) = &self.internal else { return Ok(None) };
        let keystore = keystore(
            path,
            self.internal_password_from.as_deref(),
            self.internal_key_password_from.as_deref(),
            output,
        )?;
        let truststore = truststore(
            self.internal_truststore.as_deref(),
            Some(path),
            self.internal_truststore_password_from.as_deref(),
            output,
        )?;
        Ok(Some(Read::new(keystore, truststore)))
    }

    /// The stores of the REST endpoint.
    pub(super) fn rest(&self, output: &Output) -> Result<Option<Read>, Failure> {
        let Some(keystore) = self.rest_keystore(output)? else { return Ok(None) };
        Ok(Some(Read::new(keystore, self.rest_truststore(output)?)))
    }

    /// What a client shows.
    pub(super) fn client_identity(&self, output: &Output) -> Result<Option<ClientIdentity>, Failure> {
        let keystore = self.rest_keystore(output)?;
        Ok(keystore.map(|keystore| ClientIdentity {
            keystore: keystore.path,
            keystore_type: keystore.store_type,
            keystore_password: keystore.password,
            key_password: keystore.key_password,
        }))
    }

    /// Whom REST clients trust, and the endpoint among its clients.
    pub(super) fn rest_truststore(&self, output: &Output) -> Result<Truststore, Failure> {
        let given = self.rest_truststore.as_deref();
        truststore(given, self.rest.as_deref(), self.rest_truststore_password_from.as_deref(), output)
    }

    fn rest_keystore(&self, output: &Output) -> Result<Option<Keystore>, Failure> {
        let Some(path) = &self.rest else { return Ok(None) };
        let (password, key) = (self.rest_password_from.as_deref(), self.rest_key_password_from.as_deref());
        keystore(path, password, key, output).map(Some)
    }
}

impl Read {
    fn new(keystore: Keystore, truststore: Truststore) -> Self {
        let stores = Stores {
            keystore: keystore.path,
            keystore_type: keystore.store_type,
            keystore_password: keystore.password,
            key_password: keystore.key_password,
            truststore,
            key_algorithm: keystore.info.key,
        };
        Self { stores, fingerprint_sha1: keystore.info.fingerprint_sha1 }
    }
}

fn keystore(
    path: &Path,
    password: Option<&str>,
    key_password: Option<&str>,
    output: &Output,
) -> Result<Keystore, Failure> {
    let (bytes, store_type) = bytes_of(path)?;
    let password = secrets::store_password(path, password)?;
    secrets::judge(&password, output)?;
    let beside = sibling(path, "key.password").filter(|file| file.is_file());
    let key_password = match (key_password, beside) {
        (Some(source), _) => {
            connection::secret(source, &format!("Password of the key in {}", path.display()))?
        }
        (None, Some(file)) if store_type == StoreType::Jks => {
            connection::secret(&connection::file_source(&file), "")?
        }
        _ => password.clone(),
    };
    let options = ReadOptions {
        password: Some(password.clone()),
        key_password: Some(key_password.clone()),
        ..ReadOptions::default()
    };
    let store = open(path, &bytes, &options, "keystore")?;
    let leaf = store.keys().find_map(|(_, _, chain)| chain.first());
    let leaf = leaf.ok_or_else(|| {
        Failure::usage(format!("{} holds no private key with a certificate", path.display()))
            .help("name the keystore, not the truststore")
    })?;
    let info = CertificateInfo::parse(leaf)?;
    let path = placed(path)?;
    Ok(Keystore { path, store_type, password, key_password, info })
}

fn truststore(
    given: Option<&Path>,
    keystore: Option<&Path>,
    password: Option<&str>,
    output: &Output,
) -> Result<Truststore, Failure> {
    let beside = || {
        let keystore = keystore?;
        let name = keystore.file_name()?.to_str()?.replacen(".keystore.", ".truststore.", 1);
        Some(keystore.with_file_name(name)).filter(|file| file != keystore && file.is_file())
    };
    let path = given.map(Path::to_owned).or_else(beside).ok_or_else(|| {
        let what = keystore.map_or_else(|| "a client".to_owned(), |path| path.display().to_string());
        Failure::usage(format!("there is no truststore for {what}"))
            .help("name it with --internal-truststore or --rest-truststore")
    })?;
    let (bytes, store_type) = bytes_of(&path)?;
    let password = secrets::store_password(&path, password)?;
    secrets::judge(&password, output)?;
    open(&path, &bytes, &ReadOptions::with_password(password.clone()), "truststore")?;
    Ok(Truststore { path: placed(&path)?, store_type, password })
}

fn bytes_of(path: &Path) -> Result<(zeroize::Zeroizing<Vec<u8>>, StoreType), Failure> {
    let bytes = bytes::read(path)?;
    match FileKind::detect(&bytes) {
        FileKind::Pkcs12 => Ok((bytes, StoreType::Pkcs12)),
        FileKind::Jks => Ok((bytes, StoreType::Jks)),
        other => Err(Failure::usage(format!(
            "{} is {}, and Flink reads PKCS#12 and JKS only",
            path.display(),
            other.describe()
        ))
        .help("`flinkops pki convert` makes a PKCS#12 store of it")),
    }
}

fn open(path: &Path, bytes: &[u8], options: &ReadOptions, what: &str) -> Result<Store, Failure> {
    read_any(bytes, options).map_err(|problem| {
        let differs =
            matches!(problem, StoreError::Unsupported { .. }) && options.key_password != options.password;
        let failure = Failure::from(StoreFileError::Store { path: path.to_owned(), problem });
        if differs {
            return failure
                .help("in PKCS#12 the key has the password of its store: leave the key password out");
        }
        failure.help(format!("give the password of the {what} as env:NAME or file:PATH"))
    })
}

/// The absolute path.
fn placed(path: &Path) -> Result<PathBuf, Failure> {
    path.canonicalize().map_err(|error| Failure::usage(format!("cannot find {}: {error}", path.display())))
}

/// `N.key.password` beside `N.keystore.p12`.
fn sibling(keystore: &Path, ending: &str) -> Option<PathBuf> {
    let name = keystore.file_name()?.to_str()?;
    let (leaf, _) = name.split_once(".keystore.")?;
    Some(keystore.with_file_name(format!("{leaf}.{ending}")))
}

//! Where stores are written, and what stands there already: a leaf of the same name and origin is replaced, anything
//! else is left alone unless `--force` says otherwise.

use std::path::{Path, PathBuf};

use clap::Args;
use ops_core::secret::{Secret, SecretSource};
use pki::names::LeafName;
use pki::node_stores::NodeStores;
use pki::store::{Format, ReadOptions, StorePasswords, check_password, read_any_file};
use rustls_pki_types::CertificateDer;

use super::secrets;
use crate::failure::Failure;
use crate::output::Output;

/// Where stores go, and their passwords.
#[derive(Debug, Clone, Args)]
pub(super) struct PlaceOptions {
    /// Where the files are written; a new directory is readable by you alone.
    #[arg(long = "out", value_name = "DIR")]
    pub(super) out: PathBuf,
    /// One password for keystore and truststore: env:NAME, file:PATH, prompt or generate [default: the ones in the password
    /// files that are there, else two generated ones].
    #[arg(long, value_name = "SOURCE")]
    password_from: Option<String>,
    /// A password for the key alone: env:NAME, file:PATH, prompt or generate. Not in PKCS#12, where Java reads no such key.
    #[arg(long, value_name = "SOURCE")]
    key_password_from: Option<String>,
    /// Replace files that are not those of the same leaf.
    #[arg(long)]
    force: bool,
}

/// What makes files one's own, to be replaced without asking.
pub(super) struct Own<'a> {
    /// What the new truststore will hold.
    pub(super) anchor: &'a CertificateDer<'static>,
    /// Tells the certificates that may be replaced.
    pub(super) is_own: &'a dyn Fn(&CertificateDer<'_>) -> bool,
    /// Where the key comes from, if it is there already; it may be replaced by itself.
    pub(super) key_file: Option<&'a Path>,
}

/// A place that may be written to, and the passwords for it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) stores: NodeStores,
    pub(super) passwords: StorePasswords,
    pub(super) key_password: Option<Secret>,
}

impl PlaceOptions {
    /// Looks at what is there, and decides on the passwords.
    pub(super) fn prepare(
        &self,
        name: &LeafName,
        format: Format,
        own: &Own<'_>,
        output: &Output,
    ) -> Result<Place, Failure> {
        let stores = NodeStores::in_directory(&self.out, name, format);
        let given = secrets::new_password(self.password_from.as_deref(), "Password of the stores", output)?;
        let key_password = match self.key_password_from.as_deref() {
            None => None,
            Some(source) => {
                let password = secrets::new_password(Some(source), "Password of the key", output)?;
                Some(password.unwrap_or_else(Secret::generate))
            }
        };
        let generate = self.password_from.as_deref() == Some("generate");
        let mut passwords = StorePasswords::generate();
        if let Some(given) = given {
            passwords = StorePasswords { keystore: given.clone(), truststore: given };
        } else if !generate {
            if let Some(kept) = kept(stores.keystore_password_file.as_deref(), self.force)? {
                passwords.keystore = kept;
            }
            if let Some(kept) = kept(stores.truststore_password_file.as_deref(), self.force)? {
                passwords.truststore = kept;
            }
        }
        let place = Place { stores, passwords, key_password };
        if !self.force {
            self.guard(&place, name, own)?;
        }
        Ok(place)
    }

    fn guard(&self, place: &Place, name: &LeafName, own: &Own<'_>) -> Result<(), Failure> {
        let stores = &place.stores;
        let refuse = |path: &Path, what: &str| {
            Err(Failure::usage(format!("{} {what}; nothing was written", path.display()))
                .help("choose another --name or --out, or add --force to replace it"))
        };
        if stores.keystore.exists() {
            match leaf_of(stores, &self.out, name) {
                Ok(Some(leaf)) if (own.is_own)(&leaf) => {}
                Ok(_) => return refuse(&stores.keystore, "is there and holds something else"),
                Err(failure) => {
                    let why = format!("is there and cannot be opened ({})", failure.message);
                    return refuse(&stores.keystore, &why);
                }
            }
        } else if let Some(key) =
            stores.key.as_deref().filter(|key| key.exists() && own.key_file != Some(key))
        {
            return refuse(key, "is there without its certificate");
        }
        if stores.truststore.exists() {
            match stores.open_truststore() {
                Ok((store, _))
                    if store.entries.len() == 1 && store.trusted().all(|one| one == own.anchor) => {}
                Ok(_) => return refuse(&stores.truststore, "is there and trusts others too"),
                Err(error) => {
                    return refuse(&stores.truststore, &format!("is there and cannot be opened ({error})"));
                }
            }
        }
        // p12 and jks of one name share their password files.
        for format in Format::ALL.into_iter().filter(|other| other.extension() != stores.format.extension()) {
            let other = NodeStores::in_directory(&self.out, name, format);
            let files = [
                (&other.keystore, &other.keystore_password_file, &place.passwords.keystore),
                (&other.truststore, &other.truststore_password_file, &place.passwords.truststore),
            ];
            for (store, file, password) in files {
                let Some(file) = file.as_deref().filter(|file| file.exists() && store.exists()) else {
                    continue;
                };
                if stores.keystore_password_file.is_some()
                    && kept(Some(file), false)?.as_ref() != Some(password)
                {
                    return refuse(file, &format!("is also the password of {}", store.display()));
                }
            }
        }
        Ok(())
    }
}

/// The password in a file that is there. One that cannot be used is an error, unless it may be replaced.
fn kept(file: Option<&Path>, force: bool) -> Result<Option<Secret>, Failure> {
    let Some(file) = file.filter(|file| file.exists()) else { return Ok(None) };
    let fetched = SecretSource::File(file.to_owned()).fetch(|_| None).map_err(Failure::from);
    let checked = fetched.and_then(|password| {
        check_password(&password).map_err(|error| Failure::usage(error).during(file.display()))?;
        Ok(password)
    });
    match checked {
        Ok(password) => Ok(Some(password)),
        Err(_) if force => Ok(None),
        Err(failure) => Err(failure.help("mend the file, or add --force to replace it")),
    }
}

/// The certificate of the one key in a keystore; in PEM that of the certificate file, whose key may be encrypted.
fn leaf_of(
    stores: &NodeStores,
    out: &Path,
    name: &LeafName,
) -> Result<Option<CertificateDer<'static>>, Failure> {
    let password = kept(stores.keystore_password_file.as_deref(), false)?;
    let key_password = kept(Some(&out.join(format!("{name}.key.password"))), false)?;
    let options = ReadOptions { password, key_password, ..ReadOptions::default() };
    let store = read_any_file(&stores.keystore, &options)?;
    let mut keys = store.keys();
    match (keys.next(), keys.next()) {
        (Some((_, _, chain)), None) => Ok(chain.first().cloned()),
        (None, _) if stores.key.is_some() => Ok(store.trusted().next().cloned()),
        _ => Ok(None),
    }
}

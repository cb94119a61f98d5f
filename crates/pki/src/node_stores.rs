//! The store files of one leaf: where they are, what is in them, and replacing many of them at once.
//!
//! Passwords stand in files beside the stores and never change when a store is replaced: the Flink configuration that
//! names them stays as it is.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ops_core::files::{self, FileError};
use ops_core::replacements::Replacements;
use ops_core::secret::{Secret, SecretSource};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::authority::Leaf;
use crate::error::PkiError;
use crate::names::LeafName;
use crate::pem;
use crate::store::{
    Entry, Format, ReadOptions, Store, StoreFileError, WriteOptions, check_password, encode, read_any,
    read_any_file,
};

/// No chain or key comes near this size.
const MAX_PEM: u64 = 256 << 10;

/// The files of one leaf's stores.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeStores {
    /// Their format.
    pub format: Format,
    /// The keystore; in PEM the chain.
    pub keystore: PathBuf,
    /// Its password, one line. None in PEM.
    pub keystore_password_file: Option<PathBuf>,
    /// The truststore.
    pub truststore: PathBuf,
    /// Its password, one line. None in PEM.
    pub truststore_password_file: Option<PathBuf>,
    /// The private key by itself: in PEM only.
    pub key: Option<PathBuf>,
}

impl NodeStores {
    /// The files that `flinkops pki issue` and `flinkops pki bulk` write for a leaf: `NAME.keystore.p12`,
    /// `NAME.keystore.password` and so on; in PEM `NAME.pem`, `NAME.key` and `ca.pem`.
    pub fn in_directory(dir: &Path, name: &LeafName, format: Format) -> Self {
        let at = |suffix: &str| dir.join(format!("{name}.{suffix}"));
        if format == Format::Pem {
            return Self {
                format,
                keystore: at("pem"),
                keystore_password_file: None,
                truststore: dir.join("ca.pem"),
                truststore_password_file: None,
                key: Some(at("key")),
            };
        }
        Self {
            format,
            keystore: at(&format!("keystore.{}", format.extension())),
            keystore_password_file: Some(at("keystore.password")),
            truststore: at(&format!("truststore.{}", format.extension())),
            truststore_password_file: Some(at("truststore.password")),
            key: None,
        }
    }

    /// Whether any of the files is there that belong to this leaf alone.
    pub(crate) fn any_exists(&self) -> bool {
        let passwords = self.keystore_password_file.iter().chain(&self.truststore_password_file);
        passwords.chain(&self.key).chain([&self.keystore]).any(|file| file.exists())
    }

    /// What the keystore holds, and its password.
    ///
    /// # Errors
    /// A file cannot be read, or the password in it does not open the store.
    pub fn open_keystore(&self) -> Result<(Store, Option<Secret>), PkiError> {
        let Some(key) = &self.key else {
            return open(&self.keystore, self.keystore_password_file.as_deref());
        };
        let mut text = Zeroizing::new(files::read_text(key, MAX_PEM)?);
        text.push_str(&files::read_text(&self.keystore, MAX_PEM)?);
        let store = read_any(text.as_bytes(), &ReadOptions::default())
            .map_err(|problem| StoreFileError::Store { path: self.keystore.clone(), problem })?;
        Ok((store, None))
    }

    /// What the truststore holds, and its password.
    ///
    /// # Errors
    /// As for [`NodeStores::open_keystore`].
    pub fn open_truststore(&self) -> Result<(Store, Option<Secret>), PkiError> {
        open(&self.truststore, self.truststore_password_file.as_deref())
    }

    /// Prepares the keystore of a leaf.
    pub(crate) fn put_keystore(
        &self,
        leaf: &Leaf,
        password: Option<Secret>,
        out: &mut Replacements,
    ) -> Result<(), PkiError> {
        if let Some(key) = &self.key {
            out.add(key, leaf.key.to_pem().as_bytes())?;
            out.add(&self.keystore, pem::certificates(&leaf.chain).as_bytes())?;
            return Ok(());
        }
        // Java compares aliases without case and shows them in lower case.
        let alias = leaf.name.as_str().to_ascii_lowercase();
        let store = Store::new(vec![Entry::key(alias, leaf.key.clone(), leaf.chain.clone())]);
        self.put(&self.keystore, &store, password, leaf.not_before, out)
    }

    /// Prepares the truststore.
    pub(crate) fn put_truststore(
        &self,
        store: &Store,
        password: Option<Secret>,
        created: Timestamp,
        out: &mut Replacements,
    ) -> Result<(), PkiError> {
        self.put(&self.truststore, store, password, created, out)
    }

    fn put(
        &self,
        path: &Path,
        store: &Store,
        password: Option<Secret>,
        created: Timestamp,
        out: &mut Replacements,
    ) -> Result<(), PkiError> {
        let mut options = WriteOptions::new(created);
        options.password = password;
        out.add(path, &encode(store, self.format, &options)?)?;
        Ok(())
    }
}

fn open(store: &Path, password_file: Option<&Path>) -> Result<(Store, Option<Secret>), PkiError> {
    let password = password_file.map(read_password).transpose()?;
    let options = ReadOptions { password: password.clone(), ..ReadOptions::default() };
    let store = read_any_file(store, &options)?;
    Ok((store, password))
}

/// The password in a file, which must be one that Java could use.
pub(crate) fn read_password(path: &Path) -> Result<Secret, PkiError> {
    let fetched = SecretSource::File(path.to_owned()).fetch(|_| None);
    let failed = |error: &dyn std::fmt::Display| FileError {
        action: "read the password in",
        path: path.to_owned(),
        source: std::io::Error::other(error.to_string()),
    };
    let password = match fetched {
        Ok(password) => password,
        Err(ops_core::secret::SecretError::Unreadable { path, source }) => {
            return Err(FileError { action: "read the password in", path, source }.into());
        }
        Err(error) => return Err(failed(&error).into()),
    };
    check_password(&password).map_err(StoreFileError::from)?;
    Ok(password)
}

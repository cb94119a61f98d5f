//! Opening store files, each content once, wherever a rendered host keeps them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ops_core::secret::Secret;
use pki::certificate::fingerprint_sha256;
use pki::store::{FileKind, ReadOptions, Store, StoreError, read_any};

/// Longer files are no stores; `pki` refuses them by this length.
const MAX_STORE: u64 = 4 << 20;

/// Opens stores. Hosts that share a store pay for it once.
#[derive(Debug, Default)]
pub struct StoreReader<'a> {
    roots: Vec<PathBuf>,
    shared: Shared<'a>,
}

#[derive(Debug)]
enum Shared<'a> {
    Own(Opened),
    Of(&'a Opened),
}

impl Default for Shared<'_> {
    fn default() -> Self {
        Self::Own(Opened::default())
    }
}

/// What was opened so far, for many readers.
#[derive(Debug, Default)]
pub struct Opened {
    stores: Mutex<HashMap<String, Vec<Known>>>,
    count: AtomicUsize,
}

/// A store under the passwords that were tried on it.
#[derive(Debug)]
struct Known {
    password: Secret,
    key_password: Option<Secret>,
    store: Result<Arc<Store>, StoreError>,
}

impl Opened {
    /// How many stores were decrypted.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}

/// Why a store is not there.
#[derive(Debug)]
pub(super) enum Unopened {
    /// The file cannot be read.
    File(io::Error),
    /// Flink reads PKCS#12 and JKS only.
    Format(FileKind),
    /// It does not open.
    Store(StoreError),
}

impl<'a> StoreReader<'a> {
    /// A reader for a host of a rendered tree: what stands below one of the roots is taken before what stands under
    /// the path itself.
    pub fn below(roots: Vec<PathBuf>, opened: &'a Opened) -> Self {
        Self { roots, shared: Shared::Of(opened) }
    }

    /// Where the file of this name lies.
    pub fn locate(&self, path: &str) -> PathBuf {
        let below = |root: &PathBuf| root.join(path.trim_start_matches('/'));
        let found = self.roots.iter().map(below).find(|path| path.is_file());
        found.unwrap_or_else(|| PathBuf::from(path))
    }

    pub(super) fn open(
        &self,
        path: &Path,
        password: &Secret,
        key_password: Option<&Secret>,
    ) -> Result<(Arc<Store>, FileKind), Unopened> {
        let bytes = read_bytes(path).map_err(Unopened::File)?;
        let kind = FileKind::detect(&bytes);
        let key_password = match kind {
            FileKind::Jks => key_password,
            FileKind::Pkcs12 => None,
            other => return Err(Unopened::Format(other)),
        };
        let opened = match &self.shared {
            Shared::Own(opened) => opened,
            Shared::Of(opened) => opened,
        };
        let store = opened.get(&bytes, password, key_password).map_err(Unopened::Store)?;
        Ok((store, kind))
    }
}

impl Opened {
    fn get(
        &self,
        bytes: &[u8],
        password: &Secret,
        key_password: Option<&Secret>,
    ) -> Result<Arc<Store>, StoreError> {
        let fingerprint = fingerprint_sha256(bytes);
        let known = |stores: &HashMap<String, Vec<Known>>| {
            let known = stores.get(&fingerprint)?.iter();
            let mut same = known
                .filter(|known| known.password == *password && known.key_password.as_ref() == key_password);
            same.next().map(|known| known.store.clone())
        };
        if let Some(store) = known(&self.stores.lock().unwrap_or_else(PoisonError::into_inner)) {
            return store;
        }
        let options = ReadOptions {
            password: Some(password.clone()),
            key_password: key_password.cloned(),
            ..ReadOptions::default()
        };
        let store = read_any(bytes, &options).map(Arc::new);
        self.count.fetch_add(1, Ordering::Relaxed);
        let entry =
            Known { password: password.clone(), key_password: key_password.cloned(), store: store.clone() };
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        stores.entry(fingerprint).or_default().push(entry);
        store
    }
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory, not a file"));
    }
    let mut bytes = Vec::new();
    file.take(MAX_STORE + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

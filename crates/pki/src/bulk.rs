//! Issuing for thousands of nodes on all cores, resumable.
//!
//! What stands on the disk is the only state: a run that was interrupted is started again, looks at the stores of each
//! node, keeps those that are still good, and issues the others.

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::SignedDuration;
use ops_core::files::{self, Access};
use ops_core::replacements::Replacements;
use ops_core::secret::Secret;
use rustls_pki_types::CertificateDer;
use serde::Serialize;

use crate::authority::{Authority, Leaf, LeafRequest, Record};
use crate::certificate::fingerprint_sha256;
use crate::error::PkiError;
use crate::key::{KeyKind, PublicKeyKind};
use crate::names::LeafName;
use crate::node_stores::{self, NodeStores};
use crate::store::{Entry, Format, LeafFiles, Store, StorePasswords};

/// What is to be issued.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BulkRequest {
    /// One for each node. Names may not differ in nothing but case.
    pub nodes: Vec<LeafRequest>,
    /// Where the stores go.
    pub dir: PathBuf,
    /// In which format.
    pub format: Format,
    /// Stores whose certificate has at least this long to live are kept.
    pub keep: SignedDuration,
    /// The passwords of all stores. Without them each store gets its own, or keeps the one it has.
    pub passwords: Option<StorePasswords>,
}

impl BulkRequest {
    /// PKCS#12 stores; those that are good for another 30 days are kept.
    pub fn new(nodes: Vec<LeafRequest>, dir: PathBuf) -> Self {
        let keep = SignedDuration::from_hours(30 * 24);
        Self { nodes, dir, format: Format::Pkcs12(Default::default()), keep, passwords: None }
    }
}

/// What was done for a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome", content = "reason")]
#[non_exhaustive]
pub enum Outcome {
    /// Its stores are still good.
    Kept,
    /// It was issued, for the reason given.
    Issued(Reason),
}

/// Why stores were not good enough to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// There were none.
    New,
    /// A file of them is missing, damaged, or does not open with the password beside it.
    Unreadable,
    /// The keystore does not hold a key with its certificate and chain, or the truststore not this authority's root.
    Incomplete,
    /// The certificate is none that this authority issued.
    Foreign,
    /// The certificate was revoked.
    Revoked,
    /// Its role, names or kind of key are others than those asked for.
    Different,
    /// It expires too soon.
    Expiring,
}

/// What became of one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BulkNode {
    /// Its name.
    pub name: LeafName,
    /// What was done.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Its stores.
    pub stores: LeafFiles,
}

/// How far a run is. Nodes finish in any order.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BulkProgress<'a> {
    /// How many nodes are done.
    pub done: usize,
    /// How many there are.
    pub total: usize,
    /// The node just finished.
    pub node: &'a BulkNode,
}

/// How many nodes share a write to the index and a flush of the directory. Prime numbers take long enough to look for,
/// and a smaller share keeps all cores busy to the end.
fn batch(key: KeyKind) -> usize {
    if key.is_rsa() { 4 } else { 32 }
}

impl Authority {
    /// Issues what is missing, on all cores. `progress` is called once for each node, from any thread.
    ///
    /// # Errors
    /// Two nodes share a name, a node asks for what no certificate of this authority can be (nothing is issued then), or
    /// a file cannot be written. Nodes that are done by then stay done: the next run keeps them.
    pub fn issue_bulk(
        &self,
        request: &BulkRequest,
        progress: &(dyn Fn(BulkProgress<'_>) + Sync),
    ) -> Result<Vec<BulkNode>, PkiError> {
        let mut names = HashSet::new();
        for node in &request.nodes {
            if !names.insert(node.name.as_str().to_ascii_lowercase()) {
                return Err(PkiError::DuplicateName { name: node.name.to_string() });
            }
            self.check(node)?;
        }
        files::ensure_directory(&request.dir, Access::Private)?;
        let records = self.records()?.into_iter();
        let run = Run {
            authority: self,
            request,
            records: records.map(|record| (record.row.fingerprint_sha256.clone(), record)).collect(),
            chain: self.chain(),
            progress,
            done: AtomicUsize::new(0),
            nodes: Mutex::new(vec![None; request.nodes.len()]),
        };
        run.on_all_cores()?;
        let nodes = run.nodes.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(nodes.into_iter().flatten().collect())
    }
}

struct Run<'a> {
    authority: &'a Authority,
    request: &'a BulkRequest,
    /// What was issued before this run, by fingerprint.
    records: HashMap<String, Record>,
    chain: Vec<CertificateDer<'static>>,
    progress: &'a (dyn Fn(BulkProgress<'_>) + Sync),
    done: AtomicUsize,
    nodes: Mutex<Vec<Option<BulkNode>>>,
}

impl Run<'_> {
    fn on_all_cores(&self) -> Result<(), PkiError> {
        let total = self.request.nodes.len();
        let size = self.request.nodes.iter().map(|node| batch(node.key)).min().unwrap_or(1);
        // Two for each core: while one waits for the disk, the other computes.
        let threads = 2 * thread::available_parallelism().map_or(1, NonZero::get);
        let threads = threads.min(total.div_ceil(size).max(1));
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let start = next.fetch_add(size, Ordering::Relaxed);
                if start >= total {
                    return Ok(());
                }
                self.batch(start..(start + size).min(total)).inspect_err(|_| {
                    // The others finish what they have begun, and no more.
                    next.store(total, Ordering::Relaxed);
                })?;
            }
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let ends = workers.into_iter().map(|worker| worker.join().expect("a worker does not panic"));
            ends.collect::<Vec<_>>().into_iter().collect()
        })
    }

    fn batch(&self, range: std::ops::Range<usize>) -> Result<(), PkiError> {
        let mut missing = Vec::new();
        for at in range {
            match self.judge(&self.request.nodes[at]) {
                Ok(stores) => self.finish(at, Outcome::Kept, stores),
                Err(reason) => missing.push((at, reason)),
            }
        }
        let requests: Vec<_> = missing.iter().map(|(at, _)| self.request.nodes[*at].clone()).collect();
        let leaves = self.authority.issue_here(&requests)?;
        let mut files = Replacements::default();
        let mut written = Vec::new();
        for ((at, reason), leaf) in missing.into_iter().zip(leaves) {
            written.push((at, reason, self.write(&leaf, &mut files)?));
        }
        files.commit()?;
        for (at, reason, stores) in written {
            self.finish(at, Outcome::Issued(reason), stores);
        }
        Ok(())
    }

    fn finish(&self, at: usize, outcome: Outcome, stores: LeafFiles) {
        let node = BulkNode { name: self.request.nodes[at].name.clone(), outcome, stores };
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.progress)(BulkProgress { done, total: self.request.nodes.len(), node: &node });
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(node);
    }

    /// Whether the stores of a node are there and still good.
    fn judge(&self, node: &LeafRequest) -> Result<LeafFiles, Reason> {
        let files = NodeStores::in_directory(&self.request.dir, &node.name, self.request.format);
        if !files.any_exists() {
            return Err(Reason::New);
        }
        let (keystore, keystore_password) = files.open_keystore().map_err(|_| Reason::Unreadable)?;
        let (truststore, truststore_password) = files.open_truststore().map_err(|_| Reason::Unreadable)?;
        if let Some(given) = &self.request.passwords
            && (keystore_password.is_some_and(|password| password != given.keystore)
                || truststore_password.is_some_and(|password| password != given.truststore))
        {
            return Err(Reason::Different);
        }
        let mut keys = keystore.keys();
        let (Some((_, key, chain)), None) = (keys.next(), keys.next()) else {
            return Err(Reason::Incomplete);
        };
        let (leaf, above) = chain.split_first().ok_or(Reason::Incomplete)?;
        let fingerprint = fingerprint_sha256(leaf);
        let record = self.records.get(&fingerprint).ok_or(Reason::Foreign)?;
        let row = &record.row;
        if record.revoked.is_some() {
            return Err(Reason::Revoked);
        }
        let public_key =
            crate::authority::own_certificate_info(leaf).map_err(|_| Reason::Incomplete)?.public_key;
        let complete = above == self.chain
            && truststore.trusted().any(|trusted| trusted == self.authority.anchor())
            && key.public_key_der().is_ok_and(|own| own == public_key);
        if !complete {
            return Err(Reason::Incomplete);
        }
        let same_names =
            row.names.iter().collect::<HashSet<_>>() == node.names.iter().collect::<HashSet<_>>();
        let same = row.name == node.name
            && row.role == node.role
            && same_names
            && row.key == PublicKeyKind::from(node.key);
        if !same {
            return Err(Reason::Different);
        }
        if row.not_after.duration_since(node.now) < self.request.keep {
            return Err(Reason::Expiring);
        }
        Ok(issued(files, row.fingerprint_sha1.clone(), fingerprint, row.not_after))
    }

    fn write(&self, leaf: &Leaf, out: &mut Replacements) -> Result<LeafFiles, PkiError> {
        let files = NodeStores::in_directory(&self.request.dir, &leaf.name, self.request.format);
        let given = self.request.passwords.as_ref();
        let mut choose = |file: &Option<PathBuf>, given: Option<Secret>| {
            file.as_deref().map(|file| password(file, given, out)).transpose()
        };
        let for_keystore = choose(&files.keystore_password_file, given.map(|given| given.keystore.clone()))?;
        let for_truststore =
            choose(&files.truststore_password_file, given.map(|given| given.truststore.clone()))?;
        let trusted = Store::new(vec![Entry::trusted("ca", self.authority.anchor().clone())]);
        files.put_truststore(&trusted, for_truststore, leaf.not_before, out)?;
        files.put_keystore(leaf, for_keystore, out)?;
        Ok(issued(files, leaf.fingerprint_sha1.clone(), leaf.fingerprint_sha256.clone(), leaf.not_after))
    }
}

/// The password given, else the one in the file, else a new one. Written unless it stands there already.
fn password(file: &Path, given: Option<Secret>, out: &mut Replacements) -> Result<Secret, PkiError> {
    let before = node_stores::read_password(file).ok();
    let password = given.or_else(|| before.clone()).unwrap_or_else(Secret::generate);
    if before.as_ref() != Some(&password) {
        out.add_password(file, &password)?;
    }
    Ok(password)
}

fn issued(
    files: NodeStores,
    fingerprint_sha1: String,
    fingerprint_sha256: String,
    not_after: jiff::Timestamp,
) -> LeafFiles {
    LeafFiles {
        keystore: files.keystore,
        truststore: files.truststore,
        keystore_password_file: files.keystore_password_file,
        truststore_password_file: files.truststore_password_file,
        fingerprint_sha1,
        fingerprint_sha256,
        not_after,
        format: files.format,
        key: files.key,
        key_password_file: None,
    }
}

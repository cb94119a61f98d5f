//! Taking the steps of a plan: each one is done to the stores first, then noted in the plan file. A step that was
//! interrupted between the two is found to be done already when it is taken again.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ops_core::files::{self, Access};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::error::RotationError;
use super::plan::{Leaf, NextStep, Phase, RotationPlan};
use crate::authority::{Authority, LeafRequest, Lock};
use crate::certificate::fingerprint_sha256;
use crate::error::PkiError;
use crate::profile::Validity;
use crate::store::{Entry, EntryKind, Store};
use ops_core::replacements::Replacements;

/// Thousands of nodes with a dozen names each.
const MAX_PLAN: u64 = 64 << 20;

/// A plan and its file. While it is open for changes no other process changes it.
#[derive(Debug)]
pub struct RotationFile {
    path: PathBuf,
    plan: RotationPlan,
    _lock: Lock,
}

impl RotationFile {
    /// Writes a new plan.
    ///
    /// # Errors
    /// There is a file already, or the directory is not writable.
    pub fn create(path: &Path, plan: RotationPlan) -> Result<Self, PkiError> {
        let lock = lock(path)?;
        if path.exists() {
            return Err(RotationError::Exists { path: path.to_owned() }.into());
        }
        let file = Self { path: path.to_owned(), plan, _lock: lock };
        file.save()?;
        Ok(file)
    }

    /// Opens a plan to go on with it.
    ///
    /// # Errors
    /// There is none, it cannot be read, or another process works on it.
    pub fn open(path: &Path) -> Result<Self, PkiError> {
        let plan = Self::read(path)?;
        let lock = lock(path)?;
        // Read again: another process may have gone on until the lock was free.
        let plan = Self::read(path).unwrap_or(plan);
        Ok(Self { path: path.to_owned(), plan, _lock: lock })
    }

    /// Reads a plan to look at it.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn read(path: &Path) -> Result<RotationPlan, PkiError> {
        let text = files::read_text(path, MAX_PLAN)?;
        RotationPlan::parse(&text)
            .map_err(|reason| RotationError::Unreadable { path: path.to_owned(), reason }.into())
    }

    /// The plan.
    pub fn plan(&self) -> &RotationPlan {
        &self.plan
    }

    /// Writes the stores of a node for the phase that it may enter. The phase `new-leaves` needs the new authority.
    ///
    /// # Errors
    /// The node has to wait for others, or for its own restart; or its stores are not what the plan left them as.
    /// Nothing of this node is changed then.
    pub fn write(
        &mut self,
        node: &str,
        new: Option<&Authority>,
        validity: Validity,
        now: Timestamp,
        by: Option<String>,
    ) -> Result<Phase, PkiError> {
        let phase = match self.plan.next(node)? {
            NextStep::Write { phase } => phase,
            NextStep::Wait { phase, waiting_for } => {
                return Err(RotationError::NotYet { node: node.to_owned(), phase, waiting_for }.into());
            }
            NextStep::Restart { phase } => {
                let waiting_for = vec![node.to_owned()];
                return Err(RotationError::NotYet { node: node.to_owned(), phase, waiting_for }.into());
            }
            NextStep::Done => {
                let (node, state) = (node.to_owned(), "done with the rotation");
                return Err(RotationError::NothingWritten { node, state }.into());
            }
        };
        let mut out = Replacements::default();
        for leaf in &self.plan.node(node)?.leaves {
            match phase {
                Phase::TrustBoth | Phase::DropOld => self.change_trust(leaf, phase, now, &mut out)?,
                Phase::NewLeaves => self.change_leaf(leaf, new, validity, now, by.as_deref(), &mut out)?,
            }
        }
        out.commit()?;
        self.note(node, phase, |progress| progress.written = Some(now))?;
        Ok(phase)
    }

    /// Notes that a node runs with the stores written last, having been started at `started`.
    ///
    /// # Errors
    /// No stores were written for it, or it was started before they were.
    pub fn confirm_restart(&mut self, node: &str, started: Timestamp) -> Result<Phase, PkiError> {
        let phase = match self.plan.next(node)? {
            NextStep::Restart { phase } => phase,
            next => {
                let state = match next {
                    NextStep::Done => "done with the rotation",
                    NextStep::Wait { .. } => "waiting for others",
                    _ => "about to get them",
                };
                return Err(RotationError::NothingWritten { node: node.to_owned(), state }.into());
            }
        };
        let progress = self.plan.node(node)?.progress.get(&phase).copied().unwrap_or_default();
        if let Some(written) = progress.written.filter(|written| *written > started) {
            return Err(RotationError::StartedBefore { node: node.to_owned(), started, written }.into());
        }
        self.note(node, phase, |progress| progress.restarted = Some(started))?;
        Ok(phase)
    }

    fn note(
        &mut self,
        node: &str,
        phase: Phase,
        change: impl FnOnce(&mut super::plan::Progress),
    ) -> Result<(), PkiError> {
        let before = self.plan.clone();
        if let Some(node) = self.plan.nodes.iter_mut().find(|known| known.name.as_str() == node) {
            change(node.progress.entry(phase).or_default());
        }
        self.save().inspect_err(|_| self.plan = before)
    }

    fn save(&self) -> Result<(), PkiError> {
        let mut text = serde_json::to_string_pretty(&self.plan).expect("a plan has string keys only");
        text.push('\n');
        Ok(files::write(&self.path, text.as_bytes(), Access::Private)?)
    }

    fn change_trust(
        &self,
        leaf: &Leaf,
        phase: Phase,
        now: Timestamp,
        out: &mut Replacements,
    ) -> Result<(), PkiError> {
        let (mut store, password) = leaf.stores.open_truststore()?;
        let (old, new) = (anchor(&self.plan.old.anchor_pem)?, anchor(&self.plan.new.anchor_pem)?);
        let holds = |store: &Store, anchor: &CertificateDer<'_>| store.trusted().any(|one| one == anchor);
        if phase == Phase::TrustBoth {
            if holds(&store, &new) {
                return Ok(());
            }
            if !holds(&store, &old) {
                let authority = self.plan.old.subject.clone();
                let mend = "restore it, so that the cluster goes on to trust its own certificates";
                let path = leaf.stores.truststore.clone();
                return Err(RotationError::Truststore { path, authority, mend }.into());
            }
            let taken: Vec<_> = store.entries.iter().map(|entry| entry.alias.to_ascii_lowercase()).collect();
            let mut aliases = (2..).map(|number| format!("ca-{number}"));
            let alias = aliases.find(|alias| !taken.contains(alias)).expect("numbers do not end");
            store.entries.push(Entry::trusted(alias, new));
        } else {
            if !holds(&store, &new) {
                let authority = self.plan.new.subject.clone();
                let mend = "without it nobody would be trusted any more; put the new root into it";
                let path = leaf.stores.truststore.clone();
                return Err(RotationError::Truststore { path, authority, mend }.into());
            }
            if !holds(&store, &old) {
                return Ok(());
            }
            store.entries.retain(|entry| !matches!(&entry.kind, EntryKind::Trusted(one) if *one == old));
        }
        leaf.stores.put_truststore(&store, password, now, out)
    }

    fn change_leaf(
        &self,
        leaf: &Leaf,
        new: Option<&Authority>,
        validity: Validity,
        now: Timestamp,
        by: Option<&str>,
        out: &mut Replacements,
    ) -> Result<(), PkiError> {
        let expected = &self.plan.new.fingerprint_sha256;
        let other = |subject: &str| RotationError::OtherAuthority {
            subject: subject.to_owned(),
            expected: expected.clone(),
        };
        let new = new.ok_or_else(|| other("nobody"))?;
        if new.info().fingerprint_sha256 != *expected {
            return Err(other(&new.info().subject).into());
        }
        let (keystore, password) = leaf.stores.open_keystore()?;
        let shown = keystore
            .keys()
            .next()
            .and_then(|(_, _, chain)| chain.first())
            .map(|leaf| fingerprint_sha256(leaf));
        // A run that was interrupted after this leaf was put into its place.
        let done = new.records()?.into_iter().any(|record| {
            Some(&record.row.fingerprint_sha256) == shown.as_ref()
                && record.revoked.is_none()
                && record.row.role == leaf.role
                && record.row.not_after > now
        });
        if done {
            return Ok(());
        }
        let mut request = LeafRequest::new(leaf.name.clone(), leaf.role, leaf.names.iter().cloned(), now);
        request.key = leaf.key;
        request.validity = validity;
        request.by = by.map(str::to_owned);
        leaf.stores.put_keystore(&new.issue(&request)?, password, out)
    }
}

fn lock(path: &Path) -> Result<Lock, PkiError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    Lock::acquire_file(Path::new(&name)).map_err(|error| match error {
        PkiError::Locked { .. } => RotationError::Busy { path: path.to_owned() }.into(),
        error => error,
    })
}

fn anchor(pem: &str) -> Result<CertificateDer<'static>, PkiError> {
    CertificateDer::from_pem_slice(pem.as_bytes())
        .map_err(|error| PkiError::crypto("read a root in the plan")(&error))
}

//! What a rotation consists of, and how far it is.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::RotationError;
use crate::authority::Register;
use crate::certificate::fingerprint_sha256;
use crate::error::PkiError;
use crate::names::{LeafName, SubjectAltName};
use crate::node_stores::NodeStores;
use crate::profile::Role;

const FORMAT: u32 = 1;

/// What changes in the stores of every node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Truststores hold the old and the new root.
    TrustBoth,
    /// Keystores hold leaves of the new authority.
    NewLeaves,
    /// Truststores hold the new root only.
    DropOld,
}

impl Phase {
    /// `trust-both`, `new-leaves` or `drop-old`.
    pub fn name(self) -> &'static str {
        match self {
            Self::TrustBoth => "trust-both",
            Self::NewLeaves => "new-leaves",
            Self::DropOld => "drop-old",
        }
    }

    /// What it does, in a sentence.
    pub fn describe(self) -> &'static str {
        match self {
            Self::TrustBoth => "the new root joins the old one in every truststore",
            Self::NewLeaves => "every keystore gets a leaf of the new authority",
            Self::DropOld => "the old root leaves every truststore",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What runs on a node. It decides on the order of the restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Process {
    /// A JobManager. Standby ones first, the leader last; without high availability its restart ends the jobs, so
    /// take a savepoint before.
    JobManager,
    /// A TaskManager. One at a time, and only when the one before has registered again and the jobs run.
    TaskManager,
    /// A history server.
    HistoryServer,
    /// A client of the REST endpoint. It reads its stores at each start, so there is nothing to restart.
    Client,
}

impl Process {
    /// How to restart it, in a sentence.
    pub fn restart(self) -> &'static str {
        match self {
            Self::JobManager => {
                "restart standby JobManagers first and the leader last; without high availability take a savepoint before, since its restart ends the jobs"
            }
            Self::TaskManager => {
                "restart one TaskManager at a time, and wait until it has registered and the jobs are RUNNING again"
            }
            Self::HistoryServer => "restart the history server at any time",
            Self::Client => "clients read their stores at each start; end those that run on",
        }
    }
}

/// An authority, as the plan remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthorityRef {
    /// Its subject.
    pub subject: String,
    /// SHA-256 fingerprint of its own certificate.
    pub fingerprint_sha256: String,
    /// SHA-256 fingerprint of its root.
    pub anchor_sha256: String,
    /// Its root, in PEM.
    pub anchor_pem: String,
    /// The end of its own certificate.
    pub not_after: Timestamp,
}

impl AuthorityRef {
    fn of(register: &Register) -> Self {
        Self {
            subject: register.info().subject.clone(),
            fingerprint_sha256: register.info().fingerprint_sha256.clone(),
            anchor_sha256: fingerprint_sha256(register.anchor()),
            anchor_pem: crate::pem::certificates(std::slice::from_ref(register.anchor())),
            not_after: register.info().not_after,
        }
    }
}

/// One keystore and truststore of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Leaf {
    /// The name of the leaf.
    pub name: LeafName,
    /// Its role.
    pub role: Role,
    /// Its names.
    pub names: Vec<SubjectAltName>,
    /// The kind of the key that the new leaf gets.
    pub key: crate::key::KeyKind,
    /// Where its stores are.
    pub stores: NodeStores,
}

/// How far a node is in a phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Progress {
    /// When its stores were written.
    pub written: Option<Timestamp>,
    /// When it was found to run with them.
    pub restarted: Option<Timestamp>,
}

/// A process with its stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RotationNode {
    /// Its name in the plan.
    pub name: LeafName,
    /// What it is.
    pub process: Process,
    /// Its stores: internal, REST, or both.
    pub leaves: Vec<Leaf>,
    /// How far it is.
    #[serde(default)]
    pub progress: BTreeMap<Phase, Progress>,
}

impl RotationNode {
    /// A node whose stores hold leaves of the old authority, as the keystores themselves say.
    ///
    /// # Errors
    /// A store cannot be opened, a keystore holds something else, or a truststore does not trust the old authority.
    pub fn discover(
        old: &Register,
        name: LeafName,
        process: Process,
        stores: impl IntoIterator<Item = NodeStores>,
    ) -> Result<Self, PkiError> {
        let records = old.records()?;
        let authority = || old.info().subject.clone();
        let mut leaves = Vec::new();
        for stores in stores {
            let (keystore, _) = stores.open_keystore()?;
            let mut keys = keystore.keys();
            let certificate = match (keys.next(), keys.next()) {
                (Some((_, _, [certificate, ..])), None) => Some(fingerprint_sha256(certificate)),
                _ => None,
            };
            let record =
                records.iter().find(|record| Some(&record.row.fingerprint_sha256) == certificate.as_ref());
            let foreign =
                || RotationError::ForeignKeystore { path: stores.keystore.clone(), authority: authority() };
            let row = &record.ok_or_else(foreign)?.row;
            let (truststore, _) = stores.open_truststore()?;
            if !truststore.trusted().any(|trusted| trusted == old.anchor()) {
                let mend = "it is no truststore of this cluster";
                let path = stores.truststore.clone();
                return Err(RotationError::Truststore { path, authority: authority(), mend }.into());
            }
            leaves.push(Leaf {
                name: row.name.clone(),
                role: row.role,
                names: row.names.clone(),
                key: row.key.to_string().parse().unwrap_or(crate::key::KeyKind::Rsa2048),
                stores,
            });
        }
        Ok(Self { name, process, leaves, progress: BTreeMap::new() })
    }

    fn progress(&self, phase: Phase) -> Progress {
        self.progress.get(&phase).copied().unwrap_or_default()
    }
}

/// What is to be done next on a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
#[non_exhaustive]
pub enum NextStep {
    /// Its stores may be written for this phase.
    Write {
        /// The phase.
        phase: Phase,
    },
    /// Its stores are written; it has to be restarted.
    Restart {
        /// The phase.
        phase: Phase,
    },
    /// It is ready for the phase, but others are not.
    Wait {
        /// The phase.
        phase: Phase,
        /// Who has to be restarted first.
        waiting_for: Vec<String>,
    },
    /// Nothing; the rotation is over for this node.
    Done,
}

/// How a node stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NodeStatus {
    /// Its name.
    pub name: LeafName,
    /// What it is.
    pub process: Process,
    /// What is to be done.
    pub next: NextStep,
}

/// The plan: what is changed on which nodes, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RotationPlan {
    /// The version of this format.
    pub format: u32,
    /// When it was made.
    pub created: Timestamp,
    /// The authority to be replaced.
    pub old: AuthorityRef,
    /// The authority that replaces it.
    pub new: AuthorityRef,
    /// The phases, in their order. Two authorities below the same root need no change of trust.
    pub phases: Vec<Phase>,
    /// The nodes, in the order of their restarts.
    pub nodes: Vec<RotationNode>,
}

impl RotationPlan {
    /// Plans the change from one authority to another.
    ///
    /// # Errors
    /// There are no nodes, two of them share a name, or both authorities are the same.
    pub fn new(
        old: &Register,
        new: &Register,
        mut nodes: Vec<RotationNode>,
        now: Timestamp,
    ) -> Result<Self, PkiError> {
        if nodes.iter().all(|node| node.leaves.is_empty()) {
            return Err(RotationError::NoNodes.into());
        }
        let mut names = HashSet::new();
        if let Some(twice) = nodes.iter().find(|node| !names.insert(node.name.as_str().to_ascii_lowercase()))
        {
            return Err(PkiError::DuplicateName { name: twice.name.to_string() });
        }
        let (old, new) = (AuthorityRef::of(old), AuthorityRef::of(new));
        if old.fingerprint_sha256 == new.fingerprint_sha256 {
            return Err(RotationError::SameAuthority { fingerprint: old.fingerprint_sha256 }.into());
        }
        let phases = if old.anchor_sha256 == new.anchor_sha256 {
            vec![Phase::NewLeaves]
        } else {
            vec![Phase::TrustBoth, Phase::NewLeaves, Phase::DropOld]
        };
        nodes.sort_by_key(|node| node.process);
        Ok(Self { format: FORMAT, created: now, old, new, phases, nodes })
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let plan: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if plan.format != FORMAT {
            return Err(format!("its format is {}, and {FORMAT} is known", plan.format));
        }
        Ok(plan)
    }

    /// The phase that is going on: the first that not every node has finished. `None` when the rotation is over.
    pub fn phase(&self) -> Option<Phase> {
        let unfinished =
            |phase: &&Phase| self.nodes.iter().any(|node| node.progress(**phase).restarted.is_none());
        self.phases.iter().find(unfinished).copied()
    }

    /// A node of the plan.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn node(&self, name: &str) -> Result<&RotationNode, RotationError> {
        let found = self.nodes.iter().find(|node| node.name.as_str() == name);
        found.ok_or_else(|| RotationError::UnknownNode {
            name: name.to_owned(),
            known: self.nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    /// What is to be done next on a node.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn next(&self, name: &str) -> Result<NextStep, RotationError> {
        let node = self.node(name)?;
        let mut before: Option<Phase> = None;
        for phase in self.phases.iter().copied() {
            let progress = node.progress(phase);
            if progress.written.is_none() {
                let waiting_for: Vec<_> = before.map_or_else(Vec::new, |before| {
                    let late = self.nodes.iter().filter(|node| node.progress(before).restarted.is_none());
                    late.map(|node| node.name.to_string()).collect()
                });
                return Ok(if waiting_for.is_empty() {
                    NextStep::Write { phase }
                } else {
                    NextStep::Wait { phase, waiting_for }
                });
            }
            if progress.restarted.is_none() {
                return Ok(NextStep::Restart { phase });
            }
            before = Some(phase);
        }
        Ok(NextStep::Done)
    }

    /// How every node stands, in the order of the restarts.
    pub fn status(&self) -> Vec<NodeStatus> {
        let status = |node: &RotationNode| NodeStatus {
            name: node.name.clone(),
            process: node.process,
            next: self.next(node.name.as_str()).unwrap_or(NextStep::Done),
        };
        self.nodes.iter().map(status).collect()
    }

    /// The whole plan in words: phases, and in each the nodes in the order of their restarts.
    pub fn describe(&self) -> String {
        use fmt::Write as _;
        let mut text = format!("Rotation from {} to {}\n", self.old.subject, self.new.subject);
        for (number, phase) in self.phases.iter().enumerate() {
            let _ = writeln!(text, "\n{}. {phase}: {}", number + 1, phase.describe());
            if number > 0 {
                let _ = writeln!(text, "   Only after every node has been restarted in phase {number}.");
            }
            let mut process = None;
            for node in &self.nodes {
                if process != Some(node.process) {
                    process = Some(node.process);
                    let _ = writeln!(text, "   - {}:", node.process.restart());
                }
                let progress = node.progress(*phase);
                let state = match (progress.written, progress.restarted) {
                    (_, Some(_)) => "done",
                    (Some(_), None) => "stores written, to be restarted",
                    (None, None) => "to do",
                };
                let _ = writeln!(text, "     {} ({state})", node.name);
            }
        }
        text
    }
}

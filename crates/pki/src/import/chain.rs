//! From a heap of certificates to the chain of a key.

use std::collections::HashMap;

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::collect::Certificates;
use super::error::ImportError;
use crate::authority::Leaf;
use crate::certificate::CertificateInfo;
use crate::error::PkiError;
use crate::key::PrivateKey;
use crate::names::LeafName;
use crate::profile::Role;
use crate::public_key::{self, SignatureProblem};

/// No chain of the real world is longer.
const MAX_CHAIN: usize = 10;
/// Cross-signed authorities make more than one path; a tangle made to cost time is given up on.
const MAX_STEPS: usize = 2000;

/// The chain of a key, as an authority's answer gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The certificate of the key, and those above it as far as they were given, root last.
    pub chain: Vec<CertificateDer<'static>>,
    /// What the certificates of the chain say.
    pub infos: Vec<CertificateInfo>,
    /// The issuer that was not given, where the chain does not end with a root.
    pub missing: Option<String>,
    /// The subjects of the certificates that have no place in the chain.
    pub unused: Vec<String>,
}

impl Answer {
    /// Finds the certificate of a key, given as subject public key info in DER, and builds its chain.
    ///
    /// # Errors
    /// There is no certificate for the key; the chain runs in a circle; a certificate in it is not valid at `now`, is
    /// signed by another key than the one named, or by one that is not an authority's.
    pub fn build(
        certificates: &Certificates,
        public_key: &[u8],
        now: Timestamp,
    ) -> Result<Self, ImportError> {
        let heap = Heap::new(certificates, now)?;
        let mut leaves: Vec<_> =
            (0..heap.all.len()).filter(|at| heap.all[*at].info.public_key == public_key).collect();
        leaves.sort_by_key(|at| (!heap.valid(*at), std::cmp::Reverse(heap.all[*at].info.not_after)));
        let Some(leaf) = leaves.first().copied() else {
            let mut found: Vec<_> = heap.all.iter().map(|one| one.info.subject.as_str()).take(5).collect();
            if heap.all.len() > found.len() {
                found.push("…");
            }
            let found = found.join("; ");
            return Err(ImportError::NoneForKey { count: heap.all.len(), found });
        };
        heap.check_time(leaf)?;
        let mut search = Search { heap: &heap, steps: 0, signed: HashMap::new(), dead_end: None };
        // First a chain of which everything is valid; where there is none, any, whose expired part is then named.
        let mut path = vec![leaf];
        let complete = search.extend(&mut path, Expired::Skip) || search.extend(&mut path, Expired::Take);
        let mut missing = None;
        if !complete {
            let (longest, problem) = search.dead_end.take().expect("a search that fails has met a dead end");
            path = longest;
            match problem {
                ImportError::MissingIssuer { issuer, .. } => missing = Some(issuer),
                problem => return Err(problem),
            }
        }
        for at in &path {
            heap.check_time(*at)?;
        }
        let unused = (0..heap.all.len()).filter(|at| !path.contains(at));
        Ok(Self {
            unused: unused.map(|at| heap.all[at].info.subject.clone()).collect(),
            chain: path.iter().map(|at| heap.all[*at].der.clone()).collect(),
            infos: path.iter().map(|at| heap.all[*at].info.clone()).collect(),
            missing,
        })
    }

    /// The root, where it was given.
    pub fn root(&self) -> Option<&CertificateDer<'static>> {
        if self.missing.is_none() { self.chain.last() } else { None }
    }

    /// Insists on a chain up to its root, which a truststore needs.
    ///
    /// # Errors
    /// The chain ends before; the error names the issuer that is missing.
    pub fn require_root(&self) -> Result<&CertificateDer<'static>, ImportError> {
        self.root().ok_or_else(|| ImportError::MissingIssuer {
            subject: self.infos.last().map(|info| info.subject.clone()).unwrap_or_default(),
            issuer: self.missing.clone().unwrap_or_default(),
        })
    }

    /// Chain and key together, for writing stores.
    ///
    /// # Errors
    /// The key is not the one of the certificate.
    pub fn into_leaf(self, name: LeafName, role: Role, key: PrivateKey) -> Result<Leaf, PkiError> {
        Leaf::assemble(name, role, self.chain, key)
    }
}

struct One<'a> {
    der: &'a CertificateDer<'static>,
    info: &'a CertificateInfo,
    parsed: X509Certificate<'a>,
}

struct Heap<'a> {
    all: Vec<One<'a>>,
    now: Timestamp,
}

impl<'a> Heap<'a> {
    fn new(certificates: &'a Certificates, now: Timestamp) -> Result<Self, ImportError> {
        let all = certificates.all.iter().map(|(der, info)| {
            let (_, parsed) = X509Certificate::from_der(der).map_err(|error| ImportError::Unreadable {
                origin: "the answer".to_owned(),
                reason: error.to_string(),
            })?;
            Ok(One { der, info, parsed })
        });
        Ok(Self { all: all.collect::<Result<_, ImportError>>()?, now })
    }

    fn valid(&self, at: usize) -> bool {
        let info = self.all[at].info;
        (info.not_before..=info.not_after).contains(&self.now)
    }

    fn check_time(&self, at: usize) -> Result<(), ImportError> {
        let info = self.all[at].info;
        if self.now > info.not_after {
            return Err(ImportError::Expired { subject: info.subject.clone(), not_after: info.not_after });
        }
        if self.now < info.not_before {
            return Err(ImportError::NotYetValid {
                subject: info.subject.clone(),
                not_before: info.not_before,
            });
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expired {
    Skip,
    Take,
}

struct Search<'a> {
    heap: &'a Heap<'a>,
    steps: usize,
    /// Whether the first was signed by the second, so that no pair is computed twice.
    signed: HashMap<(usize, usize), Result<(), SignatureProblem>>,
    /// The longest path that led nowhere, and why.
    dead_end: Option<(Vec<usize>, ImportError)>,
}

impl Search<'_> {
    /// Extends a path to a root. `path` is unchanged where there is none.
    fn extend(&mut self, path: &mut Vec<usize>, expired: Expired) -> bool {
        let last = *path.last().expect("a path begins with the leaf");
        let one = &self.heap.all[last];
        // Old roots are signed with SHA-1. Nobody relies on a root's own signature.
        if one.info.is_self_issued && self.signed_by(last, last) != Err(SignatureProblem::Wrong) {
            return true;
        }
        self.steps += 1;
        if path.len() == MAX_CHAIN || self.steps > MAX_STEPS {
            let subject = self.heap.all[path[0]].info.subject.clone();
            self.give_up(path, ImportError::TooLong { subject, limit: MAX_CHAIN });
            return false;
        }
        let issuer = one.parsed.issuer().as_raw();
        let mut named: Vec<_> = (0..self.heap.all.len())
            .filter(|at| *at != last && self.heap.all[*at].parsed.subject().as_raw() == issuer)
            .collect();
        named.sort_by_key(|at| (!self.heap.valid(*at), std::cmp::Reverse(self.heap.all[*at].info.not_after)));
        let mut problem =
            ImportError::MissingIssuer { subject: one.info.subject.clone(), issuer: one.info.issuer.clone() };
        let mut went_on = false;
        for at in named {
            let candidate = &self.heap.all[at];
            if path.contains(&at) {
                let subjects = path.iter().map(|at| self.heap.all[*at].info.subject.as_str());
                let path: Vec<_> = subjects.chain([candidate.info.subject.as_str()]).collect();
                problem = ImportError::Loop { path: path.join(" ← ") };
            } else if !may_issue(candidate) {
                problem = ImportError::NotAnAuthority { subject: candidate.info.subject.clone() };
            } else if let Err(reason) = self.signed_by(last, at) {
                let reason = reason.to_string();
                problem = ImportError::NotSignedBy {
                    subject: one.info.subject.clone(),
                    issuer: one.info.issuer.clone(),
                    reason,
                };
            } else if expired == Expired::Take || self.heap.valid(at) {
                went_on = true;
                path.push(at);
                if self.extend(path, expired) {
                    return true;
                }
                path.pop();
            } else {
                went_on = true; // The second pass will take it.
                let mut longer = path.clone();
                longer.push(at);
                let reason = self.heap.check_time(at).expect_err("it is not valid");
                self.give_up(&longer, reason);
            }
        }
        if !went_on {
            self.give_up(path, problem);
        }
        false
    }

    fn give_up(&mut self, path: &[usize], problem: ImportError) {
        let longest = self.dead_end.as_ref().map_or(0, |(path, _)| path.len());
        // Of two of the same length the one that only lacks a certificate is no worse than it looks.
        let better = path.len() > longest
            || path.len() == longest && matches!(problem, ImportError::MissingIssuer { .. });
        if better {
            self.dead_end = Some((path.to_vec(), problem));
        }
    }

    fn signed_by(&mut self, child: usize, parent: usize) -> Result<(), SignatureProblem> {
        let heap = self.heap;
        let verify = || {
            let (child, parent) = (&heap.all[child].parsed, &heap.all[parent].parsed);
            public_key::verify(
                parent.public_key(),
                &child.signature_algorithm,
                &child.signature_value.data,
                child.tbs_certificate.as_ref(),
            )
        };
        self.signed.entry((child, parent)).or_insert_with(verify).clone()
    }
}

fn may_issue(candidate: &One<'_>) -> bool {
    let usage = candidate.parsed.key_usage().ok().flatten();
    candidate.info.is_authority && usage.is_none_or(|usage| usage.value.key_cert_sign())
}

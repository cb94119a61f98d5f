//! Putting certificates into an order: which belongs to a key, and which issued which.

use std::cell::Cell;
use std::collections::HashMap;

use rustls_pki_types::CertificateDer;
use x509_parser::extensions::ParsedExtension;

use super::keys;
use crate::certificate::parse_bounded;
use crate::key::PrivateKey;

/// A chain longer than this is a mistake or a trap.
const MAX_CHAIN: usize = 10;

/// Many keys may share large issuers, and each gets a copy of its chain.
const MAX_COPIED: usize = 16 << 20;

/// What linking needs to know of a certificate.
struct Links {
    subject: Vec<u8>,
    issuer: Vec<u8>,
    key_id: Option<Vec<u8>>,
    issuer_key_id: Option<Vec<u8>>,
    public_key: Vec<u8>,
}

impl Links {
    fn read(certificate: &[u8]) -> Option<Self> {
        let certificate = parse_bounded(certificate).ok()?;
        let (mut key_id, mut issuer_key_id) = (None, None);
        for extension in certificate.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(id) => key_id = Some(id.0.to_vec()),
                ParsedExtension::AuthorityKeyIdentifier(id) => {
                    issuer_key_id = id.key_identifier.as_ref().map(|id| id.0.to_vec());
                }
                _ => {}
            }
        }
        Some(Self {
            subject: certificate.subject().as_raw().to_vec(),
            issuer: certificate.issuer().as_raw().to_vec(),
            key_id,
            issuer_key_id,
            public_key: certificate.public_key().raw.to_vec(),
        })
    }
}

/// Certificates that chains are looked for among.
pub(crate) struct Pool<'a> {
    certificates: &'a [CertificateDer<'static>],
    links: Vec<Option<Links>>,
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
    by_key: HashMap<Vec<u8>, usize>,
    copied: Cell<usize>,
}

impl<'a> Pool<'a> {
    pub(crate) fn new(certificates: &'a [CertificateDer<'static>]) -> Self {
        let links: Vec<_> = certificates.iter().map(|certificate| Links::read(certificate)).collect();
        let mut by_subject: HashMap<_, Vec<_>> = HashMap::new();
        let mut by_key = HashMap::new();
        for (at, links) in links.iter().enumerate() {
            if let Some(links) = links {
                by_subject.entry(links.subject.clone()).or_default().push(at);
                by_key.entry(links.public_key.clone()).or_insert(at);
            }
        }
        Self { certificates, links, by_subject, by_key, copied: Cell::new(0) }
    }

    /// The certificate of a key, found by its public key.
    pub(crate) fn of_key(&self, key: &PrivateKey) -> Option<usize> {
        self.by_key.get(&keys::public_key(key)?).copied()
    }

    /// The positions of a chain, from the leaf up to a root or to where no issuer is known. Where several
    /// certificates have the issuer's name, the one with the key that the lower certificate names is taken.
    pub(crate) fn chain(&self, leaf: usize) -> Vec<usize> {
        let mut chain = vec![leaf];
        while chain.len() < MAX_CHAIN {
            let Some(links) = chain.last().and_then(|at| self.links[*at].as_ref()) else { break };
            if links.subject == links.issuer {
                break;
            }
            let candidates = self.by_subject.get(&links.issuer).map_or(&[][..], Vec::as_slice);
            let named = candidates.iter().find(|at| {
                let key_id = self.links[**at].as_ref().and_then(|links| links.key_id.as_ref());
                key_id.is_some() && key_id == links.issuer_key_id.as_ref()
            });
            match named.or_else(|| candidates.first()) {
                Some(next) if !chain.contains(next) => chain.push(*next),
                _ => break,
            }
        }
        chain
    }

    /// Copies of the certificates at these positions. `None`: the copies of a file's chains have grown beyond 16 MiB.
    pub(crate) fn certificates(&self, positions: &[usize]) -> Option<Vec<CertificateDer<'static>>> {
        let octets: usize = positions.iter().map(|at| self.certificates[*at].len()).sum();
        self.copied.set(self.copied.get().saturating_add(octets));
        (self.copied.get() <= MAX_COPIED)
            .then(|| positions.iter().map(|at| self.certificates[*at].clone()).collect())
    }
}

/// Whether a chain, leaf first, ends with a certificate that issued itself, each one issued by the next by name.
pub(crate) fn is_complete(chain: &[CertificateDer<'_>]) -> bool {
    let links: Option<Vec<_>> = chain.iter().map(|certificate| Links::read(certificate)).collect();
    links.is_some_and(|links| {
        links.windows(2).all(|pair| pair[0].issuer == pair[1].subject)
            && links.last().is_some_and(|root| root.subject == root.issuer)
    })
}

//! PKCS#12 and JKS stores.

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;

use super::certificate::shortened;
use super::object::{KeyDetails, Object, PrivateKeyDetails};
use super::report::{Access, Encryption, Inspection, Integrity, IntegrityState, ProblemCode};
use crate::key::PrivateKey;
use crate::store::chain::{self, Pool};
use crate::store::cipher::Budget;
use crate::store::jks::{JksFile, JksKind};
use crate::store::pkcs12::{Archive, EncryptedPart, Mac, Pfx};
use crate::store::{EntryKind, ReadOptions, StoreError, read};

pub(super) fn pkcs12(report: &mut Inspection, bytes: &[u8], options: &ReadOptions, now: Timestamp) {
    let Some(pfx) = Pfx::parse(bytes) else {
        return report
            .refused(&StoreError::Unreadable { reason: "its outermost structure is malformed".into() });
    };
    let (mechanism, iterations) = match &pfx.mac {
        None => ("none".to_owned(), None),
        Some(Mac::Other(what)) => ((*what).to_owned(), None),
        Some(Mac::Hmac { hash, iterations, .. }) => (format!("HMAC-{}", hash.name()), Some(*iterations)),
    };
    let state = if pfx.mac.is_none() { IntegrityState::Absent } else { IntegrityState::NotChecked };
    report.integrity = Some(Integrity { mechanism, iterations, state });
    // What is encrypted and how stands outside, except for what is inside an encrypted safe.
    let outside = pfx.open(None, &mut Budget::new());
    if let Ok(archive) = &outside {
        encryptions(report, archive);
    }
    let Some(password) = &options.password else {
        if pfx.mac.is_none() {
            report.problem(ProblemCode::Unauthenticated, StoreError::Unauthenticated.to_string());
        }
        match outside {
            Ok(archive) => {
                report.access = if archive.encryptions.is_empty() { Access::Plain } else { Access::Locked };
                entries(report, archive, now);
            }
            Err(error) => report.refused(&error),
        }
        return;
    };
    match read::open_pkcs12(bytes, password, options.unauthenticated) {
        Ok(archive) => {
            report.access = Access::Open;
            if pfx.mac.is_none() {
                report.problem(ProblemCode::Unauthenticated, StoreError::Unauthenticated.to_string());
            } else {
                state_of(report, IntegrityState::Verified);
            }
            encryptions(report, &archive);
            entries(report, archive, now);
        }
        Err(error) => {
            if matches!(error, StoreError::WrongPassword | StoreError::Corrupted) && pfx.mac.is_some() {
                state_of(report, IntegrityState::Failed);
            }
            report.refused(&error);
        }
    }
    if report.encryption.iter().any(|encryption| encryption.derivation.starts_with("PKCS#12")) {
        let message = "it is encrypted with 3DES or RC2 under a key made by SHA-1, for JVMs of before 2021; `flinkops pki convert` makes a modern store of it";
        report.problem(ProblemCode::LegacyEncryption, message);
    }
}

fn state_of(report: &mut Inspection, state: IntegrityState) {
    if let Some(integrity) = &mut report.integrity {
        integrity.state = state;
    }
}

fn encryptions(report: &mut Inspection, archive: &Archive) {
    for encryption in &archive.encryptions {
        report.encryption(Encryption {
            part: match encryption.part {
                EncryptedPart::Safe => "certificates",
                EncryptedPart::Key => "private key",
            },
            cipher: encryption.cipher.clone(),
            derivation: encryption.derivation.clone(),
            iterations: Some(encryption.iterations),
        });
    }
}

/// The entries of a PKCS#12 file. Keys that are still encrypted are entries without a key.
fn entries(report: &mut Inspection, mut archive: Archive, now: Timestamp) {
    let secrets = std::mem::take(&mut archive.secrets);
    let all: Vec<_> = archive.certificates.iter().map(|bag| bag.certificate.clone()).collect();
    let locked = archive.keys.iter().filter(|bag| bag.key.is_none());
    let locked: Vec<_> = locked
        .map(|bag| {
            let leaf = archive
                .certificates
                .iter()
                .position(|one| one.local_key_id.is_some() && one.local_key_id == bag.local_key_id);
            (bag.alias.clone().unwrap_or_default(), leaf)
        })
        .collect();
    let pool = Pool::new(&all);
    for (alias, leaf) in locked {
        let chain = leaf.and_then(|leaf| pool.certificates(&pool.chain(leaf))).unwrap_or_default();
        key_entry(report, alias, None, None, &chain, now);
    }
    match read::arrange(archive) {
        Ok(store) => {
            for entry in store.entries {
                match entry.kind {
                    EntryKind::Key { key, chain } => {
                        key_entry(report, entry.alias, entry.created, Some(&key), &chain, now);
                    }
                    EntryKind::Trusted(certificate) => {
                        trusted_entry(report, entry.alias, entry.created, &certificate, now);
                    }
                }
            }
            if !store.unlisted.is_empty() {
                let message = format!(
                    "Java does not list {} of its certificates, because they are neither marked as trusted nor in a key's chain; `flinkops pki truststore add` makes a truststore of them",
                    store.unlisted.len()
                );
                report.problem(ProblemCode::UnlistedCertificates, message);
            }
            for certificate in store.unlisted {
                match report.certificate(&certificate, now) {
                    Ok(certificate) => report.objects.push(Object::UnlistedCertificate { certificate }),
                    Err(reason) => unreadable(report, "a certificate", reason),
                }
            }
        }
        Err(error) => report.refused(&error),
    }
    for alias in secrets {
        report.objects.push(Object::SecretEntry { alias: alias.unwrap_or_default() });
    }
    duplicates(report);
}

pub(super) fn jks(report: &mut Inspection, bytes: &[u8], options: &ReadOptions, now: Timestamp) {
    let state = IntegrityState::NotChecked;
    report.integrity = Some(Integrity { mechanism: "SHA-1 digest".to_owned(), iterations: None, state });
    let file = match JksFile::parse(bytes) {
        Ok(file) => file,
        Err(error) => return report.refused(&error),
    };
    let has_keys = file.entries.iter().any(|entry| matches!(entry.kind, JksKind::Key { .. }));
    if has_keys {
        report.encryption.push(Encryption {
            part: "private key",
            cipher: "a stream of SHA-1 digests (JKS)".to_owned(),
            derivation: "none".to_owned(),
            iterations: None,
        });
    }
    report.access = if has_keys { Access::Locked } else { Access::Plain };
    if let Some(password) = &options.password {
        match file.verify(bytes, password) {
            Ok(()) => {
                state_of(report, IntegrityState::Verified);
                report.access = Access::Open;
            }
            Err(error) => {
                state_of(report, IntegrityState::Failed);
                report.refused(&error);
            }
        }
    }
    let password = options.for_keys().filter(|_| report.access != Access::WrongPassword);
    for entry in file.entries {
        let created = Some(entry.created);
        match &entry.kind {
            JksKind::Trusted(certificate) => trusted_entry(report, entry.alias, created, certificate, now),
            JksKind::Key { chain, .. } => {
                let key = password.map(|password| entry.open(password)).transpose();
                let key = key.unwrap_or_else(|error| {
                    let access = report.access;
                    report.refused(&error);
                    // A key that stays closed does not close the store.
                    report.access = access;
                    None
                });
                key_entry(report, entry.alias.clone(), created, key.as_ref(), chain, now);
            }
        }
    }
    duplicates(report);
}

fn key_entry(
    report: &mut Inspection,
    alias: String,
    created: Option<Timestamp>,
    key: Option<&PrivateKey>,
    chain: &[CertificateDer<'_>],
    now: Timestamp,
) {
    let details: Result<Vec<_>, _> =
        chain.iter().map(|certificate| report.certificate(certificate, now)).collect();
    let details = match details {
        Ok(details) => details,
        Err(reason) => return unreadable(report, &alias, reason),
    };
    let key = key.and_then(PrivateKeyDetails::of);
    let leaf: Option<&KeyDetails> = details.first().map(|leaf| &leaf.key);
    let belongs = key.as_ref().zip(leaf).map(|(key, leaf)| key.public.sha256 == leaf.sha256);
    let chain_complete = chain::is_complete(chain) && !chain.is_empty();
    if belongs == Some(false) {
        let message = format!(
            "the key of `{alias}` is not that of its certificate; import the answer to its own request"
        );
        report.problem(ProblemCode::KeyMismatch, message);
    }
    if chain.is_empty() && key.is_some() {
        report.problem(ProblemCode::NoCertificate, format!("the key of `{alias}` has no certificate"));
    } else if !chain_complete && !chain.is_empty() {
        let issuer = details.last().map(|last| shortened(&last.issuer)).unwrap_or_default();
        let message = format!("the chain of `{alias}` ends before its root: {issuer} is missing");
        report.problem(ProblemCode::ChainIncomplete, message);
    }
    report.objects.push(Object::KeyEntry { alias, created, key, chain: details, belongs, chain_complete });
}

fn trusted_entry(
    report: &mut Inspection,
    alias: String,
    created: Option<Timestamp>,
    certificate: &[u8],
    now: Timestamp,
) {
    match report.certificate(certificate, now) {
        Ok(certificate) => report.objects.push(Object::TrustedEntry { alias, created, certificate }),
        Err(reason) => unreadable(report, &alias, reason),
    }
}

fn unreadable(report: &mut Inspection, label: &str, reason: String) {
    let label: String = label.chars().filter(|c| !c.is_control()).take(80).collect();
    report.problem(ProblemCode::Damaged, format!("{label}: {reason}"));
    report.objects.push(Object::Unreadable { line: None, label, reason });
}

/// Java compares aliases without case; of two it keeps the last.
fn duplicates(report: &mut Inspection) {
    let mut seen = std::collections::HashSet::new();
    let mut twice = Vec::new();
    for object in &report.objects {
        if let Object::KeyEntry { alias, .. } | Object::TrustedEntry { alias, .. } = object
            && !alias.is_empty()
            && !seen.insert(alias.to_lowercase())
            && twice.len() < 20
        {
            twice.push(alias.clone());
        }
    }
    for alias in twice {
        let message = format!("two entries have the alias `{alias}`, of which Java keeps the last");
        report.problem(ProblemCode::DuplicateAlias, message);
    }
}

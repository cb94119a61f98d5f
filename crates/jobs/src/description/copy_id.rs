//! The ids of the copies of a described job.
//!
//! Flink lets the client choose a job's id, and takes each once. A copy's id tells what it is, to every machine that can ask the
//! cluster, with or without a journal: 64 bits of the SHA-256 of the job's name, 32 bits of the fingerprint of what the copy was
//! started with, 32 bits that follow from the copies that were there before. So two machines that start the same at the same time choose the
//! same id, and Flink takes it once.

use std::collections::BTreeMap;
use std::fmt;

use ops_core::ids::JobId;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Description, JobName};
use crate::journal::JarRef;

/// What a copy is started with, in 32 bits: jar, entry class, arguments, parallelism, options. What only says how an upgrade
/// is done is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(u32);

impl Fingerprint {
    /// Of a description whose jar has this content.
    pub fn of(job: &Description, jar: &JarRef) -> Self {
        #[derive(Serialize)]
        struct Started<'a> {
            jar: &'a str,
            entry_class: Option<&'a str>,
            arguments: &'a [String],
            parallelism: Option<i32>,
            flink: &'a BTreeMap<String, String>,
            secrets: &'a BTreeMap<String, String>,
        }
        let started = Started {
            jar: jar.identity(),
            entry_class: job.entry_class.as_deref(),
            arguments: &job.arguments,
            parallelism: job.parallelism,
            flink: &job.flink,
            secrets: &job.secrets,
        };
        // Maps of text and numbers always become JSON.
        let json = serde_json::to_vec(&started).unwrap_or_default();
        let digest = Sha256::digest(&json);
        Self(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// Reads and makes the ids of one job's copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyId {
    name: u64,
}

impl CopyId {
    /// For the job of this name.
    pub fn of(name: &JobName) -> Self {
        let digest = Sha256::new().chain_update("flinkops job ").chain_update(name.as_str()).finalize();
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest[..8]);
        Self { name: u64::from_be_bytes(bytes) }
    }

    /// The id of a copy that follows these, the `nth` that is tried.
    pub fn next(self, fingerprint: Fingerprint, before: &[JobId], nth: usize) -> JobId {
        let mut before = before.to_vec();
        before.sort_unstable();
        let mut hash = Sha256::new();
        for id in before {
            hash.update(id.value().to_be_bytes());
        }
        hash.update(nth.to_be_bytes());
        let digest = hash.finalize();
        let after = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        let low = u64::from(fingerprint.0) << 32 | u64::from(after);
        JobId::new(u128::from(self.name) << 64 | u128::from(low))
    }

    /// What the copy was started with; `None` where the id is none of this job's copies.
    pub fn fingerprint(self, id: JobId) -> Option<Fingerprint> {
        let [name, low] = [id.value() >> 64, id.value() & u128::from(u64::MAX)];
        (name == u128::from(self.name)).then_some(Fingerprint((low >> 32) as u32))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn described(rest: &str) -> Description {
        let text = format!("apiVersion: flinkops/v1\nname: orders\njar: a.jar\n{rest}");
        Description::parse(&text, Path::new("/a.yaml")).unwrap()
    }

    fn jar(content: &str) -> JarRef {
        JarRef::Kept { sha256: content.to_owned(), name: "a.jar".to_owned() }
    }

    #[test]
    fn ids_tell_the_job_and_what_it_was_started_with() {
        let (orders, other) =
            (CopyId::of(&described("").name), CopyId::of(&JobName::try_from("order".to_owned()).unwrap()));
        let fingerprint = Fingerprint::of(&described(""), &jar("x"));
        let one = orders.next(fingerprint, &[], 0);
        let [two, three] = [orders.next(fingerprint, &[one], 0), orders.next(fingerprint, &[one], 1)];
        assert!(one != two && one != three && two != three);
        assert_eq!(orders.next(fingerprint, &[one, two], 0), orders.next(fingerprint, &[two, one], 0));
        assert_eq!((orders.fingerprint(one), other.fingerprint(one)), (Some(fingerprint), None));
    }

    #[test]
    fn only_what_a_copy_is_started_with_counts() {
        let base = Fingerprint::of(&described(""), &jar("x"));
        for rest in [
            "savepoints: file:/s\n",
            "upgrade: stateless\n",
            "health: {maxRestarts: 3}\n",
            "rollback: never\n",
        ] {
            assert_eq!(Fingerprint::of(&described(rest), &jar("x")), base, "{rest}");
        }
        for rest in [
            "arguments: [a]\n",
            "parallelism: 2\n",
            "flink: {a: b}\n",
            "secrets: {a: env:B}\n",
            "entryClass: c\n",
        ] {
            assert_ne!(Fingerprint::of(&described(rest), &jar("x")), base, "{rest}");
        }
        assert_ne!(Fingerprint::of(&described(""), &jar("y")), base);
    }
}

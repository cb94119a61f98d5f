//! What a job can go on from: the states that are known of it and those that lie beside them, and whether each is whole.

use std::time::SystemTime;

use serde::Serialize;

use super::inspect::{Inspection, inspect};
use super::location::Location;

/// Directories of checkpoints begin so.
const CHECKPOINT: &str = "chk-";

/// Checkpoints beside a known one that are looked at, the newest first.
const BESIDE: usize = 16;

/// A savepoint or checkpoint that a job could go on from. Its fields are stable.
#[derive(Clone, Debug, Serialize)]
pub struct Candidate {
    /// Where it is.
    pub path: String,
    /// Whether it can be used.
    pub verdict: Verdict,
    /// Why not, or what could not be found out.
    pub why: Option<String>,
    /// What is in it, where it can be looked into.
    #[serde(skip)]
    pub inspection: Option<Inspection>,
    #[serde(skip)]
    written: Option<SystemTime>,
}

/// Whether a state can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Its metadata reads, and every file is there.
    Whole,
    /// It is not on this machine: only Flink can tell.
    Elsewhere,
    /// It is not there, damaged, or lacks files.
    Unusable,
}

impl Candidate {
    /// The one at a path.
    pub fn at(path: &str) -> Self {
        let location = match Location::find(path) {
            Ok(location) => location,
            Err(error) => {
                let verdict = if is_elsewhere(path) { Verdict::Elsewhere } else { Verdict::Unusable };
                let why = Some(error.to_string());
                return Self { path: path.to_owned(), verdict, why, inspection: None, written: None };
            }
        };
        let written =
            std::fs::metadata(location.directory().join("_metadata")).and_then(|meta| meta.modified());
        let (verdict, why, inspection) = match inspect(&location) {
            Ok(inspection) if inspection.is_whole() => (Verdict::Whole, None, Some(inspection)),
            Ok(inspection) => {
                let missing = inspection.missing.len();
                (
                    Verdict::Unusable,
                    Some(format!("{missing} of its files are missing or too short")),
                    Some(inspection),
                )
            }
            Err(error) => (Verdict::Unusable, Some(error.to_string()), None),
        };
        Self { path: path.to_owned(), verdict, why, inspection, written: written.ok() }
    }

    /// Whether a job may be started from it.
    pub fn is_usable(&self) -> bool {
        self.verdict != Verdict::Unusable
    }
}

/// Whether only the cluster can see it: an object store's address, or a directory of which this machine has not even the root.
fn is_elsewhere(path: &str) -> bool {
    match Location::path_of(path) {
        None => true,
        Some(path) => path.ancestors().nth(2).is_some_and(|root| !root.is_dir()),
    }
}

/// The states at these paths (newest first) and the checkpoints beside them, each once, newest first.
pub fn candidates(known: &[String]) -> Vec<Candidate> {
    let mut paths: Vec<String> = Vec::new();
    let mut add = |path: String| {
        let same = |other: &String| other.trim_end_matches('/') == path.trim_end_matches('/');
        if !paths.iter().any(same) {
            paths.push(path);
        }
    };
    for path in known {
        add(path.clone());
        beside(path).into_iter().for_each(&mut add);
    }
    let mut found: Vec<Candidate> = paths.iter().map(|path| Candidate::at(path)).collect();
    // What is elsewhere has no time; it stays before what was known later than it.
    if found.iter().all(|one| one.verdict != Verdict::Elsewhere) {
        found.sort_by_key(|one| std::cmp::Reverse(one.written));
    }
    found
}

/// The other checkpoints of the same job, in the form in which this one was named.
fn beside(path: &str) -> Vec<String> {
    let trimmed = path.trim_end_matches('/');
    let Some((parent, name)) = trimmed.rsplit_once('/') else { return Vec::new() };
    if !name.starts_with(CHECKPOINT) {
        return Vec::new();
    }
    let directory = Location::path_of(parent);
    let entries = directory.and_then(|directory| std::fs::read_dir(directory).ok());
    let mut numbers: Vec<u64> = entries
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix(CHECKPOINT)?.parse().ok())
        .collect();
    numbers.sort_unstable_by(|one, other| other.cmp(one));
    numbers.into_iter().take(BESIDE).map(|number| format!("{parent}/{CHECKPOINT}{number}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_from_here_is_not_called_missing() {
        for (path, verdict) in [
            ("s3://bucket/job/chk-7", Verdict::Elsewhere),
            ("file:///no/such/disk/job/chk-7", Verdict::Elsewhere),
            ("/tmp/chk-7", Verdict::Unusable),
        ] {
            let found = Candidate::at(path);
            assert_eq!(found.verdict, verdict, "{path}: {:?}", found.why);
        }
    }

    #[test]
    fn checkpoints_beside_a_known_one_are_found() {
        let directory = std::env::temp_dir().join(format!("flinkops-candidates-{}", std::process::id()));
        for name in ["chk-7", "chk-12", "shared", "chk-x"] {
            std::fs::create_dir_all(directory.join(name)).unwrap();
        }
        let path = format!("file:{}/chk-9", directory.display());
        let found = candidates(&[path.clone(), path.clone()]);
        std::fs::remove_dir_all(&directory).unwrap();
        let names: Vec<&str> = found.iter().filter_map(|one| one.path.rsplit('/').next()).collect();
        assert_eq!(names, ["chk-9", "chk-12", "chk-7"]);
        assert!(found.iter().all(|one| !one.is_usable()));
    }
}

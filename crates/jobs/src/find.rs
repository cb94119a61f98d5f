//! Which job is meant: an id, the beginning of one, or a name.

use std::fmt;

use ops_core::ids::JobId;
use ops_core::rest::RestClient;
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::wire::state::JobStatus;

use crate::{JobsError, list};

/// The shortest beginning of an id that is taken for one: names can be short, too.
const SHORTEST_PREFIX: usize = 4;

/// How many jobs an error lists.
const LISTED: usize = 5;

/// A job as somebody calls it.
///
/// ```
/// let by_name: jobs::JobRef = "nightly report".parse().unwrap();
/// let by_prefix: jobs::JobRef = "1a2b3c".parse().unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRef(String);

impl std::str::FromStr for JobRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "" => Err("an id, the beginning of an id or a name is needed".to_owned()),
            text => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for JobRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A job that could be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: JobId,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: JobStatus,
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.id, self.name, self.state)
    }
}

impl From<JobSummary> for Candidate {
    fn from(job: JobSummary) -> Self {
        Self { id: job.jid, name: job.name, state: job.state }
    }
}

/// The job that is meant. A whole id is taken as it is, and nobody is asked. Of several jobs with one name, those that go on
/// come first: an upgrade leaves ended ones behind.
///
/// # Errors
/// [`JobsError::NoSuchJob`] with the nearest ones, [`JobsError::Ambiguous`] with all that fit, [`JobsError::Rest`].
pub async fn find(client: &RestClient, job: &JobRef) -> Result<JobId, JobsError> {
    if let Ok(id) = job.0.parse() {
        return Ok(id);
    }
    let jobs = list(client).await?;
    choose(&job.0, jobs)
}

fn choose(given: &str, jobs: Vec<JobSummary>) -> Result<JobId, JobsError> {
    let named = |job: &&JobSummary| job.name == given;
    let lower = given.to_ascii_lowercase();
    let is_prefix = given.len() >= SHORTEST_PREFIX && given.bytes().all(|byte| byte.is_ascii_hexdigit());
    let begins = |job: &&JobSummary| is_prefix && job.jid.to_string().starts_with(&lower);
    let alike = |job: &&JobSummary| job.name.eq_ignore_ascii_case(given);
    let fitting: Vec<&JobSummary> = [&named as &dyn Fn(&&JobSummary) -> bool, &begins, &alike]
        .into_iter()
        .map(|fits| jobs.iter().filter(fits).collect::<Vec<_>>())
        .find(|found| !found.is_empty())
        .unwrap_or_default();
    let going_on: Vec<&JobSummary> = fitting.iter().copied().filter(|job| !job.state.is_terminal()).collect();
    match (going_on.as_slice(), fitting.as_slice()) {
        ([one], _) | ([], [one]) => Ok(one.jid),
        ([], []) => Err(JobsError::NoSuchJob { given: given.to_owned(), nearest: nearest(given, jobs) }),
        ([], several) | (several, _) => {
            let candidates = several.iter().map(|job| Candidate::from((*job).clone())).collect();
            Err(JobsError::Ambiguous { given: given.to_owned(), candidates })
        }
    }
}

/// The jobs whose names are most like it.
fn nearest(given: &str, mut jobs: Vec<JobSummary>) -> Vec<Candidate> {
    let lower = given.to_lowercase();
    jobs.sort_by_cached_key(|job| {
        let name = job.name.to_lowercase();
        let part = name.contains(&lower) || lower.contains(&name);
        (!part, strsim::damerau_levenshtein(&name, &lower), job.state.is_terminal(), job.jid)
    });
    jobs.into_iter().take(LISTED).map(Candidate::from).collect()
}

#[cfg(test)]
mod tests {
    use ops_core::rest::wire::state::TaskCounts;

    use super::*;

    fn job(id: u128, name: &str, state: JobStatus) -> JobSummary {
        JobSummary {
            jid: JobId::new(id),
            name: name.to_owned(),
            start_time: 0,
            end_time: -1,
            duration: 0,
            state,
            last_modification: 0,
            tasks: TaskCounts::default(),
            pending_operators: None,
            job_type: None,
            scheduler_type: None,
        }
    }

    fn jobs() -> Vec<JobSummary> {
        vec![
            job(0xaaaa_0000 << 96, "orders", JobStatus::Running),
            job(0xaaaa_1111 << 96, "orders", JobStatus::Failed),
            job(0xbbbb_0000 << 96, "report", JobStatus::Finished),
            job(0xcccc_0000 << 96, "twice", JobStatus::Running),
            job(0xdddd_0000 << 96, "twice", JobStatus::Running),
            job(0xeeee_0000 << 96, "bbbb", JobStatus::Running),
        ]
    }

    #[test]
    fn names_prefixes_and_what_goes_on() {
        for (given, expected) in [
            ("orders", Ok(0xaaaa_0000)),
            ("ORDERS", Ok(0xaaaa_0000)),
            ("report", Ok(0xbbbb_0000)),
            ("aaaa1", Ok(0xaaaa_1111)),
            ("AAAA1", Ok(0xaaaa_1111)),
            // A name comes before an id that begins so.
            ("bbbb", Ok(0xeeee_0000)),
            // Of two that begin so, one goes on.
            ("aaaa", Ok(0xaaaa_0000)),
            ("twice", Err("`twice` could be cccc0000000000000000000000000000 twice (RUNNING) or dddd")),
            ("aa", Err("no job is called `aa`")),
            ("order", Err("no job is called `order`; there are aaaa0000")),
        ] {
            match (choose(given, jobs()), expected) {
                (Ok(id), Ok(high)) => assert_eq!(id, JobId::new(high << 96), "{given}"),
                (Err(error), Err(text)) => assert!(error.to_string().starts_with(text), "{given}: {error}"),
                (found, expected) => panic!("{given}: {found:?} {expected:?}"),
            }
        }
        assert_eq!(
            choose("x", Vec::new()).unwrap_err().to_string(),
            "no job is called `x`; the cluster has none"
        );
    }
}

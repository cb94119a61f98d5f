//! Profiles of the JobManager and of TaskManagers, and the sampling of stacks for flame graphs.

use ops_core::ids::{JobId, VertexId};
use serde::{Deserialize, Serialize};

use super::cluster::Cluster;
use super::process::Process;

/// Profiles that are kept for each process (`rest.profiling.history-size`).
const KEPT: usize = 10;

/// The time that a profile takes longer than asked, to be written.
const WRITING: i64 = 400;

/// A profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) process: Process,
    pub(crate) mode: String,
    pub(crate) seconds: i64,
    pub(crate) triggered: i64,
}

impl Profile {
    /// When it is complete, which may be in the future.
    pub(crate) fn finished(&self) -> i64 {
        self.triggered + self.seconds * 1000 + WRITING
    }
}

/// The sampling of a vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sampling {
    pub(crate) job: JobId,
    pub(crate) vertex: VertexId,
    pub(crate) completes: i64,
}

impl Cluster {
    /// The profiles of a process, latest first.
    pub(crate) fn profiles(&self, process: &Process) -> impl Iterator<Item = &Profile> {
        self.profiles.iter().rev().filter(move |profile| profile.process == *process).take(KEPT)
    }

    /// Starts a profile; `None` while one is being taken.
    pub(crate) fn start_profile(&mut self, process: Process, mode: String, seconds: i64) -> Option<&Profile> {
        let now = self.now;
        if self.profiles(&process).any(|profile| profile.finished() > now) {
            return None;
        }
        if self.profiles(&process).count() == KEPT
            && let Some(oldest) = self.profiles.iter().position(|profile| profile.process == process)
        {
            self.profiles.remove(oldest);
        }
        self.profiles.push(Profile { process, mode, seconds, triggered: now });
        self.profiles.last()
    }

    /// When the stacks of the vertex were sampled last; asks for samples if there are none, or only old ones.
    pub(crate) fn sampled(&mut self, job: JobId, vertex: VertexId) -> Option<i64> {
        let now = self.now;
        let refresh = self.settings.millis(&["rest.flamegraph.refresh-interval"]).unwrap_or(60_000);
        let expiry = self.settings.millis(&["rest.flamegraph.cleanup-interval"]).unwrap_or(600_000);
        let takes = self.settings.number(&["rest.flamegraph.num-samples"]).unwrap_or(100).clamp(1, 10_000)
            * self.settings.millis(&["rest.flamegraph.delay-between-samples"]).unwrap_or(50);
        self.samplings.retain(|sampling| now - sampling.completes < expiry);
        let same = |sampling: &&mut Sampling| (sampling.job, sampling.vertex) == (job, vertex);
        match self.samplings.iter_mut().find(same) {
            None => {
                self.samplings.push(Sampling { job, vertex, completes: now + takes });
                None
            }
            Some(sampling) if sampling.completes > now => None,
            Some(sampling) => {
                let completed = sampling.completes;
                if now - completed > refresh {
                    sampling.completes = now - 1;
                }
                Some(completed)
            }
        }
    }
}

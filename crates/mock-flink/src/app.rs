//! What all requests share: the simulated cluster, its clock, the uploaded jars, the programs, the journal.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ops_core::version::FlinkVersion;

use crate::clock::Clock;
use crate::dashboard::Dashboard;
use crate::jars::JarStore;
use crate::journal::Journal;
use crate::programs::Programs;
use crate::sim::Cluster;

/// What all requests share. Where both locks are needed, the cluster's is taken first.
pub(crate) struct App {
    pub(crate) version: FlinkVersion,
    pub(crate) url: String,
    pub(crate) programs: Programs,
    pub(crate) journal: Journal,
    pub(crate) clock: Clock,
    pub(crate) cluster: Mutex<Cluster>,
    pub(crate) jars: Mutex<JarStore>,
    pub(crate) dashboard: Option<Dashboard>,
    /// When the server started: the age of every static file.
    pub(crate) started: i64,
}

impl App {
    /// The cluster, as it is now.
    pub(crate) fn cluster(&self) -> MutexGuard<'_, Cluster> {
        let mut cluster = self.cluster.lock().unwrap_or_else(PoisonError::into_inner);
        cluster.advance_to(self.clock.now());
        cluster
    }

    pub(crate) fn jars(&self) -> MutexGuard<'_, JarStore> {
        self.jars.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

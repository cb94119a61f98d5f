//! What all requests share: the simulated cluster, its clock, the uploaded jars, the programs, the journal.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ops_core::version::FlinkVersion;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::dashboard::Dashboard;
use crate::faults::Faults;
use crate::jars::JarStore;
use crate::journal::Journal;
use crate::phase::Phase;
use crate::programs::Programs;
use crate::recipe::Recipe;
use crate::server::Gate;
use crate::sim::{Cluster, Process};
use crate::tls::Identity;
use crate::verify::Watch;

/// What all requests share. Where both locks are needed, the cluster's is taken first.
pub(crate) struct App {
    pub(crate) version: FlinkVersion,
    pub(crate) url: String,
    /// Whether it goes on.
    pub(crate) stop: watch::Sender<Phase>,
    /// What it shows of itself, when it serves HTTPS.
    pub(crate) tls: Option<Identity>,
    pub(crate) programs: Programs,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    /// What a proxy in front asks for.
    pub(crate) gate: Option<Gate>,
    /// Where a proxy in front puts it: empty, or a path without a slash at its end.
    pub(crate) prefix: String,
    pub(crate) watch: Watch,
    /// What the cluster was made of, to make it anew.
    pub(crate) recipe: Recipe,
    pub(crate) clock: Clock,
    pub(crate) cluster: Mutex<Cluster>,
    pub(crate) jars: Mutex<JarStore>,
    /// Where the pages for Prometheus are.
    pub(crate) exported: Exported,
    pub(crate) dashboard: Option<Dashboard>,
    /// When the server started: the age of every static file.
    pub(crate) started: i64,
}

/// The pages for Prometheus that are served: of which process, and where, if there was a port for it.
#[derive(Debug, Default)]
pub(crate) struct Exported(Mutex<Vec<(Process, Option<SocketAddr>)>>);

impl Exported {
    pub(crate) fn all(&self) -> Vec<(Process, Option<SocketAddr>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn store(&self, pages: Vec<(Process, Option<SocketAddr>)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = pages;
    }
}

impl App {
    /// The cluster, as it is now.
    pub(crate) fn cluster(&self) -> MutexGuard<'_, Cluster> {
        let mut cluster = self.cluster.lock().unwrap_or_else(PoisonError::into_inner);
        cluster.advance_to(self.clock.now());
        cluster
    }

    /// Back to the beginning: the cluster as it was started, no uploaded jar, no request in the journal, and the faults
    /// and expectations that the mock was built with. The clock goes on.
    pub(crate) fn reset(&self) {
        let now = self.clock.now();
        let mut cluster = self.cluster();
        *cluster = self.recipe.cluster(now);
        self.jars().clear();
        self.journal.clear();
        self.faults.remove(None);
        self.recipe.faults.iter().for_each(|fault| {
            self.faults.add(fault.clone(), self.recipe.start(now));
        });
        self.watch.clear();
        self.recipe.expectations.iter().for_each(|expectation| self.watch.add(expectation.clone()));
    }

    pub(crate) fn jars(&self) -> MutexGuard<'_, JarStore> {
        self.jars.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

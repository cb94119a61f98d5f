//! The whole state of the mock as one JSON document: the cluster with its jobs and what is yet to happen to them, the
//! savepoints that are in memory only, the uploaded jars. Faults, expectations and the journal are a test's own, and not in
//! it; savepoints on disk are where they are.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ops_core::ids::JarId;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::sim::{Cluster, MemoryStore, Unfit};

/// Grows when older mocks would misread what newer ones write.
const FORMAT: u32 = 1;

/// Why a state cannot be read or taken over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// It is no state, or one of another format.
    #[error("the state makes no sense: {0}; GET /mock/state gives one that does")]
    Nonsense(String),
    /// It is of another version, or contradicts itself.
    #[error("{0}")]
    Unfit(String),
    /// An uploaded jar cannot be read or written.
    #[error("an uploaded jar cannot be read or written")]
    Jar(#[source] io::Error),
}

impl From<Unfit> for StateError {
    fn from(unfit: Unfit) -> Self {
        Self::Unfit(unfit.to_string())
    }
}

#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    now: i64,
    cluster: &'a Cluster,
    savepoints: MemoryStore,
    jars: Vec<Jar>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    format: u32,
    /// For people; the cluster has it too.
    #[serde(rename = "now")]
    _now: i64,
    cluster: Cluster,
    savepoints: MemoryStore,
    jars: Vec<Jar>,
}

/// An uploaded jar.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Jar {
    id: JarId,
    name: String,
    uploaded: i64,
    /// The file, in Base64.
    content: String,
}

impl App {
    /// The state as it is now.
    ///
    /// # Errors
    /// An uploaded jar cannot be read.
    pub(crate) fn state(&self) -> Result<Vec<u8>, StateError> {
        let mut cluster = self.cluster();
        let savepoints = cluster.in_memory().clone();
        let jars = self.jars().all().iter().rev().map(Jar::of).collect::<Result<_, _>>()?;
        let written = Written { format: FORMAT, now: cluster.now(), cluster: &cluster, savepoints, jars };
        serde_json::to_vec(&written).map_err(|error| StateError::Nonsense(error.to_string()))
    }

    /// Goes on from a state. The clock goes on from its time.
    ///
    /// # Errors
    /// It makes no sense, or is another version's; nothing has changed then.
    pub(crate) fn restore(&self, state: &[u8]) -> Result<(), StateError> {
        let nonsense = |error: serde_json::Error| StateError::Nonsense(error.to_string());
        let state: Read = serde_json::from_slice(state).map_err(nonsense)?;
        if state.format != FORMAT {
            let problem = format!("it has format {}, and this mock reads format {FORMAT}", state.format);
            return Err(StateError::Nonsense(problem));
        }
        let jars = state.jars.into_iter().map(Jar::content).collect::<Result<Vec<_>, _>>()?;
        let mut cluster = self.cluster();
        cluster.take_over(state.cluster, state.savepoints)?;
        self.clock.set(cluster.now());
        let mut store = self.jars();
        store.clear();
        for (jar, content) in jars {
            store.put(jar.id, jar.name, jar.uploaded, &content).map_err(StateError::Jar)?;
        }
        Ok(())
    }
}

impl Jar {
    fn of(jar: &crate::jars::Jar) -> Result<Self, StateError> {
        let content = std::fs::read(&jar.path).map_err(StateError::Jar)?;
        Ok(Self {
            id: jar.id.clone(),
            name: jar.name.clone(),
            uploaded: jar.uploaded,
            content: STANDARD.encode(content),
        })
    }

    /// With its bytes. Its id has to be the name of a file.
    fn content(self) -> Result<(Self, Vec<u8>), StateError> {
        let nonsense = |problem: &str| StateError::Nonsense(format!("jar `{}` {problem}", self.id));
        if self.id.0.contains(['/', '\0']) || !self.id.0.ends_with(".jar") {
            return Err(nonsense("has an id that is no name of a jar"));
        }
        let content = STANDARD.decode(&self.content);
        let content = content.map_err(|_| nonsense("has a content that is no Base64"))?;
        Ok((self, content))
    }
}

//! The whole state of the cluster as a document, and what has to hold of one that comes from outside.

use ops_core::version::FlinkVersion;

use super::cluster::Cluster;
use super::graph::VertexSpec;
use super::incident::Incident;
use super::job::Job;
use super::store::{MemoryStore, SavepointStore};

/// The highest parallelism that Flink knows.
const MOST: u32 = 32_768;

/// Why a state is none of this cluster's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    #[error(
        "the state is one of Flink {state}, and this mock plays {own}; start it with --flink-version {state}"
    )]
    Version { state: FlinkVersion, own: FlinkVersion },
    #[error("the state contradicts itself: {0}; GET /mock/state gives one that does not")]
    Contradiction(String),
}

impl Cluster {
    /// Takes over the state of another cluster. The savepoints that are in memory come with `savepoints`; those on disk
    /// are where they are.
    ///
    /// # Errors
    /// It is the state of another version, or none at all; nothing has changed then.
    pub(crate) fn take_over(&mut self, mut state: Self, savepoints: MemoryStore) -> Result<(), Unfit> {
        if state.version() != self.version() {
            return Err(Unfit::Version { state: state.version(), own: self.version() });
        }
        state.check().map_err(Unfit::Contradiction)?;
        let mut latest: Option<&Job> = None;
        for job in state.jobs.values_mut() {
            job.settings.share(&state.settings);
            if let Some(latest) = latest {
                job.share_specs(latest);
            }
            latest = Some(job);
        }
        std::mem::swap(&mut state.store, &mut self.store);
        *state.in_memory() = savepoints;
        *self = state;
        Ok(())
    }

    /// What a state that was saved guarantees, and one that was written by hand may not.
    fn check(&self) -> Result<(), String> {
        for (id, job) in &self.jobs {
            if *id != job.id {
                return Err(format!("job {id} has the id {}", job.id));
            }
            job.check().map_err(|problem| format!("job {id}: {problem}"))?;
        }
        let planned = self.incidents.iter().flatten();
        for incident in planned {
            if let Incident::Submit(submission) = incident {
                edges(&mut submission.graph.vertices.iter())
                    .map_err(|problem| format!("job {} that is to come: {problem}", submission.graph.name))?;
            }
        }
        Ok(())
    }
}

impl Job {
    fn check(&self) -> Result<(), String> {
        // Without time between them, checkpoints would be all that ever happens.
        if self.coordinator.plan.interval.is_some_and(|millis| millis <= 0) {
            return Err("it takes checkpoints without any time between them".to_owned());
        }
        edges(&mut self.vertices.iter().map(|vertex| &*vertex.spec))?;
        for vertex in &self.vertices {
            let (name, subtasks) = (vertex.spec.name(), vertex.subtasks.len());
            if vertex.parallelism > MOST || vertex.bounds.upper > MOST {
                return Err(format!("{name} has a parallelism beyond {MOST}"));
            }
            if subtasks != 0 && subtasks != vertex.parallelism as usize {
                return Err(format!(
                    "{name} has {subtasks} subtasks for a parallelism of {}",
                    vertex.parallelism
                ));
            }
        }
        Ok(())
    }
}

/// Inputs stand before what they flow into.
fn edges(vertices: &mut dyn Iterator<Item = &VertexSpec>) -> Result<(), String> {
    for (position, vertex) in vertices.enumerate() {
        if let Some(edge) = vertex.inputs.iter().find(|edge| edge.source >= position) {
            return Err(format!(
                "{} takes its input from vertex {}, which does not stand before it",
                vertex.name(),
                edge.source
            ));
        }
    }
    Ok(())
}

/// The store of a state that no cluster has taken over yet.
pub(super) fn no_store() -> Box<dyn SavepointStore> {
    Box::new(MemoryStore::default())
}

/// Numbers that JSON parsers of other languages would round: as hexadecimal text.
pub(super) mod hex {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serialize, Serializer};

    /// What can be written so.
    pub(in super::super) trait Hex: Sized {
        type Written: Serialize;

        fn written(&self) -> Self::Written;
        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
    }

    fn number<E: serde::de::Error>(text: &str) -> Result<u128, E> {
        u128::from_str_radix(text, 16).map_err(|_| E::custom(format!("`{text}` is no hexadecimal number")))
    }

    impl Hex for u128 {
        type Written = String;

        fn written(&self) -> String {
            format!("{self:032x}")
        }

        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            number(&String::deserialize(deserializer)?)
        }
    }

    impl Hex for u64 {
        type Written = String;

        fn written(&self) -> String {
            format!("{self:016x}")
        }

        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let wide = u128::read(deserializer)?;
            wide.try_into().map_err(|_| D::Error::custom(format!("{wide:x} has more than 64 bits")))
        }
    }

    impl Hex for Option<u128> {
        type Written = Option<String>;

        fn written(&self) -> Option<String> {
            self.as_ref().map(Hex::written)
        }

        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Option::<String>::deserialize(deserializer)?.as_deref().map(number).transpose()
        }
    }

    impl Hex for Vec<u128> {
        type Written = Vec<String>;

        fn written(&self) -> Vec<String> {
            self.iter().map(Hex::written).collect()
        }

        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Vec::<String>::deserialize(deserializer)?.iter().map(|text| number(text)).collect()
        }
    }

    pub(in super::super) fn serialize<T: Hex, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.written().serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, T: Hex, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        T::read(deserializer)
    }
}

/// Maps whose keys are no texts: as a list of pairs.
pub(super) mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in super::super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(in super::super) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// Applications know their ids: as a list.
pub(super) mod applications {
    use indexmap::IndexMap;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::sim::Application;

    pub(in super::super) fn serialize<S: Serializer>(
        map: &IndexMap<u128, Application>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.values())
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<IndexMap<u128, Application>, D::Error> {
        let all = Vec::<Application>::deserialize(deserializer)?;
        Ok(all.into_iter().map(|application| (application.id, application)).collect())
    }
}

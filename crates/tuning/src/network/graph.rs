//! A job as the network sees it: subtasks, and which of them exchange records.

use ops_core::rest::wire::plan::Plan;

use super::buffers::{BufferSettings, Need, gate, result_partition};
use crate::error::TuningError;

/// The vertices of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobGraph {
    vertices: Vec<Vertex>,
}

/// A vertex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vertex {
    /// Its name, for people.
    pub name: String,
    /// Its subtasks.
    pub parallelism: u32,
    /// Where its records come from.
    pub inputs: Vec<Edge>,
}

/// An edge, stored at its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The position of the vertex that the records come from.
    pub from: usize,
    /// Who sends to whom.
    pub pattern: Pattern,
    /// When they are sent.
    pub exchange: Exchange,
}

/// Which subtasks are connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Every one with every one: hash, rebalance, broadcast, global, custom.
    AllToAll,
    /// Each with its share of the others: forward, rescale.
    Pointwise,
}

/// When records are exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// At once, with a bounded number of buffers; streaming.
    Pipelined,
    /// After all were written; batch.
    Blocking,
    /// Either; batch.
    Hybrid,
}

/// Where subtasks run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Nothing is known but the cluster: the worst is assumed, a TaskManager that is full of subtasks whose peers are
    /// all elsewhere.
    Worst {
        /// How many TaskManagers.
        task_managers: u32,
        /// Slots of each.
        slots: u32,
    },
    /// The TaskManager of each subtask, vertex by vertex.
    Known(Vec<Vec<u32>>),
}

impl Pattern {
    /// The pattern of a ship strategy, as plans name it.
    pub fn of_strategy(strategy: &str) -> Self {
        match strategy.to_ascii_uppercase().as_str() {
            "FORWARD" | "RESCALE" => Self::Pointwise,
            _ => Self::AllToAll,
        }
    }
}

impl Exchange {
    /// The exchange of a result type, as plans name it.
    pub fn of_result_type(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "blocking" | "blocking_persistent" => Self::Blocking,
            _ if name.starts_with("hybrid") => Self::Hybrid,
            _ => Self::Pipelined,
        }
    }
}

impl JobGraph {
    /// A graph whose edges lead somewhere.
    ///
    /// # Errors
    /// An edge comes from a vertex that is not there, or a vertex has no subtask.
    pub fn new(vertices: Vec<Vertex>) -> Result<Self, TuningError> {
        let names: Vec<&str> = vertices.iter().map(|vertex| vertex.name.as_str()).collect();
        for vertex in &vertices {
            if vertex.parallelism == 0 || vertex.parallelism > 1 << 15 {
                let found = format!("{} (vertex `{}`)", vertex.parallelism, vertex.name);
                let needed = "1 to 32768 is needed";
                return Err(TuningError::OutOfRange { what: "the parallelism", found, needed });
            }
            if let Some(edge) = vertex.inputs.iter().find(|edge| edge.from >= vertices.len()) {
                return Err(TuningError::NoVertex { found: edge.from.to_string(), known: names.join(", ") });
            }
        }
        Ok(Self { vertices })
    }

    /// The graph of a job that runs.
    ///
    /// # Errors
    /// The plan is empty, as of a job that failed before it had one, or makes no sense.
    pub fn of_plan(plan: &Plan) -> Result<Self, TuningError> {
        let nodes = plan.nodes.as_deref().unwrap_or_default();
        if nodes.is_empty() {
            return Err(TuningError::Missing("the job has no plan: it failed before it had one"));
        }
        let position = |id| {
            nodes.iter().position(|node| node.id == id).ok_or_else(|| TuningError::NoVertex {
                found: id.to_string(),
                known: nodes.iter().map(|node| node.id.to_string()).collect::<Vec<_>>().join(", "),
            })
        };
        let vertices = nodes.iter().map(|node| {
            let inputs = node.inputs.iter().map(|input| {
                Ok(Edge {
                    from: position(input.id)?,
                    pattern: Pattern::of_strategy(&input.ship_strategy),
                    exchange: Exchange::of_result_type(&input.exchange),
                })
            });
            Ok(Vertex {
                name: plain(&node.description),
                parallelism: u32::try_from(node.parallelism).unwrap_or(0),
                inputs: inputs.collect::<Result<_, TuningError>>()?,
            })
        });
        Self::new(vertices.collect::<Result<_, TuningError>>()?)
    }

    /// The vertices.
    pub fn vertices(&self) -> &[Vertex] {
        &self.vertices
    }

    /// The subtasks that an edge connects with subtask `to` of its target.
    fn sources(&self, edge: Edge, target: &Vertex, to: u32) -> std::ops::Range<u32> {
        let (from, targets) = (self.vertices[edge.from].parallelism, target.parallelism);
        let scaled = |index: u64, by: u32, over: u32| (index * u64::from(by) / u64::from(over)) as u32;
        match edge.pattern {
            Pattern::AllToAll => 0..from,
            Pattern::Pointwise if from >= targets => {
                scaled(to.into(), from, targets)..scaled(u64::from(to) + 1, from, targets)
            }
            Pattern::Pointwise => {
                let source = scaled(to.into(), from, targets);
                source..source + 1
            }
        }
    }

    /// How many subtasks of an edge's target consume subtask `of` of its source.
    fn consumers(&self, edge: Edge, target: &Vertex, of: u32) -> u64 {
        let (from, targets) =
            (u64::from(self.vertices[edge.from].parallelism), u64::from(target.parallelism));
        match edge.pattern {
            Pattern::AllToAll => targets,
            Pattern::Pointwise if from >= targets => 1,
            Pattern::Pointwise => {
                let end = |subtask: u64| (subtask * targets).div_ceil(from);
                end(u64::from(of) + 1) - end(of.into())
            }
        }
    }

    /// The buffers of one subtask, given which subtasks (vertex, index) are on other TaskManagers.
    fn subtask(
        &self,
        settings: &BufferSettings,
        vertex: usize,
        index: u32,
        is_remote: &dyn Fn(usize, u32) -> bool,
    ) -> Need {
        let this = &self.vertices[vertex];
        let gates = this.inputs.iter().map(|edge| {
            let sources = self.sources(*edge, this, index);
            let remote = sources.clone().filter(|source| is_remote(edge.from, *source)).count() as u64;
            gate(settings, edge.exchange, sources.len() as u64, remote)
        });
        let results = self.vertices.iter().flat_map(|target| {
            let edges = target.inputs.iter().filter(move |edge| edge.from == vertex);
            edges.map(move |edge| {
                result_partition(settings, edge.exchange, self.consumers(*edge, target, index))
            })
        });
        gates.chain(results).fold(Need::default(), Need::plus)
    }

    /// The buffers of the subtasks of one vertex on the TaskManager that needs most, and how many they are.
    pub(super) fn vertex_need(
        &self,
        settings: &BufferSettings,
        vertex: usize,
        task_managers: u32,
        slots: u32,
    ) -> (u32, Need) {
        let parallelism = self.vertices[vertex].parallelism;
        let needs =
            (0..parallelism).map(|index| self.subtask(settings, vertex, index, &|_, _| task_managers > 1));
        let most = needs.fold(Need::default(), |most, need| Need {
            required: most.required.max(need.required),
            target: most.target.max(need.target),
        });
        let together = if task_managers > 1 { parallelism.min(slots) } else { parallelism };
        (together, most.times(together.into()))
    }

    /// The buffers that all subtasks together need on the TaskManager that needs most. Results that several vertices
    /// share are counted for each, so Flink may need a little less.
    pub fn need(&self, settings: &BufferSettings, placement: &Placement) -> Need {
        match placement {
            Placement::Worst { task_managers, slots } => (0..self.vertices.len())
                .map(|vertex| self.vertex_need(settings, vertex, *task_managers, *slots).1)
                .fold(Need::default(), Need::plus),
            Placement::Known(places) => {
                let mut by_place = std::collections::BTreeMap::<u32, Need>::new();
                for (vertex, subtasks) in places.iter().enumerate().take(self.vertices.len()) {
                    for (index, place) in (0..).zip(subtasks) {
                        let is_remote = |other: usize, subtask: u32| {
                            places.get(other).and_then(|row| row.get(subtask as usize)) != Some(place)
                        };
                        let need = self.subtask(settings, vertex, index, &is_remote);
                        let sum = by_place.entry(*place).or_default();
                        *sum = sum.plus(need);
                    }
                }
                by_place.into_values().max_by_key(|need| need.required).unwrap_or_default()
            }
        }
    }
}

/// A vertex's description without its HTML.
fn plain(description: &str) -> String {
    let text = description.replace("<br/>", " ");
    unescaped(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unescaped(text: &str) -> String {
    text.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn settings() -> BufferSettings {
        BufferSettings::of(&Settings::empty("1.20".parse().unwrap())).unwrap()
    }

    fn pair(from: u32, to: u32, pattern: Pattern) -> JobGraph {
        let edge = Edge { from: 0, pattern, exchange: Exchange::Pipelined };
        let vertex = |name: &str, parallelism, inputs| Vertex { name: name.to_owned(), parallelism, inputs };
        JobGraph::new(vec![vertex("source", from, vec![]), vertex("sink", to, vec![edge])]).unwrap()
    }

    #[test]
    fn a_full_cluster_needs_its_remote_channels_and_all_results() {
        let graph = pair(4, 4, Pattern::AllToAll);
        let places = vec![vec![0, 0, 1, 1]; 2];
        // Two gates of 1 + 2 remote channels × 2, and two results of 4 + 1.
        assert_eq!(graph.need(&settings(), &Placement::Known(places)).required, 2 * 5 + 2 * 5);
        let worst = graph.need(&settings(), &Placement::Worst { task_managers: 2, slots: 2 });
        assert_eq!(worst, Need { required: 2 * 9 + 2 * 5, target: 64 });
        let alone = graph.need(&settings(), &Placement::Worst { task_managers: 1, slots: 4 });
        assert_eq!(alone.required, 4 + 4 * 5);
    }

    #[test]
    fn pointwise_edges_share_evenly() {
        for (from, to) in [(2, 5), (5, 2), (3, 3), (1, 7), (7, 1), (6, 4)] {
            let graph = pair(from, to, Pattern::Pointwise);
            let (target, edge) = (&graph.vertices[1], graph.vertices[1].inputs[0]);
            let mut consumed = vec![0; from as usize];
            for subtask in 0..to {
                let sources = graph.sources(edge, target, subtask);
                assert!(!sources.is_empty() && sources.end <= from, "{from} to {to}");
                sources.for_each(|source| consumed[source as usize] += 1);
            }
            let consumers: Vec<_> = (0..from).map(|source| graph.consumers(edge, target, source)).collect();
            assert_eq!(consumed, consumers, "{from} to {to}");
        }
    }

    #[test]
    fn edges_from_nowhere_and_empty_vertices_are_refused() {
        let edge = Edge { from: 7, pattern: Pattern::AllToAll, exchange: Exchange::Pipelined };
        let vertex = |parallelism, inputs| Vertex { name: "map".to_owned(), parallelism, inputs };
        let error = JobGraph::new(vec![vertex(1, vec![edge])]).unwrap_err().to_string();
        assert_eq!(error, "there is no vertex `7`; there are map");
        let error = JobGraph::new(vec![vertex(0, vec![])]).unwrap_err().to_string();
        assert_eq!(error, "the parallelism is 0 (vertex `map`); 1 to 32768 is needed");
        assert!(JobGraph::of_plan(&Plan::default()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn the_worst_is_never_better_than_what_is_known(from in 1..12_u32, to in 1..12_u32, hashed: bool) {
            let pattern = if hashed { Pattern::AllToAll } else { Pattern::Pointwise };
            let graph = pair(from, to, pattern);
            let places = |parallelism: u32| (0..parallelism).map(|index| index % 3).collect();
            let known = graph.need(&settings(), &Placement::Known(vec![places(from), places(to)]));
            let worst = graph.need(&settings(), &Placement::Worst { task_managers: 3, slots: 4 });
            proptest::prop_assert!(known.required <= worst.required && known.target <= worst.target);
        }
    }
}

//! What stands in a scenario file. Unknown fields are refused.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ops_core::version::FlinkVersion;
use ops_core::yaml::{self, YamlError};
use schemars::JsonSchema;
use serde::Deserialize;

use super::ready::{READY_MADE, ready_made};
use crate::faults::Fault;
use crate::sim::Sabotage;
use crate::span::Span;

/// A scenario.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// One sentence: what it is for.
    pub description: String,
    /// The cluster.
    pub cluster: ClusterPart,
    /// What entry classes stand for.
    pub programs: Vec<Program>,
    /// The jobs that are started by themselves.
    pub jobs: Vec<JobPart>,
    /// What happens later.
    pub timeline: Vec<Happening>,
    /// Answers that go wrong; their times count from the start of the cluster.
    pub faults: Vec<Fault>,
}

/// The cluster; what is not said is as without a scenario.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClusterPart {
    /// The version to play.
    #[schemars(with = "Option<String>", regex(pattern = r"^[12]\.\d+(\.\d+)?$"))]
    pub flink_version: Option<FlinkVersion>,
    /// TaskManagers at the start.
    pub task_managers: Option<usize>,
    /// Slots of each.
    pub slots: Option<usize>,
    /// Makes ids, ports and small delays reproducible.
    pub seed: Option<u64>,
    /// Whether time moves only when told.
    pub virtual_time: bool,
    /// How long it has been running when the mock starts: jobs have a history then.
    pub age: Option<Span>,
    /// Flink options in effect.
    pub configuration: BTreeMap<String, String>,
}

/// What a main method does. Jobs that Flink's own client submits ready-made behave as the program whose job has their name:
/// they end as it does, and its vertices say, in order, what flows through theirs.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Program {
    /// The entry class.
    pub class: String,
    /// The name of its job; the class's own by default.
    pub job: Option<String>,
    /// Whether its input ends.
    pub batch: bool,
    /// Its vertices, sources first; a source and a keyed function that counts by default.
    pub vertices: Vec<Vertex>,
    /// It ends by itself once it has been running for so long.
    pub finishes_after: Option<Span>,
    /// A task throws an exception each time the job has been running for a while.
    pub fails: Option<TaskFailure>,
    /// Its main method throws an exception.
    pub throws: Option<MainFailure>,
    /// How it behaves instead, by its arguments; the first that fits counts.
    pub when: Vec<Variant>,
}

/// How a program behaves with an argument.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Variant {
    /// The argument; one that ends with `=` stands for any value after it.
    pub argument: String,
    /// The name of its job.
    #[serde(default)]
    pub job: Option<String>,
    /// It ends by itself once it has been running for so long.
    #[serde(default)]
    pub finishes_after: Option<Span>,
    /// A task throws an exception each time the job has been running for a while.
    #[serde(default)]
    pub fails: Option<TaskFailure>,
    /// Its main method throws an exception.
    #[serde(default)]
    pub throws: Option<MainFailure>,
}

/// An exception of a task.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TaskFailure {
    /// How long the tasks run before.
    pub after: Span,
    /// The exception's class.
    #[serde(default = "runtime_exception")]
    pub class: String,
    /// Its message.
    #[serde(default = "on_purpose")]
    pub message: String,
}

/// An exception of a main method.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MainFailure {
    /// The exception's class.
    #[serde(default = "runtime_exception")]
    pub class: String,
    /// Its message.
    #[serde(default = "on_purpose")]
    pub message: String,
}

fn runtime_exception() -> String {
    "java.lang.RuntimeException".to_owned()
}

fn on_purpose() -> String {
    "failed on purpose".to_owned()
}

/// A vertex: a chain of operators.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Vertex {
    /// Its operators, in order.
    pub operators: Vec<String>,
    /// The positions of the vertices that its records come from, by key.
    #[serde(default)]
    pub inputs: Vec<usize>,
    /// Its parallelism; the job's by default.
    #[serde(default)]
    pub parallelism: Option<u32>,
    /// Records a second that each subtask of a source emits.
    #[serde(default)]
    pub rate: f64,
    /// Records out for each record in.
    #[serde(default = "each")]
    pub selectivity: f64,
    /// Bytes of a record.
    #[serde(default = "record_bytes")]
    pub record_bytes: f64,
    /// The share of time that it works; beyond 1 it cannot keep up, and holds up those before it.
    #[serde(default = "tenth")]
    pub busy: f64,
    /// Keys of its state.
    #[serde(default)]
    pub keys: f64,
    /// Bytes of state for each key.
    #[serde(default)]
    pub bytes_per_key: f64,
    /// Whether it emits watermarks.
    #[serde(default)]
    pub watermarks: bool,
    /// Accumulators that count its records: names, and the simple names of their classes.
    #[serde(default)]
    pub accumulators: BTreeMap<String, String>,
}

fn each() -> f64 {
    1.0
}

fn record_bytes() -> f64 {
    64.0
}

fn tenth() -> f64 {
    0.1
}

/// A job that is started by itself.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct JobPart {
    /// The entry class of its program.
    pub class: String,
    /// The program's arguments.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Its parallelism.
    #[serde(default)]
    pub parallelism: Option<u32>,
    /// When, from the start of the cluster.
    #[serde(default = "at_once")]
    pub at: Span,
    /// How many of them.
    #[serde(default = "one")]
    pub count: usize,
    /// The savepoint it starts from.
    #[serde(default)]
    pub savepoint: Option<String>,
}

fn at_once() -> Span {
    Span(std::time::Duration::ZERO)
}

fn one() -> usize {
    1
}

/// Something that happens at a time from the start of the cluster. Jobs are named; of several, the one that was started
/// last is meant.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Happening {
    /// When.
    pub at: Span,
    /// The TaskManager at this position, from 0, is lost.
    #[serde(default)]
    pub lose_task_manager: Option<usize>,
    /// So many TaskManagers register.
    #[serde(default)]
    pub add_task_managers: Option<usize>,
    /// A job throws an exception.
    #[serde(default)]
    pub fail_job: Option<String>,
    /// A job is cancelled.
    #[serde(default)]
    pub cancel_job: Option<String>,
    /// The next checkpoints of a job fail.
    #[serde(default)]
    pub fail_checkpoints: Option<CheckpointFailures>,
    /// For so long, savepoint directories cannot be written.
    #[serde(default)]
    pub deny_savepoints: Option<Span>,
}

/// Checkpoints that fail.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CheckpointFailures {
    /// The job.
    pub job: String,
    /// How many.
    #[serde(default = "one_of_them")]
    pub count: u32,
    /// How.
    #[serde(default, rename = "as")]
    pub how: Sabotage,
}

fn one_of_them() -> u32 {
    1
}

/// A scenario that is none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The file cannot be read, or says something else than a scenario does.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// There is neither a file nor a ready-made scenario of that name.
    #[error("`{name}` is neither a file nor a scenario that comes with the mock; these do: {known}")]
    Unknown {
        /// The name.
        name: String,
        /// The names of those that come with the mock.
        known: String,
    },
    /// It contradicts itself.
    #[error("{}: {problem}", path.display())]
    Contradiction {
        /// The file, or the name.
        path: PathBuf,
        /// What does not fit.
        problem: String,
    },
}

impl Scenario {
    /// Reads a file, or takes the ready-made scenario of that name.
    ///
    /// # Errors
    /// There is none, or it makes no sense.
    pub fn named(name: &str) -> Result<Self, ScenarioError> {
        let path = Path::new(name);
        if path.is_file() {
            let scenario: Self = yaml::read(path)?;
            scenario.check(path)?;
            return Ok(scenario);
        }
        match ready_made(name) {
            Some(ready) => Self::parse(ready.text, path),
            None => {
                let known = READY_MADE.iter().map(|ready| ready.name).collect::<Vec<_>>().join(", ");
                Err(ScenarioError::Unknown { name: name.to_owned(), known })
            }
        }
    }

    /// Reads a text; `path` is for messages.
    ///
    /// # Errors
    /// It makes no sense.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ScenarioError> {
        let scenario: Self = yaml::parse(text, path)?;
        scenario.check(path)?;
        Ok(scenario)
    }

    /// What the shape alone does not say.
    fn check(&self, path: &Path) -> Result<(), ScenarioError> {
        let wrong = |problem: String| Err(ScenarioError::Contradiction { path: path.to_owned(), problem });
        for program in &self.programs {
            if program.class.is_empty() {
                return wrong(
                    "a program has no `class`; it is the entry class that stands for it".to_owned(),
                );
            }
            for (position, vertex) in program.vertices.iter().enumerate() {
                if vertex.operators.is_empty() {
                    return wrong(format!("vertex {position} of {} has no `operators`", program.class));
                }
                if let Some(input) = vertex.inputs.iter().find(|input| **input >= position) {
                    return wrong(format!(
                        "vertex {position} of {} takes its input from vertex {input}; inputs stand before it",
                        program.class
                    ));
                }
            }
        }
        Ok(())
    }
}

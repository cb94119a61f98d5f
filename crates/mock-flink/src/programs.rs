//! What the main method of an uploaded jar does. The mock runs no Java: an entry class stands for a program here.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::sim::{EdgeSpec, JobGraph, JobKind, Ship, StateProfile, VertexSpec};

/// A call of a main method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramCall {
    /// The class whose main method is called.
    pub entry_class: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The parallelism in effect.
    pub parallelism: u32,
}

/// An exception that a main method throws, or that it ends without a job.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{class}: {message}")]
pub struct MainError {
    /// Its class.
    pub class: String,
    /// Its message.
    pub message: String,
}

impl MainError {
    /// An exception.
    pub fn new(class: impl Into<String>, message: impl Into<String>) -> Self {
        Self { class: class.into(), message: message.into() }
    }

    /// The main method returns without having submitted a job.
    pub fn no_job() -> Self {
        Self::new("", "the main method submitted no job")
    }

    /// Whether the main method just returned.
    pub fn is_no_job(&self) -> bool {
        self.class.is_empty()
    }
}

/// A program: from a call of its main method to the job it submits.
pub trait Program: Send + Sync {
    /// Calls the main method.
    ///
    /// # Errors
    /// With what the main method throws.
    fn main(&self, call: &ProgramCall) -> Result<JobGraph, MainError>;
}

impl<F> Program for F
where
    F: Fn(&ProgramCall) -> Result<JobGraph, MainError> + Send + Sync,
{
    fn main(&self, call: &ProgramCall) -> Result<JobGraph, MainError> {
        self(call)
    }
}

/// The programs by entry class. Every other class runs the default program.
#[derive(Clone, Default)]
pub struct Programs {
    by_class: BTreeMap<String, Arc<dyn Program>>,
    by_job: BTreeMap<String, Arc<Adjust>>,
}

/// What happens to a job that was submitted ready-made.
type Adjust = dyn Fn(&mut JobGraph) + Send + Sync;

impl fmt::Debug for Programs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_class.keys()).finish()
    }
}

impl Programs {
    /// Lets this entry class run this program. The class need not be in the jar.
    pub fn register(&mut self, entry_class: impl Into<String>, program: impl Program + 'static) {
        self.by_class.insert(entry_class.into(), Arc::new(program));
    }

    /// Changes jobs of this name that a client submits ready-made.
    pub fn register_job(
        &mut self,
        name: impl Into<String>,
        adjust: impl Fn(&mut JobGraph) + Send + Sync + 'static,
    ) {
        self.by_job.insert(name.into(), Arc::new(adjust));
    }

    /// Changes a submitted job as its name asks for.
    pub fn adjust(&self, graph: &mut JobGraph) {
        if let Some(adjust) = self.by_job.get(&graph.name) {
            adjust(graph);
        }
    }

    /// Takes over what is registered there, also for classes and jobs that are known here.
    pub(crate) fn extend(&mut self, other: Self) {
        self.by_class.extend(other.by_class);
        self.by_job.extend(other.by_job);
    }

    /// Whether a program was registered for this class.
    pub fn knows(&self, entry_class: &str) -> bool {
        self.by_class.contains_key(entry_class)
    }

    /// Calls a main method.
    ///
    /// # Errors
    /// With what it throws.
    pub fn call(&self, call: &ProgramCall) -> Result<JobGraph, MainError> {
        match self.by_class.get(&call.entry_class) {
            Some(program) => program.main(call),
            None => Ok(default_program(call)),
        }
    }
}

/// A streaming job that counts orders by customer: an endless source, a keyed process function, a sink. It is named
/// after its entry class.
pub fn default_program(call: &ProgramCall) -> JobGraph {
    let name = call.entry_class.rsplit('.').next().unwrap_or(&call.entry_class).to_owned();
    let mut source = VertexSpec::new(["Source: orders", "parse"]);
    source.source_rate = 1000.0;
    source.record_bytes = 96.0;
    source.busy = 0.35;
    let mut count = VertexSpec::new(["count per customer", "Sink: totals"]);
    count.inputs.push(EdgeSpec { source: 0, ship: Ship::Hash });
    count.selectivity = 0.0;
    count.busy = 0.2;
    count.state = StateProfile { keys: 50_000.0, bytes_per_key: 48.0 };
    JobGraph::new(name, JobKind::Streaming, vec![source, count])
}

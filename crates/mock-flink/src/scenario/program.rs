//! A program of a scenario: from a call of its main method to a job.

use super::model::{Program, TaskFailure, Variant, Vertex};
use crate::programs::{self, MainError, ProgramCall, Programs};
use crate::sim::{AccumulatorSpec, EdgeSpec, Failure, JobGraph, JobKind, Ship, StateProfile, VertexSpec};
use crate::span::Span;

impl programs::Program for Program {
    fn main(&self, call: &ProgramCall) -> Result<JobGraph, MainError> {
        let variant = self.when.iter().find(|variant| variant.fits(&call.arguments));
        let (finishes_after, fails, throws) = match variant {
            Some(variant) => (variant.finishes_after, &variant.fails, &variant.throws),
            None => (self.finishes_after, &self.fails, &self.throws),
        };
        if let Some(thrown) = throws {
            return Err(MainError::new(&thrown.class, &thrown.message));
        }
        let mut graph = programs::default_program(call);
        if !self.vertices.is_empty() {
            graph.vertices = self.vertices.iter().map(Vertex::spec).collect();
        }
        if let Some(name) = variant.and_then(|variant| variant.job.as_ref()).or(self.job.as_ref()) {
            graph.name.clone_from(name);
        }
        if self.batch {
            graph.kind = JobKind::Batch;
        }
        behave(&mut graph, finishes_after, fails.as_ref());
        Ok(graph)
    }
}

/// How a job ends by itself.
fn behave(graph: &mut JobGraph, finishes_after: Option<Span>, fails: Option<&TaskFailure>) {
    graph.finishes_after = finishes_after.map(|span| span.0);
    graph.failure = fails.map(|failure| Failure {
        after: failure.after.0,
        class: failure.class.clone(),
        message: failure.message.clone(),
    });
}

impl Program {
    /// Lets its entry class run it, and jobs of its names end as it does.
    pub(super) fn register(&self, programs: &mut Programs) {
        programs.register(self.class.clone(), self.clone());
        let own = (self.job.clone(), self.finishes_after, self.fails.clone());
        let variants = self
            .when
            .iter()
            .map(|variant| (variant.job.clone(), variant.finishes_after, variant.fails.clone()));
        for (name, finishes_after, fails) in std::iter::once(own).chain(variants) {
            if let Some(name) = name {
                let vertices = self.vertices.clone();
                programs.register_job(name, move |graph| {
                    behave(graph, finishes_after, fails.as_ref());
                    for (vertex, spec) in vertices.iter().zip(&mut graph.vertices) {
                        vertex.flow(spec);
                    }
                });
            }
        }
    }
}

impl Variant {
    fn fits(&self, arguments: &[String]) -> bool {
        let wanted = self.argument.as_str();
        arguments.iter().any(|given| given == wanted || (wanted.ends_with('=') && given.starts_with(wanted)))
    }
}

impl Vertex {
    fn spec(&self) -> VertexSpec {
        let mut spec = VertexSpec::new(&self.operators);
        spec.inputs =
            self.inputs.iter().map(|source| EdgeSpec { source: *source, ship: Ship::Hash }).collect();
        spec.parallelism = self.parallelism;
        self.flow(&mut spec);
        spec
    }

    /// What flows through the vertex, and what it keeps of it.
    fn flow(&self, spec: &mut VertexSpec) {
        spec.source_rate = self.rate;
        spec.selectivity = self.selectivity;
        spec.record_bytes = self.record_bytes;
        spec.busy = self.busy;
        spec.state = StateProfile { keys: self.keys, bytes_per_key: self.bytes_per_key };
        spec.watermarks = self.watermarks;
        let named = self.accumulators.iter();
        spec.accumulators =
            named.map(|(name, kind)| AccumulatorSpec { name: name.clone(), kind: kind.clone() }).collect();
    }
}

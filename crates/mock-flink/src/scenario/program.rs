//! A program of a scenario: from a call of its main method to a job.

use super::model::{Program, Variant, Vertex};
use crate::programs::{self, MainError, ProgramCall};
use crate::sim::{EdgeSpec, Failure, JobGraph, JobKind, Ship, StateProfile, VertexSpec};

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
        if let Some(name) = &self.job {
            graph.name.clone_from(name);
        }
        if self.batch {
            graph.kind = JobKind::Batch;
        }
        graph.finishes_after = finishes_after.map(|span| span.0);
        graph.failure = fails.as_ref().map(|failure| Failure {
            after: failure.after.0,
            class: failure.class.clone(),
            message: failure.message.clone(),
        });
        Ok(graph)
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
        spec.source_rate = self.rate;
        spec.selectivity = self.selectivity;
        spec.record_bytes = self.record_bytes;
        spec.busy = self.busy;
        spec.state = StateProfile { keys: self.keys, bytes_per_key: self.bytes_per_key };
        spec.watermarks = self.watermarks;
        spec
    }
}

//! mock-flink inside this process, serving REST over the TLS material that was just issued.

use std::net::{Ipv4Addr, SocketAddr};

use mock_flink::programs::{MainError, ProgramCall};
use mock_flink::sim::{EdgeSpec, JobGraph, JobKind, Ship, StateProfile, VertexSpec};
use mock_flink::{MockFlink, TlsMaterial};
use ops_core::conf::ConfDocument;
use ops_core::ids::TaskManagerId;
use ops_core::spec::{ClusterSpec, RestTls};
use ops_core::version::FlinkVersion;

use crate::failure::Failure;
use crate::quickstart::job_jar;
use crate::quickstart::secured::Issued;

/// A running mock-flink.
#[derive(Debug)]
pub(crate) struct Embedded {
    mock: MockFlink,
}

/// What an embedded cluster is made of.
#[derive(Debug)]
pub(crate) struct EmbeddedPlan<'a> {
    pub(crate) version: FlinkVersion,
    pub(crate) spec: &'a ClusterSpec,
    pub(crate) slots_each: u16,
    /// The configuration in effect: intervals, delays and directories come from it.
    pub(crate) configuration: &'a ConfDocument,
    /// The REST endpoint's own stores, if it is to be encrypted.
    pub(crate) rest: Option<&'a Issued>,
    pub(crate) port: u16,
}

impl Embedded {
    /// Starts it on the loopback address.
    pub(crate) async fn start(plan: EmbeddedPlan<'_>) -> Result<Self, Failure> {
        let mut builder = MockFlink::builder()
            .version(plan.version)
            .task_managers(plan.spec.task_manager_count())
            .slots(plan.slots_each.into())
            .configuration(plan.configuration.entries().map(|entry| (entry.key.clone(), entry.value.clone())))
            .program(job_jar::CLASS, graph)
            .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, plan.port)));
        if let Some(issued) = plan.rest {
            builder = builder.tls(material(issued, plan.spec.security.rest)?);
        }
        Ok(Self { mock: builder.start().await? })
    }

    pub(crate) fn kill_task_manager(&self, id: &TaskManagerId) {
        self.mock.lose_task_manager(id);
    }

    pub(crate) fn replace_task_manager(&self) {
        self.mock.add_task_manager();
    }

    pub(crate) async fn stop(self) {
        self.mock.shutdown().await;
    }
}

/// The graph of quickstart's own job, as Flink makes it of `QuickstartJob.java`.
fn graph(call: &ProgramCall) -> Result<JobGraph, MainError> {
    let mut numbers = VertexSpec::new(["Source: Numbers", "Pace"]);
    numbers.parallelism = Some(1);
    // It pauses for two milliseconds a record.
    numbers.source_rate = 500.0;
    numbers.busy = 1.0;
    let mut count = VertexSpec::new(["Count per key"]);
    count.inputs.push(EdgeSpec { source: 0, ship: Ship::Hash });
    count.state = StateProfile { keys: 100.0, bytes_per_key: 40.0 };
    let name = call.arguments.first().map_or("flinkops quickstart", String::as_str).to_owned();
    Ok(JobGraph::new(name, JobKind::Streaming, vec![numbers, count]))
}

/// The server's chain and key, and whom it lets in, out of the very files a real Flink would read.
fn material(issued: &Issued, rest: RestTls) -> Result<TlsMaterial, Failure> {
    let identity = issued.identity()?;
    let client_anchors = match rest {
        RestTls::Mutual => Some(issued.anchors()?.certificates().to_vec()),
        RestTls::ServerOnly | RestTls::Off => None,
    };
    Ok(TlsMaterial { chain: identity.chain().to_vec(), key: identity.key().clone_key(), client_anchors })
}

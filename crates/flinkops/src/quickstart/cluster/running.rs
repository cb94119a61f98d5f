//! A running cluster of either kind: waiting for it, hurting it, stopping it; and the ports for it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::time::Duration;

use ops_core::ids::TaskManagerId;
use ops_core::rest::RestClient;
use rand::Rng as _;

use super::{Embedded, Processes};
use crate::adapters::Stopwatch;
use crate::exit;
use crate::failure::Failure;

/// How often a starting cluster is asked.
const POLL: Duration = Duration::from_millis(200);

/// A running cluster.
#[derive(Debug)]
pub(crate) enum Cluster {
    /// mock-flink, in this process.
    Embedded(Embedded),
    /// A real Flink, in processes of its own.
    Processes(Processes),
}

impl Cluster {
    /// Waits until the REST endpoint answers and `slots` task slots are there.
    pub(crate) async fn wait_ready(
        &mut self,
        client: &RestClient,
        slots: u32,
        timeout: Duration,
    ) -> Result<(), Failure> {
        let watch = Stopwatch::start();
        let mut last;
        loop {
            match client.overview().await {
                Ok(overview) if overview.slots_total >= slots => return Ok(()),
                Ok(overview) => last = format!("{} of {slots} slots are registered", overview.slots_total),
                Err(error) if error.is_unreachable() || error.is_leader_change() => last = error.to_string(),
                Err(error) => return Err(self.explain(error.into())),
            }
            if let Self::Processes(processes) = self {
                processes.check()?;
            }
            if watch.elapsed() > timeout {
                let message = format!("the cluster did not come up within {} s: {last}", timeout.as_secs());
                return Err(self.explain(Failure::new(exit::UNREACHABLE, message)));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Adds the end of the logs to a failure, where there are logs.
    fn explain(&self, failure: Failure) -> Failure {
        match self {
            Self::Embedded(_) => failure,
            Self::Processes(processes) => failure.evidence(processes.last_words()).help(format!(
                "the whole logs are in {}; --timeout gives it more time",
                processes.logs().display()
            )),
        }
    }

    /// Ends the busiest TaskManager without warning; its id is given back.
    pub(crate) async fn kill_task_manager(&mut self, client: &RestClient) -> Result<TaskManagerId, Failure> {
        let all = client.task_managers().await?;
        let busiest = all.into_iter().min_by_key(|task_manager| task_manager.free_slots);
        let id =
            busiest.ok_or_else(|| Failure::new(exit::REFUSED, "the cluster has no TaskManager to kill"))?.id;
        match self {
            Self::Embedded(embedded) => embedded.kill_task_manager(&id),
            Self::Processes(processes) => processes.kill_task_manager(&id).await?,
        }
        Ok(id)
    }

    /// Starts a TaskManager in place of one that was lost.
    pub(crate) fn replace_task_manager(&mut self) -> Result<(), Failure> {
        match self {
            Self::Embedded(embedded) => {
                embedded.replace_task_manager();
                Ok(())
            }
            Self::Processes(processes) => processes.start_task_manager(),
        }
    }

    /// Stops everything that was started.
    pub(crate) async fn stop(self) {
        match self {
            Self::Embedded(embedded) => embedded.stop().await,
            Self::Processes(mut processes) => processes.stop().await,
        }
    }
}

/// Where ports are looked for: below the range that systems take the ports of outgoing connections from. A JVM takes
/// seconds until it binds, and until then nobody else must get the port.
const PORTS: Range<u16> = 20_000..32_000;
/// So many ports are tried before it is given up.
const PORT_TRIES: usize = 1_000;

/// Finds loopback ports: they are free now, and differ from each other.
pub(crate) fn free_ports<const N: usize>() -> Result<[u16; N], Failure> {
    let mut ports = [0; N];
    let mut held = Vec::with_capacity(N);
    for port in &mut ports {
        let candidates = || rand::rng().random_range(PORTS);
        let bound = (0..PORT_TRIES).find_map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, candidates())).ok());
        let listener = bound.ok_or_else(|| {
            Failure::usage(format!(
                "this machine gives no free port between {} and {}",
                PORTS.start, PORTS.end
            ))
        })?;
        *port = listener.local_addr().map(|address| address.port()).map_err(Failure::usage)?;
        held.push(listener);
    }
    Ok(ports)
}

/// Fails if somebody listens on the port already.
pub(crate) fn check_free(port: u16) -> Result<(), Failure> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).map(drop).map_err(|error| {
        Failure::usage(format!("port {port} cannot be used: {error}"))
            .help("leave --port out to get a free one, or stop what uses it")
    })
}

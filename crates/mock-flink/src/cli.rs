//! The command line behind `mock-flink` and `flinkops mock`. Nothing here prints.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use ops_core::secret::{SecretError, SecretSource};
use ops_core::version::FlinkVersion;
use tokio::signal::unix::{SignalKind, signal};

use crate::error::MockError;
use crate::mock::{Builder, MockFlink};
use crate::scenario::{Scenario, ScenarioError};
use crate::server::Gate;
use crate::tls::{PemError, TlsMaterial, certificates, private_key};

/// What a mock cluster will be.
#[derive(ClapArgs, Clone, Debug)]
pub struct Args {
    /// Port of 127.0.0.1 to listen on; 0 for any free one
    #[arg(long, default_value_t = 8081)]
    pub port: u16,
    /// Flink version to play, 1.18 to 2.3 [default: the scenario's, or 1.20]
    #[arg(long, value_name = "V")]
    pub flink_version: Option<FlinkVersion>,
    /// TaskManagers at the start [default: the scenario's, or 1]
    #[arg(long, value_name = "N")]
    pub task_managers: Option<usize>,
    /// Slots of each TaskManager [default: the scenario's, taskmanager.numberOfTaskSlots, or 1]
    #[arg(long, value_name = "N")]
    pub slots: Option<usize>,
    /// Flink option in effect; may be repeated
    #[arg(long = "conf", value_name = "KEY=VALUE", value_parser = entry)]
    pub configuration: Vec<(String, String)>,
    /// Plays a scenario: a YAML file, or one that comes with the mock, such as job-zoo
    #[arg(long, value_name = "FILE|NAME")]
    pub scenario: Option<String>,
    /// Time moves by POST /mock/clock/advance only
    #[arg(long)]
    pub virtual_time: bool,
    /// Serves Flink's own dashboard at /, out of this Flink home
    #[arg(long, value_name = "FLINK_HOME")]
    pub dashboard: Option<PathBuf>,
    /// Makes ids, ports and small delays reproducible
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Asks for a user name and password: where USER:PASSWORD comes from, env:NAME or file:PATH
    #[arg(long, value_name = "SOURCE", conflicts_with = "auth_bearer_from")]
    pub auth_basic_from: Option<SecretSource>,
    /// Asks for a bearer token: where it comes from, env:NAME or file:PATH
    #[arg(long, value_name = "SOURCE")]
    pub auth_bearer_from: Option<SecretSource>,
    /// So many clusters: each on a port of its own, PORT, PORT+1 and so on; with --path-prefix on one port, below PATH/1,
    /// PATH/2 and so on
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub clusters: u16,
    /// Answers below this path only, as behind a proxy
    #[arg(long, value_name = "PATH")]
    pub path_prefix: Option<String>,
    /// Serves HTTPS with this certificate chain (PEM, leaf first)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Demands client certificates that lead to one of these authorities (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_client_ca: Option<PathBuf>,
}

fn entry(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err(format!("`{text}` is no option: KEY=VALUE is needed, such as parallelism.default=2")),
    }
}

/// Why the mock cluster does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CliError {
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A PEM file holds something else.
    #[error("{path} holds {problem}")]
    Pem {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: PemError,
    },
    /// A login cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The scenario makes no sense.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The cluster does not start.
    #[error(transparent)]
    Start(#[from] MockError),
    /// There are not so many ports.
    #[error("{count} clusters do not fit on the ports from {port} on; choose a lower --port, or 0 for free ones")]
    Ports {
        /// The first port.
        port: u16,
        /// How many clusters.
        count: u16,
    },
    /// The process cannot wait for signals.
    #[error("cannot wait for SIGINT and SIGTERM")]
    Signal(#[source] std::io::Error),
}

/// Why the mock cluster stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// SIGINT: the exit code is 130, as everywhere in flinkops.
    Interrupted,
    /// SIGTERM: its normal end, exit code 0.
    Terminated,
    /// `DELETE /cluster`: exit code 0.
    ByRequest,
}

impl Stopped {
    /// The exit code of the process.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Interrupted => 130,
            Self::Terminated | Self::ByRequest => 0,
        }
    }
}

/// The first line on standard output.
pub fn listening(mock: &MockFlink) -> String {
    format!("listening on {}", mock.url())
}

/// Runs the clusters until a signal or a request stops them. `announce` is called with each, once all answer.
///
/// # Errors
/// When one does not start.
pub async fn run(args: Args, announce: impl Fn(&MockFlink)) -> Result<Stopped, CliError> {
    let (count, prefix, port) = (args.clusters, args.path_prefix.clone(), args.port);
    if count == 1 {
        return serve(vec![builder(args)?], announce).await;
    }
    let mut builders = Vec::new();
    for number in 1..=count {
        let mut own = Args { seed: args.seed.map(|seed| seed + u64::from(number) - 1), ..args.clone() };
        match &prefix {
            Some(prefix) => own.path_prefix = Some(format!("{prefix}/{number}")),
            None if port == 0 => {}
            None => own.port = port.checked_add(number - 1).ok_or(CliError::Ports { port, count })?,
        }
        builders.push(builder(own)?);
    }
    serve(builders, announce).await
}

/// The cluster that the arguments describe, to be changed before it is served.
///
/// # Errors
/// When a file that they name cannot be read.
pub fn builder(args: Args) -> Result<Builder, CliError> {
    let mut builder = MockFlink::builder()
        .configuration(args.configuration)
        .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)));
    if let Some(name) = &args.scenario {
        builder = builder.scenario(Scenario::named(name)?);
    }
    if let Some(version) = args.flink_version {
        builder = builder.version(version);
    }
    if let Some(count) = args.task_managers {
        builder = builder.task_managers(count);
    }
    if let Some(source) = &args.auth_basic_from {
        builder = builder.gate(Gate::Basic(source.fetch(environment)?));
    }
    if let Some(source) = &args.auth_bearer_from {
        builder = builder.gate(Gate::Bearer(source.fetch(environment)?));
    }
    if let Some(prefix) = &args.path_prefix {
        builder = builder.path_prefix(prefix);
    }
    if args.virtual_time {
        builder = builder.virtual_time();
    }
    if let Some(slots) = args.slots {
        builder = builder.slots(slots);
    }
    if let Some(seed) = args.seed {
        builder = builder.seed(seed);
    }
    if let (Some(certificate), Some(key)) = (&args.tls_cert, &args.tls_key) {
        let client_anchors = args.tls_client_ca.as_deref().map(|file| pem(file, certificates)).transpose()?;
        builder = builder.tls(TlsMaterial {
            chain: pem(certificate, certificates)?,
            key: pem(key, private_key)?,
            client_anchors,
        });
    }
    if let Some(flink_home) = args.dashboard {
        builder = builder.dashboard(flink_home);
    }
    Ok(builder)
}

/// Serves clusters until a signal stops them, or each was told to shut down. `announce` is called with each, once all
/// answer. Those on the same address share it, each below its own prefix.
///
/// # Errors
/// When one does not start.
pub async fn serve(builders: Vec<Builder>, announce: impl Fn(&MockFlink)) -> Result<Stopped, CliError> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CliError::Signal)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(CliError::Signal)?;
    let mocks = start(builders).await?;
    mocks.iter().for_each(announce);
    let all_stopped = async {
        for mock in &mocks {
            mock.stopped().await;
        }
    };
    let why = tokio::select! {
        _ = interrupt.recv() => Stopped::Interrupted,
        _ = terminate.recv() => Stopped::Terminated,
        () = all_stopped => Stopped::ByRequest,
    };
    for mock in mocks {
        mock.shutdown().await;
    }
    Ok(why)
}

async fn start(builders: Vec<Builder>) -> Result<Vec<MockFlink>, MockError> {
    if builders.len() > 1 && builders.iter().all(Builder::has_prefix) {
        return Builder::start_together(builders).await;
    }
    let mut mocks = Vec::new();
    for builder in builders {
        mocks.push(builder.start().await?);
    }
    Ok(mocks)
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What a PEM file holds.
fn pem<T>(path: &Path, read: impl FnOnce(&[u8]) -> Result<T, PemError>) -> Result<T, CliError> {
    let shown = path.display().to_string();
    let text = std::fs::read(path).map_err(|source| CliError::Read { path: shown.clone(), source })?;
    read(&text).map_err(|problem| CliError::Pem { path: shown, problem })
}

#[cfg(test)]
mod tests {
    use super::entry;

    #[test]
    fn options_are_pairs() {
        assert_eq!(entry("a.b = c=d").unwrap(), ("a.b".to_owned(), "c=d".to_owned()));
        assert!(entry("=x").is_err() && entry("alone").is_err());
    }
}

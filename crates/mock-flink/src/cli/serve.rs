//! Serving mock clusters.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args as ClapArgs;
use ops_core::secret::SecretSource;
use ops_core::version::FlinkVersion;

use super::error::CliError;
use super::pem::TlsArgs;
use super::stop::{Signals, Stopped};
use crate::error::MockError;
use crate::mock::{Builder, MockFlink};
use crate::scenario::Scenario;
use crate::server::Gate;

/// What a mock cluster will be.
#[derive(ClapArgs, Clone, Debug)]
pub struct ServeArgs {
    /// Port to listen on; 0 for any free one
    #[arg(long, default_value_t = 8081)]
    pub port: u16,
    /// Address to listen on; 0.0.0.0 in a container
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub bind: IpAddr,
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
    /// Prints the JSON Schema of scenario files, and ends
    #[arg(long)]
    pub scenario_schema: bool,
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
    /// Whether HTTPS is served.
    #[command(flatten)]
    pub tls: TlsArgs,
}

fn entry(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err(format!("`{text}` is no option: KEY=VALUE is needed, such as parallelism.default=2")),
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
pub(super) async fn run(args: ServeArgs, announce: impl Fn(&MockFlink)) -> Result<Stopped, CliError> {
    let (count, prefix, port) = (args.clusters, args.path_prefix.clone(), args.port);
    if count == 1 {
        return serve(vec![builder(args)?], announce).await;
    }
    let mut builders = Vec::new();
    for number in 1..=count {
        let mut own = ServeArgs {
            seed: args.seed.map(|seed| seed.wrapping_add(u64::from(number) - 1)),
            ..args.clone()
        };
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
pub fn builder(args: ServeArgs) -> Result<Builder, CliError> {
    let mut builder =
        MockFlink::builder().configuration(args.configuration).bind(SocketAddr::new(args.bind, args.port));
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
    if let Some(material) = args.tls.material()? {
        builder = builder.tls(material);
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
    let mut signals = Signals::take()?;
    let mocks = start(builders).await?;
    mocks.iter().for_each(announce);
    let all_stopped = async {
        for mock in &mocks {
            mock.stopped().await;
        }
    };
    let why = tokio::select! {
        stopped = signals.come() => stopped,
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

#[cfg(test)]
mod tests {
    use super::entry;

    #[test]
    fn options_are_pairs() {
        assert_eq!(entry("a.b = c=d").unwrap(), ("a.b".to_owned(), "c=d".to_owned()));
        assert!(entry("=x").is_err() && entry("alone").is_err());
    }
}

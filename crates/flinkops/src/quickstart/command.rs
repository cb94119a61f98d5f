//! The command: its options, its signals, its end.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use ops_core::version::FlinkVersion;
use pki::key::KeyKind;
use tokio::signal::unix::{SignalKind, signal};

use super::{report, steps, story};
use crate::commands::runtime;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops quickstart
      The guide's cluster, on a fake JobManager inside flinkops. Nothing needs to be installed.
  flinkops quickstart --flink-home /opt/flink
      The same on a real Flink: its processes are started on free ports and stopped at the end.
  flinkops quickstart --from-conf /opt/flink/conf
      Your own configuration instead of the guide's. It is read, never changed.")]
pub(crate) struct Options {
    /// Where everything is written.
    #[arg(long, value_name = "DIR", default_value = "flinkops-quickstart")]
    pub(super) out: PathBuf,
    /// Use DIR even if it holds something else; what is in the way is moved into a subdirectory.
    #[arg(long)]
    pub(super) force: bool,
    /// Start from this conf directory (flink-conf.yaml or config.yaml; cluster.yaml or masters and workers).
    #[arg(long, value_name = "DIR")]
    pub(super) from_conf: Option<PathBuf>,
    /// Run on the Flink installed there instead of the embedded mock-flink.
    #[arg(long, value_name = "DIR", conflicts_with = "flink_version")]
    pub(super) flink_home: Option<PathBuf>,
    /// The version to write for and to imitate, such as 1.20 [default: the one in cluster.yaml].
    #[arg(long, value_name = "VERSION")]
    pub(super) flink_version: Option<FlinkVersion>,
    #[command(flatten)]
    pub(super) job: JobOptions,
    /// The kind of the certificates' keys: rsa-2048, rsa-3072, rsa-4096, p-256, p-384 or ed25519. Other than RSA needs
    /// cipher suites of its own in Flink, which are set.
    #[arg(long, value_name = "KIND", default_value = "rsa-2048")]
    pub(super) key_type: KeyKind,
    /// The REST port [default: a free one].
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) port: Option<u16>,
    /// How long the cluster and each step of the job may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

/// Which job is run.
#[derive(Debug, Clone, Args)]
pub(super) struct JobOptions {
    /// The job to run instead of quickstart's own.
    #[arg(long, value_name = "FILE")]
    pub(super) jar: Option<PathBuf>,
    /// The class with the main method, if the jar does not name it.
    #[arg(long, value_name = "CLASS", requires = "jar")]
    pub(super) entry_class: Option<String>,
}

impl Options {
    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }
}

pub(crate) fn run(options: Options, output: &Output) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let mut steps = steps::Steps::new(output);
        // The cluster is kept out here, so that it is stopped whichever way the story ends.
        let mut running = None;
        let told = tokio::select! {
            biased;
            stopped = interrupted() => Err(stopped),
            told = story::tell(&options, &mut steps, &mut running) => told,
        };
        if let Some(cluster) = running {
            cluster.stop().await;
        }
        match told {
            Ok(told) => {
                let report = told.report(steps.into_records());
                output.result(&report, report::human)?;
                Ok(exit::DONE)
            }
            Err(failure) => {
                steps.fail()?;
                Err(failure)
            }
        }
    })
}

/// Waits for Ctrl-C or a request to end.
async fn interrupted() -> Failure {
    let listen =
        |kind| signal(kind).map_err(|error| Failure::usage(format!("cannot listen for signals: {error}")));
    let (mut keyboard, mut terminate, mut hangup) = match (
        listen(SignalKind::interrupt()),
        listen(SignalKind::terminate()),
        listen(SignalKind::hangup()),
    ) {
        (Ok(keyboard), Ok(terminate), Ok(hangup)) => (keyboard, terminate, hangup),
        (Err(failure), ..) | (_, Err(failure), _) | (.., Err(failure)) => return failure,
    };
    tokio::select! {
        _ = keyboard.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Failure::new(exit::INTERRUPTED, "interrupted; everything that was started is stopped")
        .help("run it again: it clears what the interrupted run left")
}

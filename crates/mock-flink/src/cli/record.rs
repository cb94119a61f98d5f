//! `record`: a proxy before a cluster.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::error::CliError;
use super::pem::TlsArgs;
use super::stop::{Signals, Stopped};
use crate::recording::{Door, answer_all, record};
use crate::target::{Target, Trust};

/// What is recorded, and where.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  mock-flink record --target http://flink:8081 --out session.recording\n  mock-flink record --target https://flink:8081/prod --target-ca ca.pem --out session.recording --port 9000"
)]
pub(super) struct RecordArgs {
    /// The cluster whose answers are recorded
    #[arg(long, value_name = "URL")]
    target: String,
    /// The recording, a new file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Port of 127.0.0.1 to listen on; 0 for any free one
    #[arg(long, default_value_t = 8081)]
    port: u16,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    tls: TlsArgs,
}

/// Records until a signal comes, or the recording cannot be written any more.
pub(super) async fn run(args: RecordArgs, say: impl Fn(&str)) -> Result<Stopped, CliError> {
    let target = Target::new(&args.target, &args.trust)?;
    let tls = args.tls.material()?;
    let mut signals = Signals::take()?;
    let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    // First the port, then the file: one that is taken leaves nothing behind.
    let door = Door::open(bind, tls).await?;
    let recorder = record(target, &args.out)?;
    say(&format!("listening on {}, for {}", door.url(), args.target));
    let passing = Arc::clone(&recorder);
    tokio::select! {
        stopped = signals.come() => Ok(stopped),
        error = recorder.broken() => Err(error.into()),
        never = answer_all(door, move |request| Arc::clone(&passing).pass(request)) => match never {},
    }
}

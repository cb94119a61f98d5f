//! `replay`: answers from a recording.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::error::CliError;
use super::pem::TlsArgs;
use super::stop::{Signals, Stopped};
use crate::recording::{Door, answer_all, read, replay};

/// What is played, and where.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  mock-flink replay session.recording\n  mock-flink replay session.recording --port 0 --tls-cert rest.pem --tls-key rest.key"
)]
pub(super) struct ReplayArgs {
    /// The recording
    #[arg(value_name = "FILE")]
    recording: PathBuf,
    /// Port of 127.0.0.1 to listen on; 0 for any free one
    #[arg(long, default_value_t = 8081)]
    port: u16,
    #[command(flatten)]
    tls: TlsArgs,
}

/// Answers until a signal comes.
pub(super) async fn run(args: ReplayArgs, say: impl Fn(&str)) -> Result<Stopped, CliError> {
    let player = replay(read(&args.recording)?);
    let tls = args.tls.material()?;
    let mut signals = Signals::take()?;
    let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let door = Door::open(bind, tls).await?;
    say(&format!("listening on {}", door.url()));
    tokio::select! {
        stopped = signals.come() => Ok(stopped),
        never = answer_all(door, move |request| Arc::clone(&player).answer(request)) => match never {},
    }
}

//! `diff`: two clusters asked the same.

use std::path::PathBuf;

use clap::Args;

use super::error::CliError;
use crate::diff::{repeat, walk};
use crate::recording::read;
use crate::target::{Target, Trust};

/// Which clusters, and what they are asked.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  mock-flink diff http://localhost:8081 http://flink:8081\n  mock-flink diff http://a:8081 http://b:8081 --requests session.recording --json"
)]
pub(super) struct DiffArgs {
    /// A cluster: http://HOST:PORT, with its prefix
    #[arg(value_name = "URL")]
    first: String,
    /// Another one
    #[arg(value_name = "URL")]
    second: String,
    /// Sends the requests of this recording to both, also those that change something; without it, everything that can be
    /// read is asked for
    #[arg(long, value_name = "FILE")]
    requests: Option<PathBuf>,
    /// Says it in JSON
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    trust: Trust,
}

/// Compares; 0 where nothing differs.
pub(super) async fn run(args: DiffArgs, say: impl Fn(&str)) -> Result<u8, CliError> {
    let first = Target::new(&args.first, &args.trust)?;
    let second = Target::new(&args.second, &args.trust)?;
    let report = match &args.requests {
        Some(file) => repeat(&read(file)?, &first, &second).await?,
        None => walk(&first, &second).await?,
    };
    match args.json {
        true => say(&serde_json::to_string_pretty(&report).unwrap_or_default()),
        false => say(&report.to_string()),
    }
    Ok(u8::from(!report.is_alike()))
}

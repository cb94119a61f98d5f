//! `flinkops mock`: mock-flink in the foreground.

use clap::Args;
use mock_flink::cli;

use crate::commands::runtime;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  flinkops mock --port 8081 --flink-version 1.20\n  flinkops mock --scenario job-zoo\n  flinkops mock --scenario task-manager-lost --virtual-time --port 0\n  flinkops mock --port 0 --tls-cert rest.pem --tls-key rest.key --tls-client-ca ca.pem"
)]
pub(crate) struct Options {
    #[command(flatten)]
    mock: cli::Args,
}

pub(crate) fn run(options: Options, output: &Output) -> Result<u8, Failure> {
    let say = |text: &str| {
        // Whoever started this and went away does not read it.
        let _ = output.text(&format!("{text}\n"));
    };
    // JSON is YAML, too.
    let args = if output.is_human() { options.mock } else { options.mock.in_json() };
    Ok(runtime()?.block_on(cli::run(args, say))?)
}

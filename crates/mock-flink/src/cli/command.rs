//! The whole command line: a mock cluster, or one of the verbs.

use clap::{Args as ClapArgs, Parser, Subcommand};

use super::error::CliError;
use super::serve::{ServeArgs, listening};
use super::stop::Stopped;
use super::{diff, record, replay, serve};

/// A fake Flink JobManager: a simulated session cluster behind Flink's REST API
#[derive(Debug, Parser)]
#[command(name = "mock-flink", version)]
pub struct Program {
    /// What to do.
    #[command(flatten)]
    pub args: Args,
}

/// What to do: serve a mock cluster, or one of the verbs.
#[derive(ClapArgs, Clone, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(flatten)]
    serve: ServeArgs,
    #[command(subcommand)]
    verb: Option<Verb>,
}

impl Args {
    /// Says what is found in JSON, whether or not a flag asks for it.
    #[must_use]
    pub fn in_json(mut self) -> Self {
        if let Some(Verb::Diff(args)) = &mut self.verb {
            args.json = true;
        }
        self
    }
}

/// What else there is to do.
#[derive(Clone, Debug, Subcommand)]
enum Verb {
    /// Stands before a cluster as a proxy, and records what is asked and answered
    Record(record::RecordArgs),
    /// Answers from a recording
    Replay(replay::ReplayArgs),
    /// Asks two clusters the same, and tells how their answers differ; exit code 1 when they do
    Diff(diff::DiffArgs),
}

/// Does what the arguments say. `say` gets each text for standard output, without the end of its line.
///
/// # Errors
/// It cannot be done.
pub async fn run(args: Args, say: impl Fn(&str)) -> Result<u8, CliError> {
    match args.verb {
        None if args.serve.scenario_schema => {
            say(&format!("{:#}", crate::scenario::schema()));
            Ok(0)
        }
        None => serve::run(args.serve, |mock| say(&listening(mock))).await.map(Stopped::exit_code),
        Some(Verb::Record(args)) => record::run(args, say).await.map(Stopped::exit_code),
        Some(Verb::Replay(args)) => replay::run(args, say).await.map(Stopped::exit_code),
        Some(Verb::Diff(args)) => diff::run(args, say).await,
    }
}

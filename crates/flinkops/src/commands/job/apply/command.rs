//! `flinkops job apply`.

use clap::Args;
use futures_util::stream::{self, StreamExt as _};
use jobs::Applier;
use jobs::apply::{Event, Pace};
use ops_core::rest::RestClient;

use super::documents::{Wanted, forgotten};
use super::outcome::{Outcomes, human};
use super::{plan, words};
use crate::adapters;
use crate::commands::upload_bar;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job apply -f orders.yaml
  flinkops job apply -f jobs/ --prune
  flinkops job apply --resume

Each step is written into the journal before it is begun. Whatever ends this command, the same
command goes on where it was.
Exit code 0: everything runs as described. 1: something was rolled back, or failed.
Others: something could not be found out.")]
pub(crate) struct Options {
    #[command(flatten)]
    wanted: Wanted,
    /// Bring to its end what was broken off, and do nothing else.
    #[arg(long, conflicts_with = "files")]
    resume: bool,
    /// How many jobs are worked on at once.
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u16).range(1..=64))]
    at_once: u16,
    /// Only say what would be done, as `job plan` does.
    #[arg(long, conflicts_with = "resume")]
    dry_run: bool,
}

pub(crate) async fn run(options: &Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    if options.dry_run {
        return plan::show(&options.wanted, client, output).await;
    }
    tokio::select! {
        result = work(options, client, output) => result,
        Ok(()) = tokio::signal::ctrl_c() => {
            let message = "interrupted; what was begun is in the journal, and the cluster may go on with it";
            Err(Failure::new(exit::INTERRUPTED, message).help("flinkops job apply --resume brings it to its end"))
        }
    }
}

async fn work(options: &Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let described = options.wanted.read()?;
    if described.is_empty() && !options.resume {
        return Err(Failure::usage("no description is given").help("give -f FILE, -f DIRECTORY, or --resume"));
    }
    let journal = options.wanted.journal.open()?;
    let observe = |event: Event<'_>| {
        if let Some(line) = words::event(&event).filter(|_| !output.is_quiet()) {
            anstream::eprintln!("{line}");
        }
    };
    let applier = Applier {
        client,
        journal: &journal,
        pace: Pace::default(),
        options: options.wanted.options(),
        environment: &adapters::environment,
        progress: &|jar| upload_bar(jar, output),
        observe: &observe,
    };
    let mut outcomes = Outcomes::default();
    if options.resume {
        for name in journal.unfinished_jobs(client.url())? {
            match applier.resume(&name).await {
                Ok(Some(applied)) => outcomes.applied(applied),
                Ok(None) => {}
                Err(error) => outcomes.error(name, error),
            }
        }
    }
    let applying = described.iter().map(|description| applier.apply(description));
    let mut applied = stream::iter(applying).buffered(options.at_once.into());
    for description in &described {
        match applied.next().await {
            Some(Ok(applied)) => outcomes.applied(applied),
            Some(Err(error)) => outcomes.error(description.name.clone(), error),
            None => break,
        }
    }
    drop(applied);
    if options.wanted.prune {
        for name in forgotten(journal.jobs(client.url())?, &described) {
            match applier.remove(&name).await {
                Ok(applied) => outcomes.applied(applied),
                Err(error) => outcomes.error(name, error),
            }
        }
    }
    output.result(&outcomes, human)?;
    Ok(outcomes.code())
}

//! `flinkops recover run`: a job brought back, once.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use jobs::apply::{Event, Pace, PlanOptions, left_by, look};
use jobs::journal::{End, State, StateKind};
use jobs::{Applier, Description, Goal, Patience, wait_until};
use recovery::state::{Candidate, candidates};
use serde::Serialize;

use crate::adapters;
use crate::cli::ClusterOptions;
use crate::commands::job::JournalOption;
use crate::commands::{runtime, upload_bar};
use crate::connection;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, printable};

/// What stands for no state.
const NOTHING: &str = "none";

/// How long a copy may take to be cancelled.
const CANCELLING: std::time::Duration = std::time::Duration::from_secs(120);

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops recover run -f orders.yaml
  flinkops recover run -f orders.yaml --from /data/checkpoints/0123/chk-41 --yes
  flinkops recover run -f orders.yaml --from none

A copy that goes on without running is cancelled, and the job started from its newest state that is whole, or from the one that
is named. Each step is asked for, unless --yes is given, and stands in the journal of `job apply`.

Exit code: 0 the job runs, 1 it does not, 2 wrong input or no is answered, 3 the cluster cannot be reached.")]
pub(crate) struct Options {
    /// The job's description.
    #[arg(short, long = "file", value_name = "FILE")]
    file: PathBuf,
    /// The state to start from, or `none` [default: the newest that is whole].
    #[arg(long, value_name = "PATH")]
    from: Option<String>,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    journal: JournalOption,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Recovered {
    job: String,
    job_id: Option<String>,
    state: Option<String>,
    runs: bool,
    why: Option<String>,
}

pub(crate) fn run(options: &Options, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    let description = Description::read(&options.file)?;
    let client = connection::client(cluster)?;
    let journal = options.journal.open()?;
    runtime()?.block_on(async {
        let name = &description.name;
        let seen = look(&client, name).await?;
        if seen.live.len() > 1 {
            return Err(Failure::new(exit::REFUSED, format!("several copies of `{name}` go on"))
                .help("cancel all but one: flinkops job list"));
        }
        let live = seen.live.first();
        if let Some(live) = live.filter(|live| live.runs()) {
            return Err(Failure::usage(format!(
                "`{name}` runs, as {}: there is nothing to recover",
                live.jid
            ))
            .help("flinkops job apply changes a job that runs"));
        }
        let last = live.or(seen.ended.first());
        let left = match last {
            Some(job) => left_by(&client, job.jid).await?.unwrap_or_default(),
            None => Default::default(),
        };
        let known = journal.known(client.url(), name)?.state;
        let paths: Vec<String> =
            [left.state, left.restored, known].into_iter().flatten().map(|state| state.path).collect();
        let origin = chosen(options, &candidates(&paths))?;
        if let Some(live) = live {
            confirm(options, &format!("cancel {}, which is {}", live.jid, live.state))?;
            client.cancel(live.jid).await?;
            wait_until(&client, live.jid, Goal::Ended, Patience::new(CANCELLING), |_| {}).await?;
        }
        let from = origin.as_ref().map_or("with nothing".to_owned(), |state| format!("from {}", state.path));
        confirm(options, &format!("start `{name}` {from}"))?;
        let nothing = origin.is_none().then(|| NOTHING.to_owned());
        let applier = Applier {
            client: &client,
            journal: &journal,
            pace: Pace::default(),
            options: PlanOptions { origin: origin.clone(), from: nothing, ..PlanOptions::default() },
            environment: &adapters::environment,
            progress: &|jar| upload_bar(jar, output),
            observe: &|_: Event<'_>| {},
        };
        let applied = applier.apply(&description).await?;
        let recovered = Recovered {
            job: name.to_string(),
            job_id: applied.job_id.map(|id| id.to_string()),
            state: origin.map(|state| state.path),
            runs: applied.is_done(),
            why: match &applied.end {
                Some(End::Failed { why } | End::RolledBack { why }) => Some(why.clone()),
                Some(End::Done) | None => None,
            },
        };
        output.result(&recovered, |recovered| {
            let id = recovered.job_id.as_deref().unwrap_or("no copy");
            match &recovered.why {
                None => format!("{} runs as {id}, {from}\n", recovered.job),
                Some(why) => format!("{} does not run: {}\n", recovered.job, printable(why)),
            }
        })?;
        Ok(if recovered.runs { exit::DONE } else { exit::FINDINGS })
    })
}

/// The state to start from.
fn chosen(options: &Options, found: &[Candidate]) -> Result<Option<State>, Failure> {
    match options.from.as_deref() {
        Some(NOTHING) => Ok(None),
        Some(path) => {
            let given = Candidate::at(path);
            match given.is_usable() {
                true => Ok(Some(State::new(StateKind::Given, path))),
                false => {
                    Err(Failure::usage(format!("{path} cannot be used: {}", given.why.unwrap_or_default())))
                }
            }
        }
        None => match found.iter().find(|state| state.is_usable()) {
            Some(state) => Ok(Some(State::new(StateKind::Checkpoint, state.path.clone()))),
            None => {
                let why = found.first().and_then(|state| state.why.clone());
                let why = why.map_or("none is known".to_owned(), |why| format!("the newest: {why}"));
                Err(Failure::usage(format!("no state of the job can be used; {why}"))
                    .help("--from PATH names one, --from none begins with nothing"))
            }
        },
    }
}

fn confirm(options: &Options, what: &str) -> Result<(), Failure> {
    if options.yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(format!("nobody is there to be asked whether to {what}"))
            .help("--yes does not ask"));
    }
    anstream::eprint!("{what}? [y/N] ");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::usage("nothing more was done")),
    }
}

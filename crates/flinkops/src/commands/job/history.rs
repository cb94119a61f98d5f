//! `flinkops job history [JOB]`: what was applied, when, by whom, and what became of it.

use clap::Args;
use jobs::description::JobName;
use jobs::journal::{End, Intent, Outcome, Step, Undertaking};
use ops_core::ids::JobId;
use ops_core::rest::RestClient;
use serde::Serialize;

use super::apply::JournalOption;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, human_time, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job history
  flinkops job history orders -o json        # with every step

What was done with the other verbs, or from other machines, is not in the journal.")]
pub(crate) struct Options {
    /// The job, by the name in its description [default: all].
    #[arg(value_name = "JOB")]
    job: Option<String>,
    /// Of all clusters that the journal knows.
    #[arg(long)]
    all_clusters: bool,
    #[command(flatten)]
    journal: JournalOption,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct History {
    /// Oldest first.
    history: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    id: i64,
    cluster: String,
    job: JobName,
    /// `create`, `upgrade`, `remove`.
    what: &'static str,
    begun: String,
    by: String,
    ended: Option<String>,
    /// `done`, `rolled-back`, `failed`, or none while it goes on or was broken off.
    end: Option<&'static str>,
    why: Option<String>,
    /// The jar.
    jar: Option<String>,
    /// The copy that was stopped.
    stopped: Option<JobId>,
    /// The copy that was started last.
    started: Option<JobId>,
    /// What the stop left, or what was started from.
    state: Option<String>,
    steps: Vec<Step>,
}

pub(crate) fn run(options: &Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let journal = options.journal.open()?;
    let name = options.job.clone().map(JobName::try_from).transpose().map_err(Failure::usage)?;
    let cluster = (!options.all_clusters).then(|| client.url());
    let entries = journal.history(cluster, name.as_ref())?;
    if let (Some(name), true) = (&name, entries.is_empty()) {
        let known = journal.history(cluster, None)?;
        let mut names: Vec<&str> = known.iter().map(|entry| entry.job.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let failure = Failure::usage(format!("the journal knows no job `{name}` on this cluster"));
        return Err(match names.as_slice() {
            [] => failure
                .help("it knows none; `job submit` and `job stop` are not written down, `job apply` is"),
            some => failure.help(format!("it knows: {}", some.join(", "))),
        });
    }
    let history = History { history: entries.into_iter().map(Entry::from).collect() };
    output.result(&history, human)?;
    Ok(exit::DONE)
}

impl From<Undertaking> for Entry {
    fn from(all: Undertaking) -> Self {
        let stopped = all.steps.iter().find_map(|step| match (&step.intent, &step.outcome) {
            (Intent::Stop { job, .. }, Some(Outcome::Stopped { .. })) => Some(*job),
            _ => None,
        });
        let started = all.steps.iter().rev().find_map(|step| match (&step.intent, &step.outcome) {
            (Intent::Submit { job, .. }, Some(Outcome::Submitted)) => Some(*job),
            _ => None,
        });
        let state = all.steps.iter().rev().find_map(|step| match (&step.intent, &step.outcome) {
            (_, Some(Outcome::Stopped { state: Some(state) }))
            | (Intent::Submit { state: Some(state), .. }, _) => Some(state.path.clone()),
            _ => None,
        });
        let what = match (&all.task.new, all.task.running, &all.task.old) {
            (None, ..) => "remove",
            (Some(_), Some(_), Some(_)) => "upgrade",
            (Some(_), Some(_), None) => "adopt",
            (Some(_), None, Some(_)) => "start again",
            (Some(_), None, None) => "create",
        };
        let (end, why) = match all.end {
            None => (None, None),
            Some(End::Done) => (Some("done"), None),
            Some(End::RolledBack { why }) => (Some("rolled-back"), Some(why)),
            Some(End::Failed { why }) => (Some("failed"), Some(why)),
        };
        Self {
            id: all.id,
            cluster: all.cluster,
            job: all.job,
            what,
            begun: all.begun.to_string(),
            by: all.by,
            ended: all.ended.map(|time| time.to_string()),
            end,
            why,
            jar: all.task.new.as_ref().map(|new| new.jar.to_string()),
            stopped,
            started,
            state,
            steps: all.steps,
        }
    }
}

fn human(history: &History) -> String {
    if history.history.is_empty() {
        return "nothing was applied to this cluster from here\n".to_owned();
    }
    let rows = history.history.iter().map(|entry| {
        [
            human_time(&entry.begun).to_string(),
            entry.job.to_string(),
            entry.what.to_owned(),
            entry.end.unwrap_or("not ended").to_owned(),
            entry.by.clone(),
            entry.started.or(entry.stopped).map_or_else(|| "-".to_owned(), |id| id.to_string()),
            entry.state.clone().unwrap_or_else(|| "-".to_owned()),
        ]
    });
    let mut text = table(["WHEN", "JOB", "WHAT", "END", "BY", "COPY", "STATE"], rows);
    for entry in history.history.iter().filter(|entry| entry.why.is_some()) {
        let why = entry.why.as_deref().unwrap_or_default();
        text.push_str(&format!("{} {}: {why}\n", human_time(&entry.begun), entry.job));
    }
    text
}

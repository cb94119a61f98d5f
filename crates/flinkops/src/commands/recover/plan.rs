//! `flinkops recover plan [JOB]`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use jobs::{Description, JobRef};
use recovery::plan::{Means, Plan, plan};
use recovery::state::Verdict;

use crate::cli::ClusterOptions;
use crate::commands::doctor;
use crate::commands::job::JournalOption;
use crate::connection;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, printable, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops recover plan orders
  flinkops recover plan -f orders.yaml --url http://jm-1:8081
  flinkops recover plan orders --jar orders.jar --from /data/checkpoints/0123/chk-41 -o json

Nothing is changed. Steps that destroy something say so.

Exit code: 0 there is nothing to do, 1 there is, 3 the cluster cannot be reached.")]
pub(crate) struct Options {
    /// The job: its name, its id, or the beginning of one [default: the one that is described, or all].
    #[arg(value_name = "JOB")]
    job: Option<JobRef>,
    /// The job's description (job.yaml): commands are made for it, and the journal is asked for its states.
    #[arg(short, long = "file", value_name = "FILE")]
    file: Option<PathBuf>,
    /// The job's jar, for the commands.
    #[arg(long, value_name = "JAR")]
    jar: Option<PathBuf>,
    /// A state to take before those that are known; may be repeated: the first that can be used is taken.
    #[arg(long, value_name = "PATH")]
    from: Vec<String>,
    #[command(flatten)]
    journal: JournalOption,
}

pub(crate) fn run(options: &Options, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    let mut means = Means {
        description: options.file.as_ref().map(|file| file.display().to_string()),
        jar: options.jar.as_ref().map(|jar| jar.display().to_string()),
        wanted: options.from.clone(),
        states: Vec::new(),
    };
    let mut job = options.job.clone();
    if let Some(file) = &options.file {
        let description = Description::read(file)?;
        let known = options.journal.open()?.known(connection::client(cluster)?.url(), &description.name)?;
        means.states.extend(known.state.map(|state| state.path));
        job = job.or_else(|| description.name.as_str().parse().ok());
    }
    let evidence = doctor::asked(job.as_ref(), cluster)?;
    let plan = plan(&evidence, &means);
    output.result(&plan, human)?;
    Ok(match () {
        () if evidence.unreachable.is_some() => exit::UNREACHABLE,
        () if plan.steps.is_empty() => exit::DONE,
        () => exit::FINDINGS,
    })
}

fn human(plan: &Plan) -> String {
    let (heading, error, good, help, faint) =
        (style::HEADING, style::ERROR, style::GOOD, style::HELP, style::FAINT);
    let mut text = String::new();
    for finding in &plan.findings {
        let _ = writeln!(
            text,
            "{error}{}{error:#} {} {}",
            finding.severity,
            finding.code,
            printable(&finding.message)
        );
    }
    if !plan.states.is_empty() {
        let _ = writeln!(text, "\n{heading}states, the newest first{heading:#}");
    }
    for state in &plan.states {
        let verdict = match state.verdict {
            Verdict::Whole => format!("{good}whole{good:#}"),
            Verdict::Elsewhere => "not on this machine".to_owned(),
            Verdict::Unusable => {
                format!("{error}unusable{error:#}: {}", printable(state.why.as_deref().unwrap_or_default()))
            }
        };
        let mark = if plan.chosen.as_ref() == Some(&state.path) { "*" } else { " " };
        let _ = writeln!(text, "{mark} {} {verdict}", printable(&state.path));
    }
    if plan.steps.is_empty() {
        let _ = writeln!(text, "{good}there is nothing to do{good:#}");
        return text;
    }
    let _ = writeln!(text, "\n{heading}steps{heading:#}");
    for (number, step) in (1..).zip(&plan.steps) {
        let destroys =
            if step.destructive { format!(" {error}destroys something{error:#}") } else { String::new() };
        let _ = writeln!(
            text,
            "{number:>2}. {}{destroys} {faint}(costs {}){faint:#}",
            printable(&step.what),
            step.cost
        );
        if let Some(command) = &step.command {
            let _ = writeln!(text, "    {help}{}{help:#}", printable(command));
        }
    }
    for note in &plan.notes {
        let _ = writeln!(text, "{faint}note: {}{faint:#}", printable(note));
    }
    text
}

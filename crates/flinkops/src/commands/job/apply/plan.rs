//! `flinkops job plan`: what `apply` would do.

use std::fmt::Write as _;

use clap::Args;
use jobs::apply::{Action, Plan, plan, plan_removal};
use ops_core::rest::RestClient;
use serde::Serialize;

use super::documents::{Wanted, forgotten};
use super::words;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job plan -f orders.yaml
  flinkops job plan -f jobs/ --prune -o json

Exit code 0: everything runs as described. 1: something would be done.")]
pub(crate) struct Options {
    #[command(flatten)]
    wanted: Wanted,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Plans {
    jobs: Vec<Plan>,
    /// How many of them would change.
    changes: usize,
}

pub(crate) async fn run(options: &Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    show(&options.wanted, client, output).await
}

/// Plans, prints, and ends with 1 where there is something to do.
pub(super) async fn show(wanted: &Wanted, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let described = wanted.read()?;
    if described.is_empty() {
        return Err(Failure::usage("no description is given").help("give -f FILE, or -f DIRECTORY"));
    }
    let journal = wanted.journal.open()?;
    let mut jobs = Vec::new();
    for description in &described {
        jobs.push(plan(client, &journal, description, &wanted.options()).await?);
    }
    if wanted.prune {
        for name in forgotten(journal.jobs(client.url())?, &described) {
            jobs.push(plan_removal(client, &journal, &name).await?);
        }
    }
    let changes = jobs.iter().filter(|plan| plan.changes()).count();
    output.result(&Plans { jobs, changes }, human)?;
    Ok(if changes == 0 { exit::DONE } else { exit::FINDINGS })
}

fn human(plans: &Plans) -> String {
    let mut text = String::new();
    for plan in &plans.jobs {
        write(plan, &mut text);
    }
    let all = plans.jobs.len();
    let jobs = if all == 1 { "job" } else { "jobs" };
    let _ = match plans.changes {
        0 => writeln!(text, "{all} {jobs}, nothing to do"),
        changes => writeln!(text, "{changes} of {all} {jobs} would change"),
    };
    text
}

fn write(plan: &Plan, text: &mut String) {
    let (heading, faint, good, warning) = (style::HEADING, style::FAINT, style::GOOD, style::WARNING);
    let _ = write!(text, "{heading}{}{heading:#}: {}", plan.name, words::action(plan.action));
    let _ = match plan.job_id {
        Some(id) => writeln!(text, " {faint}{id}{faint:#}"),
        None => writeln!(text),
    };
    let width = plan.differences.iter().map(|difference| difference.field.len()).max().unwrap_or(0);
    for difference in &plan.differences {
        let field = &difference.field;
        let _ = match (&difference.from, &difference.to) {
            (Some(from), Some(to)) => {
                writeln!(text, "  {warning}~{warning:#} {field:width$}  {from} -> {to}")
            }
            (None, Some(to)) => writeln!(text, "  {good}+{good:#} {field:width$}  {to}"),
            (Some(from), None) => writeln!(text, "  {warning}-{warning:#} {field:width$}  {from}"),
            (None, None) => writeln!(text, "  {warning}~{warning:#} {field}"),
        };
    }
    for (number, step) in plan.steps.iter().enumerate() {
        let _ = writeln!(text, "  {}. {step}", number + 1);
    }
    for note in &plan.notes {
        let _ = writeln!(text, "  {faint}note:{faint:#} {note}");
    }
    if plan.action != Action::Nothing {
        text.push('\n');
    }
}

//! `flinkops pki rotate --check`, and the plan in words.

use std::path::PathBuf;

use clap::Args;
use pki::rotation::{NextStep, NodeStatus, RotationFile, RotationPlan};
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, table};

#[derive(Debug, Args)]
pub(crate) struct CheckOptions {
    /// Say who may go on and who has to wait, by the exit code too.
    #[arg(long, requires = "plan")]
    check: bool,
    /// The plan. Without --check it is shown in words.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Look at this node alone.
    #[arg(value_name = "NODE", requires = "check")]
    node: Option<String>,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
pub(super) struct Status {
    pub(super) nodes: Vec<NodeStatus>,
}

pub(crate) fn run(options: &CheckOptions, output: &Output) -> Result<u8, Failure> {
    let Some(path) = &options.plan else {
        return Err(Failure::usage("neither a step nor a plan is given")
            .help("flinkops pki rotate --help shows the steps; --plan FILE shows a plan"));
    };
    let plan = RotationFile::read(path)?;
    if !options.check {
        output.result(&plan, RotationPlan::describe)?;
        return Ok(exit::DONE);
    }
    let mut nodes = plan.status();
    let may_go_on = match &options.node {
        Some(name) => {
            let next = plan.next(name)?;
            nodes.retain(|node| node.name.as_str() == name);
            !matches!(next, NextStep::Wait { .. })
        }
        None => nodes.iter().all(|node| node.next == NextStep::Done),
    };
    output.result(&Status { nodes }, human)?;
    Ok(if may_go_on { exit::DONE } else { exit::FINDINGS })
}

pub(super) fn human(status: &Status) -> String {
    let rows = status.nodes.iter().map(|node| {
        let (step, phase) = match &node.next {
            NextStep::Write { phase } => {
                ("may get its stores: flinkops pki rotate next".to_owned(), phase.name())
            }
            NextStep::Restart { phase } => ("is to be restarted".to_owned(), phase.name()),
            NextStep::Wait { phase, waiting_for } => {
                let shown: Vec<_> = waiting_for.iter().take(5).map(String::as_str).collect();
                let more = waiting_for.len().saturating_sub(shown.len());
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                (format!("waits for the restart of {}{more}", shown.join(", ")), phase.name())
            }
            NextStep::Done => ("is done".to_owned(), "-"),
            _ => ("is in a step that this version does not know".to_owned(), "-"),
        };
        let process = serde_json::to_value(node.process).ok();
        let process = process.as_ref().and_then(|process| process.as_str()).unwrap_or_default().to_owned();
        [node.name.to_string(), process, phase.to_owned(), step]
    });
    table(["NODE", "PROCESS", "PHASE", "STEP"], rows)
}

//! `flinkops pki rotate next`.

use std::path::PathBuf;

use clap::Args;
use pki::authority::{Authority, Register};
use pki::rotation::{NextStep, Phase, Process, RotationFile};
use serde::Serialize;

use crate::commands::pki::leaf::ValidityOptions;
use crate::commands::pki::secrets;
use crate::failure::Failure;
use crate::output::Output;
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki rotate next --plan rotation.json --new new
  flinkops pki rotate next --plan rotation.json --new new tm-1 tm-2

Interrupted, it goes on where it was when it is run again.")]
pub(crate) struct Options {
    /// The plan.
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// The directory of the new authority; the phase new-leaves issues with it.
    #[arg(long, value_name = "DIR")]
    new: Option<PathBuf>,
    /// The passphrase of its key: env:NAME, file:PATH or prompt [default: file:DIR/ca.passphrase if that is there, else
    /// prompt].
    #[arg(long, value_name = "SOURCE", requires = "new")]
    passphrase_from: Option<String>,
    #[command(flatten)]
    validity: ValidityOptions,
    /// The nodes [default: every one that may go on].
    #[arg(value_name = "NODE")]
    nodes: Vec<String>,
    /// Say whose stores would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Written {
    dry_run: bool,
    written: Vec<Node>,
}

#[derive(Debug, Serialize)]
struct Node {
    name: String,
    process: Process,
    phase: Phase,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let mut file = RotationFile::open(&options.plan)?;
    let status = file.plan().status();
    let ready = status.iter().filter(|node| matches!(node.next, NextStep::Write { .. }));
    let wanted = if options.nodes.is_empty() {
        ready.map(|node| node.name.to_string()).collect()
    } else {
        options.nodes.clone()
    };
    let mut planned = Vec::new();
    for name in &wanted {
        let next = file.plan().next(name)?;
        let process = status.iter().find(|node| node.name.as_str() == name).map(|node| node.process);
        if let (NextStep::Write { phase }, Some(process)) = (next, process) {
            planned.push(Node { name: name.clone(), process, phase });
        }
    }
    let issues = planned.iter().any(|node| node.phase == Phase::NewLeaves);
    let authority = if issues && !options.dry_run { Some(authority(options)?) } else { None };
    let validity = options.validity.validity()?;
    let mut result = Written { dry_run: options.dry_run, written: Vec::new() };
    if options.dry_run {
        result.written = planned;
    } else {
        for name in wanted {
            let phase = file.write(&name, authority.as_ref(), validity, adapters::now(), adapters::user())?;
            let process = status.iter().find(|node| node.name.as_str() == name).map(|node| node.process);
            result.written.extend(process.map(|process| Node { name, process, phase }));
        }
    }
    let plan = options.plan.display().to_string();
    output.result(&result, |result| human(result, &plan))?;
    Ok(exit::DONE)
}

fn authority(options: &Options) -> Result<Authority, Failure> {
    let dir = options.new.as_deref().ok_or_else(|| {
        Failure::usage("the phase new-leaves issues certificates, and no authority was given")
            .help("add --new DIR, the directory of the new authority")
    })?;
    // What is wrong with the directory is said before anyone is asked for a passphrase.
    Register::open(dir)?;
    Ok(Authority::open(dir, &secrets::passphrase(dir, options.passphrase_from.as_deref())?)?)
}

fn human(result: &Written, plan: &str) -> String {
    if result.written.is_empty() {
        return format!("no node may go on now; flinkops pki rotate --check --plan {plan} says why\n");
    }
    let did = if result.dry_run { "would write" } else { "wrote" };
    let mut text = String::new();
    let mut process = None;
    for node in &result.written {
        text.push_str(&format!("{did} the stores of {} ({})\n", node.name, node.phase));
    }
    if !result.dry_run {
        text.push('\n');
        for node in &result.written {
            if process != Some(node.process) {
                process = Some(node.process);
                text.push_str(&format!("- {}\n", node.process.restart()));
            }
        }
        text.push_str(&format!("then: flinkops pki rotate restarted --plan {plan} NODE…\n"));
    }
    text
}

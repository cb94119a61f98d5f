//! The steps, and the check.

use clap::{Args, Subcommand};

use super::{check, next, plan, restarted};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Example, from the authority in `old` to the one in `new`:
  flinkops pki rotate plan --old old --new new --stores stores --plan rotation.json \\
      --cluster cluster.yaml
  flinkops pki rotate next --plan rotation.json --new new       # writes the stores
  flinkops pki rotate restarted --plan rotation.json tm-1 tm-2  # after they were restarted
  flinkops pki rotate --check --plan rotation.json              # who may go on, who waits

Flink reads its stores when a process starts, so each of the phases ends with a restart of
every process: first all trust both authorities, then all get certificates of the new one, then
all drop the old one. At no time can a restarted process not talk to one that is not restarted
yet.

Exit code of --check: 0 the node may go on or is done (without a node: the rotation is over), 1
it has to wait, or steps are left."
)]
pub(crate) struct Options {
    #[command(subcommand)]
    step: Option<Step>,
    #[command(flatten)]
    check: check::CheckOptions,
}

#[derive(Debug, Subcommand)]
enum Step {
    /// Makes the plan: which stores of which nodes change, in which order.
    Plan(plan::Options),
    /// Writes the stores of the nodes that may go on.
    Next(next::Options),
    /// Notes that nodes were restarted with their new stores.
    Restarted(restarted::Options),
}

pub(crate) fn run(options: Options, output: &Output) -> Result<u8, Failure> {
    match options.step {
        Some(Step::Plan(options)) => plan::run(&options, output),
        Some(Step::Next(options)) => next::run(&options, output),
        Some(Step::Restarted(options)) => restarted::run(&options, output),
        None => check::run(&options.check, output),
    }
}

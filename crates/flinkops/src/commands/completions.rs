//! `flinkops completions SHELL`.

use clap::Args;
use clap_complete::Shell;

use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  flinkops completions bash > ~/.local/share/bash-completion/completions/flinkops"
)]
pub(crate) struct Options {
    /// The shell to write for.
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut crate::command(), "flinkops", &mut script);
    output.text(&String::from_utf8_lossy(&script))?;
    Ok(exit::DONE)
}

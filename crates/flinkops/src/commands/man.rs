//! `flinkops man`: the manual pages, one for each command, and those of mock-flink.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use ops_core::files::{self, Access};

use crate::exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  flinkops man --out ~/.local/share/man/man1")]
pub(crate) struct Options {
    /// The directory to write the pages into; created if missing.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(crate) fn run(options: &Options) -> Result<u8, Failure> {
    if !options.out.is_dir() {
        files::create_directory(&options.out, Access::Public)?;
    }
    let mut command = crate::command();
    command.build();
    write(&command, "flinkops", options)?;
    let mut mock = mock_flink::cli::Program::command();
    mock.build();
    write(&mock, "mock-flink", options)?;
    Ok(exit::DONE)
}

fn write(command: &clap::Command, name: &str, options: &Options) -> Result<(), Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone().name(name.to_owned())).render(&mut page)?;
    files::write(&options.out.join(format!("{name}.1")), &page, Access::Public)?;
    for child in command.get_subcommands().filter(|child| !child.is_hide_set()) {
        write(child, &format!("{name}-{}", child.get_name()), options)?;
    }
    Ok(())
}

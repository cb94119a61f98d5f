//! From arguments to an exit code: parsing, colour, errors.

use std::ffi::OsString;
use std::process::ExitCode;

use anstream::{ColorChoice, eprintln};
use clap::Parser as _;
use clap::error::ErrorKind;

use crate::cli::{Cli, Color};
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{commands, exit};

/// Runs the command line and gives the process's exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let shown = matches!(
                error.kind(),
                ErrorKind::DisplayHelp
                    | ErrorKind::DisplayVersion
                    | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            );
            // A reader that went away needs no help.
            let _ = error.print();
            let asked = shown && error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
            return ExitCode::from(if asked { exit::DONE } else { exit::USAGE });
        }
    };
    match cli.global.color {
        Color::Auto => {}
        Color::Always => ColorChoice::Always.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
    let output = Output::new(&cli.global);
    match commands::run(cli, &output) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            report(&failure, &output);
            ExitCode::from(failure.code)
        }
    }
}

fn report(failure: &Failure, output: &Output) {
    if failure.code == exit::DONE {
        return;
    }
    let (error, help) = (style::ERROR, style::HELP);
    eprintln!("{error}error:{error:#} {}", failure.message);
    match &failure.detail {
        Some(detail) if failure.detail_matters || output.is_verbose() => {
            for line in detail.trim_end().lines() {
                eprintln!("  {line}");
            }
        }
        Some(_) => eprintln!("  {help}more:{help:#} the same command with -v shows the server's stack trace"),
        None => {}
    }
    if let Some(text) = &failure.help {
        eprintln!("  {help}help:{help:#} {text}");
    }
}

//! Writes the seeds of every target into directories: `fuzz-seeds DIRECTORY`. With `--list`, names the targets instead.

use std::path::Path;
use std::process::ExitCode;

use fuzz_targets::{TARGETS, seeds};

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a program for `cargo xtask fuzz`")]
fn main() -> ExitCode {
    let Some(argument) = std::env::args().nth(1) else {
        eprintln!("error: name the directory that the seeds are written to, or give --list");
        return ExitCode::from(2);
    };
    for target in TARGETS {
        if argument == "--list" {
            println!("{}\t{}", target.name, target.about);
        } else if let Err(error) = seeds::write(target.name, &Path::new(&argument).join(target.name)) {
            eprintln!("error: the seeds of {}: {error}", target.name);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

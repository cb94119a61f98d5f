//! The hidden command between flinkops and a process it starts: it asks the kernel to end that process when
//! flinkops itself ends, `kill -9` included, and then becomes the process.
//!
//! The request survives `exec`, so a start script that ends in `exec java` passes it on to the JVM.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;

use clap::Args;
use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

use crate::failure::Failure;

/// What the command line calls it.
pub(crate) const NAME: &str = "run-guarded";

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The process id of flinkops.
    #[arg(long)]
    parent: i32,
    /// The program and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

pub(crate) fn run(options: Options) -> Result<u8, Failure> {
    set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|error| Failure::usage(format!("cannot bind a process to flinkops: {error}")))?;
    // The parent may have ended before the request was in place.
    if getppid() != Pid::from_raw(options.parent) {
        return Err(Failure::usage("flinkops ended before the process was started"));
    }
    let mut words = options.command.into_iter();
    let program = words.next().unwrap_or_default();
    #[expect(clippy::disallowed_methods, reason = "this command exists to become another process")]
    let error = std::process::Command::new(&program).args(words).exec();
    Err(Failure::usage(format!("cannot start {}: {error}", program.display())))
}

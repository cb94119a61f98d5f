//! The severity from which on findings make the exit code 1.

use clap::{Args, ValueEnum};
use conf_lint::{Report, Severity};

use crate::exit;

#[derive(Debug, Clone, Copy, Args)]
pub(super) struct FailOn {
    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: Level,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Level {
    Error,
    #[default]
    Warning,
    Info,
}

impl FailOn {
    pub(super) fn exit_code(self, report: &Report) -> u8 {
        let least = match self.fail_on {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info => Severity::Info,
        };
        if report.worst().is_some_and(|worst| worst >= least) { exit::FINDINGS } else { exit::DONE }
    }
}

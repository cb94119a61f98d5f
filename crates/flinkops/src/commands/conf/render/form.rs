//! The forms for other programs.

use clap::ValueEnum;
use conf_lint::Report;

use super::{github, junit, sarif};
use crate::failure::Failure;

/// A form that another program prescribes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// SARIF 2.1.0, which code scanning services read.
    Sarif,
    /// Workflow commands, which GitHub Actions turns into annotations.
    Github,
    /// JUnit's XML, which most CI servers read.
    Junit,
}

/// The report in a form for another program.
pub(crate) fn render(form: Form, report: &Report) -> Result<String, Failure> {
    match form {
        Form::Sarif => sarif::sarif(report).map_err(|error| Failure::from(std::io::Error::other(error))),
        Form::Github => Ok(github::github(report)),
        Form::Junit => Ok(junit::junit(report)),
    }
}
